//! The check of a platform's pull API.

use std::ffi::c_char;
use std::path::PathBuf;
use std::time::Duration;

use filed_core::pull::{CheckLimits, CheckOptions, Report, check};
use secrecy::SecretString;

use super::docs::pair;
use super::finding::filed_pull_finding;
use super::options::given;
use crate::args;
use crate::cancel::{self, filed_cancel};
use crate::error::filed_error;
use crate::failure::Result;
use crate::guard::{borrow, free, guard, read};
use crate::records::{self, Record};
use crate::text::{OptionalText, Text};
use crate::wait;

/// What to check, and how far. Start with `FILED_PULL_CHECK_OPTIONS_INIT`. Everything is copied.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct filed_pull_check_options {
    /// Size of this struct.
    pub size: u32,
    /// Other than 0: no note is posted and no file is sent. What is sent is not removed: use a test
    /// firm.
    pub read_only: u32,
    /// Where the platform's paths begin: https, or http on loopback; required.
    pub base_url: *const c_char,
    /// An API key. It or the OAuth 2.0 client must be there.
    pub api_key: *const c_char,
    /// `client_id` of an OAuth 2.0 client.
    pub client_id: *const c_char,
    /// Its `client_secret`.
    pub client_secret: *const c_char,
    /// The platform's OpenAPI document, JSON or YAML; asked for when NULL.
    pub document: *const c_char,
    /// Which of its operations is which, JSON or YAML; NULL is a platform of ours.
    pub mapping: *const c_char,
    /// Path of a PEM file of more certificate authorities, or NULL.
    pub ca_bundle: *const c_char,
    /// Id of the platform's client that notes and files are sent to; NULL is the first one listed.
    pub target: *const c_char,
    /// Ends the check from another thread, or NULL.
    pub cancel: *const filed_cancel,
    /// The longest time for everything; 5 minutes.
    pub time_ms: u64,
    /// The most requests; 2,000.
    pub max_requests: u32,
    /// The most clients whose files are listed; 100.
    pub max_clients: u32,
    /// The most files that are downloaded; 50.
    pub max_files: u32,
    /// Zero.
    pub reserved: u32,
}

// SAFETY: integers and pointers, all valid when zero; `size` is first.
unsafe impl Record for filed_pull_check_options {
    const NAME: &'static str = "filed_pull_check_options";
    const INIT: &'static str = "FILED_PULL_CHECK_OPTIONS_INIT";
}

impl filed_pull_check_options {
    unsafe fn to_core(self) -> Result<CheckOptions> {
        let text = |text, name| unsafe { args::optional_string(text, name) };
        let mut options = CheckOptions::new(unsafe { args::text(self.base_url, "base_url") }?);
        options.credentials.api_key = text(self.api_key, "api_key")?.map(SecretString::from);
        options.credentials.oauth = unsafe { pair(self.client_id, self.client_secret) }?;
        options.document = text(self.document, "document")?;
        options.mapping = text(self.mapping, "mapping")?;
        options.ca_bundle = text(self.ca_bundle, "ca_bundle")?.map(PathBuf::from);
        options.client_id = text(self.target, "target")?;
        options.writes = self.read_only == 0;
        options.limits = self.limits();
        Ok(options)
    }

    fn limits(&self) -> CheckLimits {
        let usual = CheckLimits::default();
        CheckLimits {
            requests: given(self.max_requests, usual.requests),
            time: given(Duration::from_millis(self.time_ms), usual.time),
            clients: given(self.max_clients as usize, usual.clients),
            files: given(self.max_files as usize, usual.files),
            ..usual
        }
    }
}

/// What a check tried and what it found. Strings and findings are borrowed from it.
pub struct filed_pull_check_report {
    passed: u32,
    requests: u64,
    stopped: Option<Text>,
    text: Text,
    json: Text,
    junit: Text,
    findings: Vec<filed_pull_finding>,
}

impl From<Report> for filed_pull_check_report {
    fn from(report: Report) -> Self {
        Self {
            passed: u32::from(report.passed()),
            requests: u64::from(report.requests),
            text: Text::from(report.to_text()),
            json: Text::from(&report.to_json()),
            junit: Text::from(report.to_junit()),
            findings: report.findings.iter().map(Into::into).collect(),
            stopped: report.stopped.map(Text::from),
        }
    }
}

/// Plays Filed against a platform's pull API, ours or any other, and tells what Filed would trip
/// over and how to mend it. Blocks until the check has ended. That the platform fails is a finding,
/// no error. `*report` is yours to free with `filed_pull_check_report_free`.
///
/// INVALID_ARGUMENT, which tells what cannot be used; CANCELLED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_check(
    options: *const filed_pull_check_options,
    report: *mut *mut filed_pull_check_report,
) -> *mut filed_error {
    guard("filed_pull_check", || {
        let place = unsafe { args::out(report, "report") }?;
        let options = unsafe { records::read(options, "options") }?;
        // SAFETY: the caller's contract: NULL or a live handle.
        let stop = unsafe { cancel::token(options.cancel) };
        let checking = check(unsafe { options.to_core() }?);
        place.set(wait::block_on(cancel::or_cancelled(stop, checking))?.into());
        Ok(())
    })
}

/// 1 when everything was tried and no error was found; warnings and notes are allowed. Else 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_check_report_passed(
    report: *const filed_pull_check_report,
) -> u32 {
    read("filed_pull_check_report_passed", report, |report| {
        report.passed
    })
}

/// Requests that were sent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_check_report_requests(
    report: *const filed_pull_check_report,
) -> u64 {
    read("filed_pull_check_report_requests", report, |report| {
        report.requests
    })
}

/// Why the check ended before its end; NULL when it did not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_check_report_stopped(
    report: *const filed_pull_check_report,
) -> *const c_char {
    read("filed_pull_check_report_stopped", report, |report| {
        report.stopped.as_ptr_or_null()
    })
}

/// The report for people.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_check_report_text(
    report: *const filed_pull_check_report,
) -> *const c_char {
    read("filed_pull_check_report_text", report, |report| {
        report.text.as_ptr()
    })
}

/// The report for programs, the same in every language.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_check_report_json(
    report: *const filed_pull_check_report,
) -> *const c_char {
    read("filed_pull_check_report_json", report, |report| {
        report.json.as_ptr()
    })
}

/// The report as JUnit XML: a test case per part, a failure per finding.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_check_report_junit(
    report: *const filed_pull_check_report,
) -> *const c_char {
    read("filed_pull_check_report_junit", report, |report| {
        report.junit.as_ptr()
    })
}

/// How many findings there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_check_report_finding_count(
    report: *const filed_pull_check_report,
) -> u64 {
    read("filed_pull_check_report_finding_count", report, |report| {
        report.findings.len() as u64
    })
}

/// The finding `index`, the worst first, borrowed from the report; NULL beyond the last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_check_report_finding(
    report: *const filed_pull_check_report,
    index: u64,
) -> *const filed_pull_finding {
    borrow("filed_pull_check_report_finding", report, |report| {
        report.findings.get(usize::try_from(index).ok()?)
    })
}

/// Frees a report and what was borrowed from it. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_check_report_free(report: *mut filed_pull_check_report) {
    free("filed_pull_check_report_free", report)
}
