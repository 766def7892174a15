//! A report as JUnit XML.

use std::fmt::Write as _;

use super::finding::{Finding, Severity};
use super::report::{Part, Report};

pub(super) fn render(report: &Report) -> String {
    let failures = report.findings.iter().filter(|found| fails(found)).count();
    let stopped = usize::from(report.stopped.is_some());
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a string does not fail.
    let _ = writeln!(
        xml,
        "<testsuite name=\"filed pull check\" tests=\"{}\" failures=\"{failures}\" errors=\"{stopped}\" time=\"{:.3}\">",
        report.checks.len() + stopped,
        report.took_ms as f64 / 1000.0
    );
    for part in &report.checks {
        case(&mut xml, report, part);
    }
    if let Some(why) = &report.stopped {
        let _ = writeln!(
            xml,
            "  <testcase classname=\"pull-check\" name=\"to the end\"><error message=\"{}\"/></testcase>",
            escaped(why)
        );
    }
    xml.push_str("</testsuite>\n");
    xml
}

fn fails(found: &Finding) -> bool {
    found.severity == Severity::Error
}

fn case(xml: &mut String, report: &Report, part: &Part) {
    let _ = writeln!(
        xml,
        "  <testcase classname=\"pull-check\" name=\"{}\">",
        escaped(part.name)
    );
    let (failures, others): (Vec<_>, Vec<_>) = report
        .findings
        .iter()
        .filter(|found| found.check == part.name)
        .partition(|found| fails(found));
    for found in failures {
        let _ = writeln!(
            xml,
            "    <failure type=\"{}\" message=\"{}\">{}</failure>",
            found.code,
            escaped(&format!("{}: {}", found.endpoint, found.seen)),
            escaped(&format!("{} {}", found.trips, found.mend))
        );
    }
    let mut out: Vec<String> = others
        .iter()
        .map(|found| {
            format!(
                "{} {} at {}: {}",
                found.severity.as_str(),
                found.code,
                found.endpoint,
                found.seen
            )
        })
        .collect();
    out.extend(part.skipped.iter().map(|why| format!("not tried: {why}")));
    if !out.is_empty() {
        let _ = writeln!(
            xml,
            "    <system-out>{}</system-out>",
            escaped(&out.join("\n"))
        );
    }
    xml.push_str("  </testcase>\n");
}

/// Text as XML 1.0 can hold it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => out.push('?'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn text_of_a_platform_cannot_break_the_xml() {
        assert_eq!(
            escaped("<a b=\"c\">&\u{1b}\u{0}"),
            "&lt;a b=&quot;c&quot;&gt;&amp;??"
        );
    }
}
