//! A report in words.

use std::fmt::Write as _;

use super::finding::{Finding, Severity};
use super::report::Report;

pub(super) fn render(report: &Report) -> String {
    let mut text = format!("Filed plays Filed at {}\n\n", report.base_url);
    for part in &report.checks {
        let found = report
            .findings
            .iter()
            .filter(|found| found.check == part.name);
        let mark = match found.map(|found| found.severity).max() {
            None if part.skipped.is_empty() => "ok",
            None => "part",
            Some(Severity::Error) => "FAIL",
            Some(_) => "warn",
        };
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "  {mark:<5}{} ({} requests)",
            part.name, part.requests
        );
        for skipped in &part.skipped {
            let _ = writeln!(text, "       not tried: {skipped}");
        }
    }
    for found in &report.findings {
        finding(&mut text, found);
    }
    if let Some(why) = &report.stopped {
        let _ = writeln!(text, "\nThe check stopped early: {why}");
    }
    let count = |severity| {
        report
            .findings
            .iter()
            .filter(|found| found.severity == severity)
            .count()
    };
    let _ = writeln!(
        text,
        "\n{} errors, {} warnings, {} notes; {} requests in {:.1} s",
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Note),
        report.requests,
        report.took_ms as f64 / 1000.0
    );
    text
}

fn finding(text: &mut String, found: &Finding) {
    let times = match found.times {
        1 => String::new(),
        times => format!(" ({times} times)"),
    };
    let _ = write!(
        text,
        "\n{} {} at {}{times}\n  seen:  {}\n  trips: {}\n  mend:  {}\n",
        found.severity.as_str(),
        found.code,
        found.endpoint,
        found.seen,
        found.trips,
        found.mend
    );
}
