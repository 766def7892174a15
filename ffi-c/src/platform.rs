//! The platform's own clients and files, seen through a connection.

use std::ffi::c_char;

use filed_core::gateway::{FileToSend, PlatformClient, PlatformFile, SentFile};

use crate::client::filed_client;
use crate::error::filed_error;
use crate::guard::{free, guard, read, release};
use crate::iterator::{Iter, iterates, next};
use crate::records::{self, Record};
use crate::text::{OptionalText, Text};
use crate::uploads::size_or_unknown;
use crate::{args, wait};

/// A file for Filed to send back to the platform by tus. Start with `FILED_FILE_TO_SEND_INIT`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct filed_file_to_send {
    /// Size of this struct.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// File name at the platform; required.
    pub file_name: *const c_char,
    /// MIME type, or NULL.
    pub content_type: *const c_char,
    /// The platform's tus upload endpoint; required.
    pub tusd_endpoint: *const c_char,
}

// SAFETY: integers and pointers, all valid when zero; `size` is first.
unsafe impl Record for filed_file_to_send {
    const NAME: &'static str = "filed_file_to_send";
    const INIT: &'static str = "FILED_FILE_TO_SEND_INIT";
}

/// The platform's clients. `options_json` is an object agreed with the platform, or NULL; its
/// paging is done here. Asks for nothing yet. `*iterator` is yours to free with
/// `filed_platform_client_iterator_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_platform_clients(
    client: *const filed_client,
    workspace_id: *const c_char,
    connection_id: *const c_char,
    options_json: *const c_char,
    iterator: *mut *mut filed_platform_client_iterator,
) -> *mut filed_error {
    guard("filed_platform_clients", || {
        let place = unsafe { args::out(iterator, "iterator") }?;
        let client = unsafe { args::handle(client, "client") }?.inner();
        let workspace_id = unsafe { args::text(workspace_id, "workspace_id") }?;
        let connection_id = unsafe { args::text(connection_id, "connection_id") }?;
        let options = unsafe { args::json_object(options_json, "options_json") }?;
        let pager = client
            .platform()
            .clients(workspace_id, connection_id, options);
        place.set(filed_platform_client_iterator(Iter::paged(client, pager)?));
        Ok(())
    })
}

/// The files of one of the platform's clients; otherwise as `filed_platform_clients`. `*iterator`
/// is yours to free with `filed_platform_file_iterator_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_platform_files(
    client: *const filed_client,
    workspace_id: *const c_char,
    connection_id: *const c_char,
    client_id: *const c_char,
    options_json: *const c_char,
    iterator: *mut *mut filed_platform_file_iterator,
) -> *mut filed_error {
    guard("filed_platform_files", || {
        let place = unsafe { args::out(iterator, "iterator") }?;
        let client = unsafe { args::handle(client, "client") }?.inner();
        let workspace_id = unsafe { args::text(workspace_id, "workspace_id") }?;
        let connection_id = unsafe { args::text(connection_id, "connection_id") }?;
        let client_id = unsafe { args::text(client_id, "client_id") }?;
        let options = unsafe { args::json_object(options_json, "options_json") }?;
        let platform = client.platform();
        let pager = platform.files(workspace_id, connection_id, client_id, options);
        place.set(filed_platform_file_iterator(Iter::paged(client, pager)?));
        Ok(())
    })
}

/// Asks Filed to send a file back to the platform; the transfer happens after this returns.
/// `client_key` is the client's id at the platform. A refusal by the platform is an answer, see
/// `filed_sent_file_success`. `*sent_file` is yours to free with `filed_sent_file_free`.
///
/// NOT_FOUND, INVALID_ARGUMENT, OUTCOME_UNKNOWN; network errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_platform_upload_file(
    client: *const filed_client,
    connection_id: *const c_char,
    client_key: *const c_char,
    file: *const filed_file_to_send,
    sent_file: *mut *mut filed_sent_file,
) -> *mut filed_error {
    guard("filed_platform_upload_file", || {
        let place = unsafe { args::out(sent_file, "sent_file") }?;
        let client = unsafe { args::handle(client, "client") }?.inner();
        let connection_id = unsafe { args::text(connection_id, "connection_id") }?;
        let client_key = unsafe { args::text(client_key, "client_key") }?;
        let file = unsafe { records::read(file, "file") }?;
        let file = FileToSend {
            file_name: unsafe { args::text(file.file_name, "file_name") }?.to_owned(),
            content_type: unsafe { args::optional_string(file.content_type, "content_type") }?,
            tusd_endpoint: unsafe { args::text(file.tusd_endpoint, "tusd_endpoint") }?.to_owned(),
        };
        let platform = client.platform();
        let sent = platform.upload_file(connection_id, client_key, file);
        place.set(wait::block_on(sent)?.into());
        Ok(())
    })
}

/// A client of the platform, as Filed sees it. Strings are borrowed from it.
pub struct filed_platform_client {
    id: Text,
    name: Option<Text>,
    email: Option<Text>,
    phone: Option<Text>,
    kind: Option<Text>,
    last_modified: Option<Text>,
}

impl From<PlatformClient> for filed_platform_client {
    fn from(client: PlatformClient) -> Self {
        Self {
            id: client.id.into(),
            name: client.name.map(Text::from),
            email: client.email.map(Text::from),
            phone: client.phone.map(Text::from),
            kind: client.kind.map(Text::from),
            last_modified: client.last_modified.map(Text::from),
        }
    }
}

/// The platform's own id.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_platform_client_id(
    client: *const filed_platform_client,
) -> *const c_char {
    read("filed_platform_client_id", client, |client| {
        client.id.as_ptr()
    })
}

/// Display name, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_platform_client_name(
    client: *const filed_platform_client,
) -> *const c_char {
    read("filed_platform_client_name", client, |client| {
        client.name.as_ptr_or_null()
    })
}

