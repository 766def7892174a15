//! The files of a push, with their state.

use std::ffi::c_char;

use filed_core::push::FileReport;

use crate::args;
use crate::error::filed_error;
use crate::guard::{borrow, free, guard, read, release};
use crate::item_states::number;
use crate::iterator::{Iter, iterates, next};
use crate::push::filed_push;
use crate::text::{OptionalText, Text};
use crate::uploads::size_or_unknown;

/// Every file of the push with its state, in the order added. `*iterator` is yours to free with
/// `filed_file_report_iterator_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_push_files(
    push: *const filed_push,
    iterator: *mut *mut filed_file_report_iterator,
) -> *mut filed_error {
    guard("filed_push_files", || {
        let place = unsafe { args::out(iterator, "iterator") }?;
        let push = unsafe { args::handle(push, "push") }?.usable()?;
        let files = Iter::paged(push.client(), push.files())?;
        place.set(filed_file_report_iterator(files));
        Ok(())
    })
}

/// A file of a push. Strings are borrowed from it.
pub struct filed_file_report {
    external_id: Text,
    client_external_id: Text,
    state: u32,
    path: Option<Text>,
    size: Option<u64>,
    blake3: Option<Text>,
    sha256: Option<Text>,
    mime_type: Option<Text>,
    file_url: Option<Text>,
    artifact_id: Option<Text>,
    status: Option<Text>,
    error: Option<filed_error>,
}

impl From<FileReport> for filed_file_report {
    fn from(file: FileReport) -> Self {
        Self {
            external_id: file.external_id.into(),
            client_external_id: file.client_external_id.into(),
            state: number(file.state),
            path: file.path.as_deref().map(Text::from),
            size: file.size,
            blake3: file.blake3.map(Text::from),
            sha256: file.sha256.map(Text::from),
            mime_type: file.mime_type.map(Text::from),
            file_url: file.file_url.map(Text::from),
            artifact_id: file.artifact_id.map(Text::from),
            status: file.status.map(Text::from),
            error: file.error.map(filed_error::from),
        }
    }
}

/// The caller's id.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_file_report_external_id(
    report: *const filed_file_report,
) -> *const c_char {
    read("filed_file_report_external_id", report, |report| {
        report.external_id.as_ptr()
    })
}

/// The client it belongs to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_file_report_client_external_id(
    report: *const filed_file_report,
) -> *const c_char {
    read("filed_file_report_client_external_id", report, |report| {
        report.client_external_id.as_ptr()
    })
}

/// Where it stands: one of `FILED_ITEM_...`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_file_report_state(report: *const filed_file_report) -> u32 {
    read("filed_file_report_state", report, |report| report.state)
}

/// Its path, for files from disk, or NULL. May name a taxpayer: do not log it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_file_report_path(report: *const filed_file_report) -> *const c_char {
    read("filed_file_report_path", report, |report| {
        report.path.as_ptr_or_null()
    })
}

/// Bytes sent, or `FILED_SIZE_UNKNOWN`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_file_report_size(report: *const filed_file_report) -> i64 {
    read("filed_file_report_size", report, |report| {
        size_or_unknown(report.size)
    })
}

/// BLAKE3 of the bytes sent, lower-case hex, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_file_report_blake3(
    report: *const filed_file_report,
) -> *const c_char {
    read("filed_file_report_blake3", report, |report| {
        report.blake3.as_ptr_or_null()
    })
}

/// SHA-256 of the bytes sent, lower-case hex, of a file that an earlier version of the library sent:
/// those kept no BLAKE3. Otherwise NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_file_report_sha256(
    report: *const filed_file_report,
) -> *const c_char {
    read("filed_file_report_sha256", report, |report| {
        report.sha256.as_ptr_or_null()
    })
}

/// The MIME type the upload host returned, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_file_report_mime_type(
    report: *const filed_file_report,
) -> *const c_char {
    read("filed_file_report_mime_type", report, |report| {
        report.mime_type.as_ptr_or_null()
    })
}

/// Where the upload host holds it, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_file_report_url(report: *const filed_file_report) -> *const c_char {
    read("filed_file_report_url", report, |report| {
        report.file_url.as_ptr_or_null()
    })
}

/// The artifact's id at Filed; NULL until it exists.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_file_report_artifact_id(
    report: *const filed_file_report,
) -> *const c_char {
    read("filed_file_report_artifact_id", report, |report| {
        report.artifact_id.as_ptr_or_null()
    })
}

/// Filed's own status word, as last seen, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_file_report_status(
    report: *const filed_file_report,
) -> *const c_char {
    read("filed_file_report_status", report, |report| {
        report.status.as_ptr_or_null()
    })
}

/// Why it failed, borrowed from the file; NULL when it did not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_file_report_error(
    report: *const filed_file_report,
) -> *const filed_error {
    borrow("filed_file_report_error", report, |report| {
        report.error.as_ref()
    })
}

/// Frees a file that an iterator gave; one borrowed from a report belongs to it. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_file_report_free(report: *mut filed_file_report) {
    free("filed_file_report_free", report)
}

/// Files of a push, one after the other.
pub struct filed_file_report_iterator(pub(crate) Iter<filed_file_report>);

iterates!(filed_file_report_iterator over filed_file_report);

/// Takes the next item, which may ask Filed for the next page. `*report` is yours to free with
/// `filed_file_report_free`; NULL means that the list has ended. After a retryable error the same call
/// continues. May be called by any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_file_report_iterator_next(
    iterator: *const filed_file_report_iterator,
    report: *mut *mut filed_file_report,
) -> *mut filed_error {
    next("filed_file_report_iterator_next", iterator, report)
}

/// Frees the iterator; what was taken from it stays valid. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_file_report_iterator_free(
    iterator: *mut filed_file_report_iterator,
) {
    release("filed_file_report_iterator_free", iterator)
}
