//! The clients of a push, with their state.

use std::ffi::c_char;

use filed_core::push::ClientReport;

use crate::args;
use crate::error::filed_error;
use crate::guard::{borrow, free, guard, read, release};
use crate::item_states::number;
use crate::iterator::{Iter, iterates, next};
use crate::push::filed_push;
use crate::text::{OptionalText, Text};

/// Every client of the push with its state, in the order added. `*iterator` is yours to free with
/// `filed_client_report_iterator_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_push_clients(
    push: *const filed_push,
    iterator: *mut *mut filed_client_report_iterator,
) -> *mut filed_error {
    guard("filed_push_clients", || {
        let place = unsafe { args::out(iterator, "iterator") }?;
        let push = unsafe { args::handle(push, "push") }?.usable()?;
        let clients = Iter::paged(push.client(), push.clients())?;
        place.set(filed_client_report_iterator(clients));
        Ok(())
    })
}

/// A client of a push. Strings are borrowed from it.
pub struct filed_client_report {
    key: u64,
    external_id: Text,
    state: u32,
    job_work_id: Option<Text>,
    work_id: Option<Text>,
    status: Option<Text>,
    error: Option<filed_error>,
}

impl From<ClientReport> for filed_client_report {
    fn from(client: ClientReport) -> Self {
        Self {
            key: client.key,
            external_id: client.external_id.into(),
            state: number(client.state),
            job_work_id: client.job_work_id.map(Text::from),
            work_id: client.work_id.map(Text::from),
            status: client.status.map(Text::from),
            error: client.error.map(filed_error::from),
        }
    }
}

/// What `filed_push_add_client` gave.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_client_report_key(report: *const filed_client_report) -> u64 {
    read("filed_client_report_key", report, |report| report.key)
}

/// The caller's id.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_client_report_external_id(
    report: *const filed_client_report,
) -> *const c_char {
    read("filed_client_report_external_id", report, |report| {
        report.external_id.as_ptr()
    })
}

/// Where it stands: one of `FILED_ITEM_...`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_client_report_state(report: *const filed_client_report) -> u32 {
    read("filed_client_report_state", report, |report| report.state)
}

/// The job work's id at Filed; NULL until it exists.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_client_report_job_work_id(
    report: *const filed_client_report,
) -> *const c_char {
    read("filed_client_report_job_work_id", report, |report| {
        report.job_work_id.as_ptr_or_null()
    })
}

/// The underlying work's id at Filed; NULL until it exists.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_client_report_work_id(
    report: *const filed_client_report,
) -> *const c_char {
    read("filed_client_report_work_id", report, |report| {
        report.work_id.as_ptr_or_null()
    })
}

/// Filed's own status word, as last seen, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_client_report_status(
    report: *const filed_client_report,
) -> *const c_char {
    read("filed_client_report_status", report, |report| {
        report.status.as_ptr_or_null()
    })
}

/// Why it failed, borrowed from the client; NULL when it did not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_client_report_error(
    report: *const filed_client_report,
) -> *const filed_error {
    borrow("filed_client_report_error", report, |report| {
        report.error.as_ref()
    })
}

/// Frees a client that an iterator gave; one borrowed from a report belongs to it. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_client_report_free(report: *mut filed_client_report) {
    free("filed_client_report_free", report)
}

/// Clients of a push, one after the other.
pub struct filed_client_report_iterator(pub(crate) Iter<filed_client_report>);

iterates!(filed_client_report_iterator over filed_client_report);

/// Takes the next item, which may ask Filed for the next page. `*report` is yours to free with
/// `filed_client_report_free`; NULL means that the list has ended. After a retryable error the same call
/// continues. May be called by any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_client_report_iterator_next(
    iterator: *const filed_client_report_iterator,
    report: *mut *mut filed_client_report,
) -> *mut filed_error {
    next("filed_client_report_iterator_next", iterator, report)
}

/// Frees the iterator; what was taken from it stays valid. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_client_report_iterator_free(
    iterator: *mut filed_client_report_iterator,
) {
    release("filed_client_report_iterator_free", iterator)
}
