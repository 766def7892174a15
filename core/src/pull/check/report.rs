//! [`Report`]: what the check tried and what it found, as data, words, JSON and JUnit.

use serde::Serialize;

use super::finding::{Finding, Severity};
use super::{junit, words};

/// What the check tried and what it found.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The platform's address.
    pub base_url: String,
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
    /// The parts of the check, in the order they ran.
    pub checks: Vec<Part>,
    /// Requests that were sent.
    pub requests: u32,
    /// Time it took, in milliseconds.
    pub took_ms: u64,
    /// Why the check ended before its end, when it did.
    pub stopped: Option<String>,
}

/// One part of the check.
#[derive(Debug, Clone, Serialize)]
pub struct Part {
    /// Its name, such as `downloads`.
    pub name: &'static str,
    /// How many requests it took.
    pub requests: u32,
    /// What could not be tried, and why.
    pub skipped: Vec<String>,
}

impl Report {
    /// Whether everything was tried and no error was found; warnings and notes are allowed.
    pub fn passed(&self) -> bool {
        let bad = |found: &Finding| found.severity == Severity::Error;
        self.stopped.is_none() && !self.findings.iter().any(bad)
    }

    /// For people.
    pub fn to_text(&self) -> String {
        words::render(self)
    }

    /// For programs.
    pub fn to_json(&self) -> serde_json::Value {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        value["passed"] = self.passed().into();
        value
    }

    /// JUnit XML, for continuous integration: a test case per part, a failure per finding.
    pub fn to_junit(&self) -> String {
        junit::render(self)
    }
}
