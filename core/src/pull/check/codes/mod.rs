//! Every finding the check can make: its code, how bad it is, what Filed would trip over, and how
//! to mend it. Codes are stable; scripts may look for them.

mod access;
mod content;
mod general;
mod lists;
mod writes;

pub(super) use access::*;
pub(super) use content::*;
pub(super) use general::*;
pub(super) use lists::*;
pub(super) use writes::*;

use super::finding::Severity;

/// One kind of finding.
pub(crate) struct Code {
    pub(crate) code: &'static str,
    pub(crate) severity: Severity,
    /// What Filed would trip over.
    pub(crate) trips: &'static str,
    pub(crate) mend: &'static str,
}

const fn code(
    code: &'static str,
    severity: Severity,
    trips: &'static str,
    mend: &'static str,
) -> Code {
    Code {
        code,
        severity,
        trips,
        mend,
    }
}

const fn error(name: &'static str, trips: &'static str, mend: &'static str) -> Code {
    code(name, Severity::Error, trips, mend)
}

const fn warning(name: &'static str, trips: &'static str, mend: &'static str) -> Code {
    code(name, Severity::Warning, trips, mend)
}

const fn note(name: &'static str, trips: &'static str, mend: &'static str) -> Code {
    code(name, Severity::Note, trips, mend)
}
