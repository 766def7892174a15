//! One thing Filed would trip over.

use std::ffi::c_char;

use filed_core::pull::Finding;

use crate::guard::read;
use crate::text::Text;

/// One thing Filed would trip over; borrowed from its report, as are its strings. It holds no
/// client's name, no file's name and no credential.
pub struct filed_pull_finding {
    code: Text,
    severity: Text,
    check: Text,
    endpoint: Text,
    seen: Text,
    times: u64,
    trips: Text,
    mend: Text,
}

impl From<&Finding> for filed_pull_finding {
    fn from(found: &Finding) -> Self {
        Self {
            code: Text::from(found.code),
            severity: Text::from(found.severity.as_str()),
            check: Text::from(found.check),
            endpoint: Text::from(found.endpoint.as_str()),
            seen: Text::from(found.seen.as_str()),
            times: u64::from(found.times),
            trips: Text::from(found.trips),
            mend: Text::from(found.mend),
        }
    }
}

/// Stable, such as `range-ignored`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_finding_code(
    finding: *const filed_pull_finding,
) -> *const c_char {
    read("filed_pull_finding_code", finding, |finding| {
        finding.code.as_ptr()
    })
}

/// `error`: an import would fail, lose something or expose something; `warning`: it works until something
/// else goes wrong; `note`: worth knowing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_finding_severity(
    finding: *const filed_pull_finding,
) -> *const c_char {
    read("filed_pull_finding_severity", finding, |finding| {
        finding.severity.as_ptr()
    })
}

/// Which part of the check made it, such as `downloads`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_finding_check(
    finding: *const filed_pull_finding,
) -> *const c_char {
    read("filed_pull_finding_check", finding, |finding| {
        finding.check.as_ptr()
    })
}

/// Such as `GET /api/v1/clients`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_finding_endpoint(
    finding: *const filed_pull_finding,
) -> *const c_char {
    read("filed_pull_finding_endpoint", finding, |finding| {
        finding.endpoint.as_ptr()
    })
}

/// What was seen, the first time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_finding_seen(
    finding: *const filed_pull_finding,
) -> *const c_char {
    read("filed_pull_finding_seen", finding, |finding| {
        finding.seen.as_ptr()
    })
}

/// What Filed would trip over.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_finding_trips(
    finding: *const filed_pull_finding,
) -> *const c_char {
    read("filed_pull_finding_trips", finding, |finding| {
        finding.trips.as_ptr()
    })
}

/// How to mend it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_finding_mend(
    finding: *const filed_pull_finding,
) -> *const c_char {
    read("filed_pull_finding_mend", finding, |finding| {
        finding.mend.as_ptr()
    })
}

/// How often it was seen.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_finding_times(finding: *const filed_pull_finding) -> u64 {
    read("filed_pull_finding_times", finding, |finding| finding.times)
}