/// Email address, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_platform_client_email(
    client: *const filed_platform_client,
) -> *const c_char {
    read("filed_platform_client_email", client, |client| {
        client.email.as_ptr_or_null()
    })
}

/// Phone number, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_platform_client_phone(
    client: *const filed_platform_client,
) -> *const c_char {
    read("filed_platform_client_phone", client, |client| {
        client.phone.as_ptr_or_null()
    })
}

/// Such as `individual`, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_platform_client_type(
    client: *const filed_platform_client,
) -> *const c_char {
    read("filed_platform_client_type", client, |client| {
        client.kind.as_ptr_or_null()
    })
}

/// When the platform last changed it, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_platform_client_last_modified(
    client: *const filed_platform_client,
) -> *const c_char {
    read("filed_platform_client_last_modified", client, |client| {
        client.last_modified.as_ptr_or_null()
    })
}

/// Frees a platform's client. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_platform_client_free(client: *mut filed_platform_client) {
    free("filed_platform_client_free", client)
}

/// Clients of the platform, one after the other.
pub struct filed_platform_client_iterator(pub(crate) Iter<filed_platform_client>);

iterates!(filed_platform_client_iterator over filed_platform_client);

/// Takes the next item, which may ask Filed for the next page. `*client` is yours to free with
/// `filed_platform_client_free`; NULL means that the list has ended. After a retryable error the same call
/// continues. May be called by any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_platform_client_iterator_next(
    iterator: *const filed_platform_client_iterator,
    client: *mut *mut filed_platform_client,
) -> *mut filed_error {
    next("filed_platform_client_iterator_next", iterator, client)
}

/// Frees the iterator; what was taken from it stays valid. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_platform_client_iterator_free(
    iterator: *mut filed_platform_client_iterator,
) {
    release("filed_platform_client_iterator_free", iterator)
}

/// A file of a platform's client, as Filed sees it. Strings are borrowed from it.
pub struct filed_platform_file {
    id: Text,
    file_name: Text,
    file_size: Option<u64>,
    mime_type: Option<Text>,
    download_url: Option<Text>,
    date_created: Option<Text>,
}

impl From<PlatformFile> for filed_platform_file {
    fn from(file: PlatformFile) -> Self {
        Self {
            id: file.id.into(),
            file_name: file.file_name.into(),
            file_size: file.file_size,
            mime_type: file.mime_type.map(Text::from),
            download_url: file.download_url.map(Text::from),
            date_created: file.date_created.map(Text::from),
        }
    }
}

/// The platform's own id.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_platform_file_id(file: *const filed_platform_file) -> *const c_char {
    read("filed_platform_file_id", file, |file| file.id.as_ptr())
}

/// File name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_platform_file_file_name(
    file: *const filed_platform_file,
) -> *const c_char {
    read("filed_platform_file_file_name", file, |file| {
        file.file_name.as_ptr()
    })
}

/// Size in bytes; `FILED_SIZE_UNKNOWN` when the platform does not tell.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_platform_file_file_size(file: *const filed_platform_file) -> i64 {
    read("filed_platform_file_file_size", file, |file| {
        size_or_unknown(file.file_size)
    })
}

/// MIME type, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_platform_file_mime_type(
    file: *const filed_platform_file,
) -> *const c_char {
    read("filed_platform_file_mime_type", file, |file| {
        file.mime_type.as_ptr_or_null()
    })
}

/// Where Filed fetches it, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_platform_file_download_url(
    file: *const filed_platform_file,
) -> *const c_char {
    read("filed_platform_file_download_url", file, |file| {
        file.download_url.as_ptr_or_null()
    })
}

/// When it was made, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_platform_file_date_created(
    file: *const filed_platform_file,
) -> *const c_char {
    read("filed_platform_file_date_created", file, |file| {
        file.date_created.as_ptr_or_null()
    })
}

/// Frees a platform's file. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_platform_file_free(file: *mut filed_platform_file) {
    free("filed_platform_file_free", file)
}

/// Files of a platform's client, one after the other.
pub struct filed_platform_file_iterator(pub(crate) Iter<filed_platform_file>);

iterates!(filed_platform_file_iterator over filed_platform_file);

/// Takes the next item, which may ask Filed for the next page. `*file` is yours to free with
/// `filed_platform_file_free`; NULL means that the list has ended. After a retryable error the same call
/// continues. May be called by any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_platform_file_iterator_next(
    iterator: *const filed_platform_file_iterator,
    file: *mut *mut filed_platform_file,
) -> *mut filed_error {
    next("filed_platform_file_iterator_next", iterator, file)
}

/// Frees the iterator; what was taken from it stays valid. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_platform_file_iterator_free(
    iterator: *mut filed_platform_file_iterator,
) {
    release("filed_platform_file_iterator_free", iterator)
}

/// What sending a file back returns. Strings are borrowed from it.
pub struct filed_sent_file {
    success: bool,
    message: Option<Text>,
}

impl From<SentFile> for filed_sent_file {
    fn from(sent: SentFile) -> Self {
        Self {
            success: sent.success,
            message: sent.message.map(Text::from),
        }
    }
}

/// 1 when the platform accepts the file, otherwise 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_sent_file_success(file: *const filed_sent_file) -> i32 {
    read("filed_sent_file_success", file, |file| {
        i32::from(file.success)
    })
}

/// Filed's explanation, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_sent_file_message(file: *const filed_sent_file) -> *const c_char {
    read("filed_sent_file_message", file, |file| {
        file.message.as_ptr_or_null()
    })
}

/// Frees what sending a file back returned. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_sent_file_free(file: *mut filed_sent_file) {
    free("filed_sent_file_free", file)
}
