//! Clients and files as the host describes them, and the lists it puts them in.

use std::ffi::c_char;

use filed_core::pull::{Listing, Page, PullClient, PullFile};
use jiff::Timestamp;

use crate::args::{self, invalid};
use crate::error::filed_error;
use crate::failure::Result;
use crate::guard::guard;
use crate::records::{self, Record};
use crate::uploads::FILED_SIZE_UNKNOWN;

/// A client, as the host has it. Start with `FILED_PULL_CLIENT_INIT`. Strings are copied.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct filed_pull_client {
    /// Size of this struct.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// The host's own id: unique, and never given to another client; required.
    pub id: *const c_char,
    /// Full name of the person or business; required.
    pub name: *const c_char,
    /// E-mail address, or NULL.
    pub email: *const c_char,
    /// Telephone number, or NULL.
    pub phone: *const c_char,
    /// Such as `individual` or `business`, or NULL.
    pub r#type: *const c_char,
    /// When the client or one of its files last changed, such as `2026-02-11T09:30:00Z`, or NULL.
    pub last_modified: *const c_char,
}

// SAFETY: integers and pointers, all valid when zero; `size` is first.
unsafe impl Record for filed_pull_client {
    const NAME: &'static str = "filed_pull_client";
    const INIT: &'static str = "FILED_PULL_CLIENT_INIT";
}

impl filed_pull_client {
    unsafe fn to_core(self) -> Result<PullClient> {
        Ok(PullClient {
            id: unsafe { args::text(self.id, "id") }?.to_owned(),
            name: unsafe { args::text(self.name, "name") }?.to_owned(),
            email: unsafe { args::optional_string(self.email, "email") }?,
            phone: unsafe { args::optional_string(self.phone, "phone") }?,
            kind: unsafe { args::optional_string(self.r#type, "type") }?,
            last_modified: unsafe { moment(self.last_modified, "last_modified") }?,
        })
    }
}

/// A file of a client, as the host has it. Start with `FILED_PULL_FILE_INIT`. Strings are copied.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct filed_pull_file {
    /// Size of this struct.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// Bytes in the file.
    pub file_size: u64,
    /// The host's own id: unique over all clients, and never given to another file; required.
    pub id: *const c_char,
    /// File name with its extension, without a path; required.
    pub name: *const c_char,
    /// MIME type, or NULL for `application/octet-stream`.
    pub mime_type: *const c_char,
    /// When the host got the file, such as `2026-02-10T08:00:00Z`, or NULL.
    pub date_created: *const c_char,
    /// When the content last changed, or NULL.
    pub date_modified: *const c_char,
    /// Whatever else is known of the file, as a JSON object, or NULL.
    pub metadata_json: *const c_char,
}

// SAFETY: integers and pointers, all valid when zero; `size` is first.
unsafe impl Record for filed_pull_file {
    const NAME: &'static str = "filed_pull_file";
    const INIT: &'static str = "FILED_PULL_FILE_INIT";
}

impl filed_pull_file {
    pub unsafe fn to_core(self) -> Result<PullFile> {
        let mime_type = unsafe { args::optional_string(self.mime_type, "mime_type") }?;
        let metadata = unsafe { args::json_object(self.metadata_json, "metadata_json") }?;
        Ok(PullFile {
            id: unsafe { args::text(self.id, "id") }?.to_owned(),
            name: unsafe { args::text(self.name, "name") }?.to_owned(),
            size: self.file_size,
            mime_type: mime_type.unwrap_or_else(|| "application/octet-stream".to_owned()),
            download_url: None,
            date_created: unsafe { moment(self.date_created, "date_created") }?,
            date_modified: unsafe { moment(self.date_modified, "date_modified") }?,
            metadata: metadata.unwrap_or_default(),
        })
    }
}

/// A time that may be NULL.
///
/// # Safety
/// NULL or a NUL-terminated string.
pub(super) unsafe fn moment(text: *const c_char, name: &str) -> Result<Option<Timestamp>> {
    let text = unsafe { args::optional_text(text, name) }?;
    text.map(str::parse)
        .transpose()
        .map_err(|_| invalid(name, "is not a time such as 2026-02-11T09:30:00Z"))
}

/// Where `list_clients` puts its clients. Valid until that returns.
pub struct filed_pull_client_list(List<PullClient>);

/// Where `list_files` puts its files. Valid until that returns.
pub struct filed_pull_file_list(List<PullFile>);

/// What has been added, and whether that is all or a page of it.
struct List<T> {
    items: Vec<T>,
    page: Option<(Option<String>, Option<u64>)>,
}

impl<T> List<T> {
    const fn new() -> Self {
        Self {
            items: Vec::new(),
            page: None,
        }
    }

    unsafe fn set_page(&mut self, next: *const c_char, total: i64) -> Result<()> {
        let next = unsafe { args::optional_string(next, "next_cursor") }?;
        let total = match total {
            FILED_SIZE_UNKNOWN => None,
            total => Some(u64::try_from(total).map_err(|_| invalid("total", "is negative"))?),
        };
        self.page = Some((next, total));
        Ok(())
    }

    fn finish(self) -> Listing<T> {
        let items = self.items;
        match self.page {
            None => Listing::All(items),
            Some((next, total)) => Listing::Page(Page { items, next, total }),
        }
    }
}

impl filed_pull_client_list {
    pub fn new() -> Self {
        Self(List::new())
    }

    pub fn finish(self) -> Listing<PullClient> {
        self.0.finish()
    }
}

impl filed_pull_file_list {
    pub fn new() -> Self {
        Self(List::new())
    }

    pub fn finish(self) -> Listing<PullFile> {
        self.0.finish()
    }
}

/// Adds a client. Without `filed_pull_client_list_set_page` the list is everything the caller may
/// see, and the library filters, sorts and cuts pages; good for some ten thousand.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_client_list_add(
    list: *mut filed_pull_client_list,
    client: *const filed_pull_client,
) -> *mut filed_error {
    guard("filed_pull_client_list_add", || {
        let list = unsafe { args::handle_mut(list, "list") }?;
        let client = unsafe { records::read(client, "client")?.to_core() }?;
        list.0.items.push(client);
        Ok(())
    })
}

/// Says that what is added is the page that was asked for, filtered and in order. `next_cursor` is
/// what the next page's query is to hold, or NULL after the last page; Filed sees it encrypted.
/// `total` is how many there are on all pages, or `FILED_SIZE_UNKNOWN`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_client_list_set_page(
    list: *mut filed_pull_client_list,
    next_cursor: *const c_char,
    total: i64,
) -> *mut filed_error {
    guard("filed_pull_client_list_set_page", || {
        let list = unsafe { args::handle_mut(list, "list") }?;
        unsafe { list.0.set_page(next_cursor, total) }
    })
}

/// Adds a file; otherwise as `filed_pull_client_list_add`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_file_list_add(
    list: *mut filed_pull_file_list,
    file: *const filed_pull_file,
) -> *mut filed_error {
    guard("filed_pull_file_list_add", || {
        let list = unsafe { args::handle_mut(list, "list") }?;
        let file = unsafe { records::read(file, "file")?.to_core() }?;
        list.0.items.push(file);
        Ok(())
    })
}

/// As `filed_pull_client_list_set_page`, for files.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_file_list_set_page(
    list: *mut filed_pull_file_list,
    next_cursor: *const c_char,
    total: i64,
) -> *mut filed_error {
    guard("filed_pull_file_list_set_page", || {
        let list = unsafe { args::handle_mut(list, "list") }?;
        unsafe { list.0.set_page(next_cursor, total) }
    })
}
