//! What a host adds to a push: clients and files.

use std::ffi::c_char;
use std::path::PathBuf;

use filed_core::push::{ClientKey, FileContent, NewClient, NewFile};

use crate::args::{self, invalid};
use crate::error::filed_error;
use crate::failure::Result;
use crate::guard::guard;
use crate::push::filed_push;
use crate::records::{self, Record};
use crate::wait;

/// A file to add to a push: its external id and one of `path`, `data` and `url`. Start with
/// `FILED_FILE_INIT`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct filed_file {
    /// Size of this struct; the same in every item of an array.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// The caller's id, unique within the push, 1 to 255 characters; required.
    pub external_id: *const c_char,
    /// A regular file on disk, opened when its turn comes.
    pub path: *const c_char,
    /// Bytes, which are copied. They must be added again when the push is resumed before they
    /// were sent.
    pub data: *const u8,
    /// How many bytes `data` has.
    pub data_length: u64,
    /// A URL that Filed fetches itself.
    pub url: *const c_char,
    /// The name Filed is told. NULL takes a path's own name; required for `data`.
    pub file_name: *const c_char,
    /// The MIME type. NULL decides by name, then by content.
    pub mime_type: *const c_char,
    /// The artifact's type, such as `w2`. NULL takes the MIME type the upload returned.
    pub category: *const c_char,
    /// A JSON object: size, dates, anything relevant; or NULL.
    pub metadata_json: *const c_char,
}

// SAFETY: integers and pointers, all valid when zero; `size` is first.
unsafe impl Record for filed_file {
    const NAME: &'static str = "filed_file";
    const INIT: &'static str = "FILED_FILE_INIT";
}

impl filed_file {
    unsafe fn to_core(self, name: &str) -> Result<NewFile> {
        let field = |field: &str| format!("{name}.{field}");
        unsafe {
            Ok(NewFile {
                external_id: args::text(self.external_id, &field("external_id"))?.to_owned(),
                content: self.content(name)?,
                file_name: args::optional_string(self.file_name, &field("file_name"))?,
                mime_type: args::optional_string(self.mime_type, &field("mime_type"))?,
                category: args::optional_string(self.category, &field("category"))?,
                metadata: args::json(self.metadata_json, &field("metadata_json"))?,
            })
        }
    }

    unsafe fn content(&self, name: &str) -> Result<FileContent> {
        let path = unsafe { args::optional_text(self.path, &format!("{name}.path")) }?;
        let url = unsafe { args::optional_text(self.url, &format!("{name}.url")) }?;
        let data = !self.data.is_null() || self.data_length > 0;
        match (path, data, url) {
            (Some(path), false, None) => Ok(FileContent::Path(PathBuf::from(path))),
            (None, false, Some(url)) => Ok(FileContent::Url(url.to_owned())),
            (None, true, None) => {
                let field = format!("{name}.data");
                let data = unsafe { args::copied(self.data, self.data_length, &field) }?;
                Ok(FileContent::Bytes(data.into()))
            }
            _ => Err(invalid(name, "must have exactly one of path, data and url")),
        }
    }
}

/// Adds a client. Returns once the journal holds it: a kill takes nothing back, and a power cut at
/// most what was added within a tenth of a second, until the push is committed. Adding the same
/// client again gives the same key. `*client_key` names it in this push; pass NULL when it is not
/// wanted.
///
/// INVALID_ARGUMENT, DUPLICATE_EXTERNAL_ID, PUSH_STATE; journal errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_push_add_client(
    push: *const filed_push,
    name: *const c_char,
    external_id: *const c_char,
    client_key: *mut u64,
) -> *mut filed_error {
    guard("filed_push_add_client", || {
        let push = unsafe { args::handle(push, "push") }?.usable()?;
        let new = NewClient {
            name: unsafe { args::text(name, "name") }?.to_owned(),
            external_id: unsafe { args::text(external_id, "external_id") }?.to_owned(),
        };
        let ClientKey(key) = wait::block_on(push.add_client(new))?;
        // SAFETY: the caller's contract: NULL or writable.
        if let Some(place) = unsafe { client_key.as_mut() } {
            *place = key;
        }
        Ok(())
    })
}

/// Adds a file to the client `client_key`. Returns once the journal holds it; the upload starts by
/// itself. Adding the same file again changes nothing. A file that is missing or unreadable is no
/// error here: it fails by itself, with its path, and the rest goes on.
///
/// INVALID_ARGUMENT, DUPLICATE_EXTERNAL_ID, FILE_NAME_INVALID, PUSH_STATE; FILE_CHANGED when the file
/// was sent with other content; journal errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_push_add_file(
    push: *const filed_push,
    client_key: u64,
    file: *const filed_file,
) -> *mut filed_error {
    guard("filed_push_add_file", || {
        let push = unsafe { args::handle(push, "push") }?.usable()?;
        let file = unsafe { records::read(file, "file")?.to_core("file") }?;
        Ok(wait::block_on(push.add_file(ClientKey(client_key), file))?)
    })
}

/// Adds many files to a client with one write of the journal; none when one is refused. Otherwise
/// as `filed_push_add_file`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_push_add_files(
    push: *const filed_push,
    client_key: u64,
    files: *const filed_file,
    file_count: u64,
) -> *mut filed_error {
    guard("filed_push_add_files", || {
        let push = unsafe { args::handle(push, "push") }?.usable()?;
        let files = unsafe { records::read_all(files, file_count, "files") }?;
        let files = files.into_iter().enumerate();
        let files = files.map(|(index, file)| unsafe { file.to_core(&format!("files[{index}]")) });
        let files = files.collect::<Result<_>>()?;
        Ok(wait::block_on(
            push.add_files(ClientKey(client_key), files),
        )?)
    })
}
