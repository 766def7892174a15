//! [`Finding`]: one thing Filed would trip over.

use serde::Serialize;

use super::codes::Code;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// It works, until something else goes wrong.
    Warning,
    /// An import would fail, lose something, or expose something.
    Error,
}

impl Severity {
    /// `note`, `warning` or `error`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One thing Filed would trip over. It holds no client's name, no file's name and no credential.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// Stable name, such as `range-ignored`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Which part of the check made it, such as `downloads`.
    pub check: &'static str,
    /// The endpoint, such as `GET /api/v1/clients`.
    pub endpoint: String,
    /// What was seen, the first time.
    pub seen: String,
    /// How often it was seen.
    pub times: u32,
    /// What Filed would trip over.
    pub trips: &'static str,
    /// How to mend it.
    pub mend: &'static str,
}

/// What has been found so far: each code once per endpoint.
#[derive(Default)]
pub(super) struct Findings {
    all: Vec<Finding>,
    check: &'static str,
}

impl Findings {
    /// Says which part of the check is on.
    pub(super) fn begin(&mut self, check: &'static str) {
        self.check = check;
    }

    pub(super) fn add(&mut self, code: &Code, endpoint: &str, seen: impl Into<String>) {
        let known = self
            .all
            .iter_mut()
            .find(|found| found.code == code.code && found.endpoint == endpoint);
        if let Some(known) = known {
            known.times += 1;
            return;
        }
        self.all.push(Finding {
            code: code.code,
            severity: code.severity,
            check: self.check,
            endpoint: endpoint.to_owned(),
            seen: seen.into(),
            times: 1,
            trips: code.trips,
            mend: code.mend,
        });
    }

    pub(super) fn has(&self, code: &Code) -> bool {
        self.all.iter().any(|found| found.code == code.code)
    }

    /// Everything found, the worst first.
    pub(super) fn into_sorted(mut self) -> Vec<Finding> {
        self.all
            .sort_by_key(|found| std::cmp::Reverse(found.severity));
        self.all
    }
}
