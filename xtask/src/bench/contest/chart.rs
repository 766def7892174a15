//! The picture: a panel for each workload and line, a bar for each entrant, as SVG that reads on
//! light and dark pages.

use std::fmt::Write as _;

use super::entrant;
use super::rounds::Outcome;
use super::table::title;
use super::workload::{ALL, Workload};
use crate::bench::print::figure;

const WIDTH: usize = 460;
const LABEL: usize = 150;
const VALUE: usize = 70;
const BAR: usize = 16;
const HEAD: usize = 34;
const GAP: usize = 18;

const STYLE: &str = "text{font:12px system-ui,sans-serif;fill:#57606a}.t{font-weight:600;fill:#1f2328}\
.ours{fill:#0a7d5a}.peer{fill:#b4bcc6}\
@media(prefers-color-scheme:dark){text{fill:#9aa4af}.t{fill:#e6edf3}.ours{fill:#2fb585}\
.peer{fill:#57606a}}";

/// The whole picture, two panels in a row.
pub fn svg(outcomes: &[Outcome]) -> String {
    let mut panels = Vec::new();
    for workload in ALL {
        for tls in [false, true] {
            let shown: Vec<&Outcome> = outcomes
                .iter()
                .filter(|outcome| outcome.workload == workload.key && outcome.tls == tls)
                .collect();
            if !shown.is_empty() {
                panels.push(panel(workload, tls, &shown));
            }
        }
    }
    let mut body = String::new();
    let mut top = 0;
    for row in panels.chunks(2) {
        for (column, (_, panel)) in row.iter().enumerate() {
            let left = column * (WIDTH + GAP);
            // Writing to a string cannot fail.
            let _ = writeln!(body, "<g transform=\"translate({left} {top})\">{panel}</g>");
        }
        top += row.iter().map(|(height, _)| *height).max().unwrap_or(0) + GAP;
    }
    let width = 2 * WIDTH + GAP;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {top}\" width=\"{width}\" \
         height=\"{top}\"><style>{STYLE}</style>\n{body}</svg>\n"
    )
}

/// A panel and its height.
fn panel(workload: &Workload, tls: bool, outcomes: &[&Outcome]) -> (usize, String) {
    let rate = |outcome: &Outcome| outcome.spread(|round| round.rate).map_or(0.0, |s| s.median);
    let most = outcomes
        .iter()
        .map(|outcome| rate(outcome))
        .fold(1.0, f64::max);
    let mut text = format!(
        "<text class=\"t\" y=\"14\">{}</text><text y=\"28\">{} a second</text>",
        title(workload, tls),
        workload.unit()
    );
    for (at, outcome) in outcomes.iter().enumerate() {
        let rate = rate(outcome);
        let entrant = entrant::named(outcome.entrant);
        let label = entrant.map_or(outcome.entrant, |entrant| entrant.label);
        let class = if entrant.is_some_and(|entrant| entrant.ours) {
            "ours"
        } else {
            "peer"
        };
        let (top, middle) = (HEAD + at * BAR, HEAD + at * BAR + 11);
        let length = (rate / most * (WIDTH - LABEL - VALUE) as f64).max(1.0);
        let end = LABEL as f64 + length + 5.0;
        let _ = write!(
            text,
            "<text x=\"{}\" y=\"{middle}\" text-anchor=\"end\">{label}</text>\
             <rect class=\"{class}\" x=\"{LABEL}\" y=\"{top}\" width=\"{length:.0}\" \
             height=\"{}\"/><text x=\"{end:.0}\" y=\"{middle}\">{}</text>",
            LABEL - 6,
            BAR - 4,
            figure(rate)
        );
    }
    (HEAD + outcomes.len() * BAR, text)
}

#[cfg(test)]
mod tests {
    use super::super::rounds::Round;
    use super::*;

    #[test]
    fn the_quickest_has_the_longest_bar() {
        let outcome = |entrant, rate| Outcome {
            workload: "uploads",
            tls: false,
            entrant,
            count: 1,
            rounds: vec![Round {
                rate,
                cpu_seconds: 1.0,
                loop_ms: None,
            }],
            idle_kib: 0,
            peak_kib: 0,
        };
        let picture = svg(&[outcome("rust", 1000.0), outcome("curl", 250.0)]);
        assert!(
            picture.contains("class=\"ours\" x=\"150\" y=\"34\" width=\"240\""),
            "{picture}"
        );
        assert!(
            picture.contains("class=\"peer\" x=\"150\" y=\"50\" width=\"60\""),
            "{picture}"
        );
        assert!(picture.contains("ours, Rust") && picture.contains("libcurl multi (C)"));
    }
}
