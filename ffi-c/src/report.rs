//! Reports: of a push as a whole, of its clients, of its files.

use std::ffi::c_char;

use filed_core::push::Report;

use crate::args;
use crate::client_reports::filed_client_report;
use crate::error::filed_error;
use crate::file_reports::filed_file_report;
use crate::guard::{borrow, free, guard, read};
use crate::progress::{filed_counts, state_number};
use crate::push::filed_push;
use crate::text::{OptionalText, Text};
use crate::wait;

/// What is known now, as `filed_push_wait` returns it at the end. `*report` is yours to free with
/// `filed_report_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_push_report(
    push: *const filed_push,
    report: *mut *mut filed_report,
) -> *mut filed_error {
    guard("filed_push_report", || {
        let place = unsafe { args::out(report, "report") }?;
        let push = unsafe { args::handle(push, "push") }?.usable()?;
        place.set(wait::block_on(push.report())?.into());
        Ok(())
    })
}

/// The outcome of a push. Failures are listed; everything else is counted and can be walked with
/// `filed_push_clients` and `filed_push_files`. Strings and items are borrowed from it.
pub struct filed_report {
    state: u32,
    job_id: Option<Text>,
    clients: filed_counts,
    files: filed_counts,
    bytes_sent: u64,
    failed_clients: Vec<filed_client_report>,
    failed_files: Vec<filed_file_report>,
    notes: Vec<Text>,
}

impl From<Report> for filed_report {
    fn from(report: Report) -> Self {
        let clients = report.failed_clients.into_iter();
        let files = report.failed_files.into_iter();
        Self {
            state: state_number(report.state),
            job_id: report.job_id.map(Text::from),
            clients: report.clients.into(),
            files: report.files.into(),
            bytes_sent: report.bytes_sent,
            failed_clients: clients.map(filed_client_report::from).collect(),
            failed_files: files.map(filed_file_report::from).collect(),
            notes: report.notes.into_iter().map(Text::from).collect(),
        }
    }
}

/// Where the push stands: one of `FILED_PUSH_...`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_report_state(report: *const filed_report) -> u32 {
    read("filed_report_state", report, |report| report.state)
}

/// The job at Filed; NULL until it was created.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_report_job_id(report: *const filed_report) -> *const c_char {
    read("filed_report_job_id", report, |report| {
        report.job_id.as_ptr_or_null()
    })
}

/// Bytes sent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_report_bytes_sent(report: *const filed_report) -> u64 {
    read("filed_report_bytes_sent", report, |report| {
        report.bytes_sent
    })
}

/// How many clients failed or were cancelled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_report_failed_client_count(report: *const filed_report) -> u64 {
    read("filed_report_failed_client_count", report, |report| {
        report.failed_clients.len() as u64
    })
}

/// How many files failed or were cancelled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_report_failed_file_count(report: *const filed_report) -> u64 {
    read("filed_report_failed_file_count", report, |report| {
        report.failed_files.len() as u64
    })
}

/// How many notes there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_report_note_count(report: *const filed_report) -> u64 {
    read("filed_report_note_count", report, |report| {
        report.notes.len() as u64
    })
}

/// Clients by state, written to `*counts`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_report_clients(
    report: *const filed_report,
    counts: *mut filed_counts,
) {
    guard("filed_report_clients", || {
        *unsafe { args::handle_mut(counts, "counts") }? =
            unsafe { args::handle(report, "report") }?.clients;
        Ok(())
    })
}

/// Files by state, written to `*counts`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_report_files(
    report: *const filed_report,
    counts: *mut filed_counts,
) {
    guard("filed_report_files", || {
        *unsafe { args::handle_mut(counts, "counts") }? =
            unsafe { args::handle(report, "report") }?.files;
        Ok(())
    })
}

/// The failed client `index`, borrowed from the report; NULL beyond the last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_report_failed_client(
    report: *const filed_report,
    index: u64,
) -> *const filed_client_report {
    borrow("filed_report_failed_client", report, |report| {
        report.failed_clients.get(usize::try_from(index).ok()?)
    })
}

/// The failed file `index`, borrowed from the report; NULL beyond the last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_report_failed_file(
    report: *const filed_report,
    index: u64,
) -> *const filed_file_report {
    borrow("filed_report_failed_file", report, |report| {
        report.failed_files.get(usize::try_from(index).ok()?)
    })
}

/// The note `index`: something out of the ordinary that was found and settled, in words without
/// names or paths; NULL beyond the last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_report_note(
    report: *const filed_report,
    index: u64,
) -> *const c_char {
    read("filed_report_note", report, |report| {
        let note = usize::try_from(index)
            .ok()
            .and_then(|index| report.notes.get(index));
        note.map_or(std::ptr::null(), Text::as_ptr)
    })
}

/// Frees a report and what was borrowed from it. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_report_free(report: *mut filed_report) {
    free("filed_report_free", report)
}
