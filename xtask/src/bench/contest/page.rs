//! `docs/benchmarks.md`: what was measured is written between two marks; what stands around them is
//! a person's.

use std::fmt::Write as _;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::chart;
use super::rounds::Outcome;
use super::table;
use super::workload::{ALL, Kind};
use crate::bench::Options;
use crate::bench::print::{self, Finding, Table};
use crate::{place, run};

const BEGIN: &str = "<!-- Written by `cargo xtask bench all`, down to the end mark. -->";
const END: &str = "<!-- The end of what is written by the command. -->";

/// Writes the results into the page, and the picture beside it.
pub fn write(
    outcomes: &[Outcome],
    findings: &[Finding],
    minutes: f64,
    options: &Options,
) -> Result<()> {
    let docs = place::root()?.join("docs");
    let path = docs.join("benchmarks.md");
    let page = std::fs::read_to_string(&path)?;
    let (before, rest) = page
        .split_once(BEGIN)
        .context("docs/benchmarks.md has no begin mark")?;
    let (_, after) = rest
        .split_once(END)
        .context("docs/benchmarks.md has no end mark")?;
    let results = results(outcomes, findings, minutes, options)?;
    std::fs::write(&path, format!("{before}{BEGIN}\n\n{results}\n{END}{after}"))?;
    std::fs::write(docs.join("benchmarks.svg"), chart::svg(outcomes))?;
    println!("docs/benchmarks.md and docs/benchmarks.svg are written");
    Ok(())
}

fn results(
    outcomes: &[Outcome],
    findings: &[Finding],
    minutes: f64,
    options: &Options,
) -> Result<String> {
    let mut text = String::new();
    let short = if options.quick {
        ", the quick form"
    } else {
        ""
    };
    writeln!(
        text,
        "{}. Profile `{}`{short}; {minutes:.0} minutes.\n\n![Rates of each](benchmarks.svg)\n",
        machine()?,
        options.profile()
    )?;
    writeln!(
        text,
        "### What must show\n\n{}",
        markdown(&print::findings(findings))
    )?;
    for workload in ALL {
        for tls in [false, true] {
            let shown: Vec<Outcome> = outcomes
                .iter()
                .filter(|outcome| outcome.workload == workload.key && outcome.tls == tls)
                .cloned()
                .collect();
            if shown.is_empty() || (tls && matches!(workload.kind, Kind::Push(_))) {
                continue;
            }
            let table = markdown(&table::of(workload, &shown));
            writeln!(text, "### {}\n\n{table}", table::title(workload, tls))?;
        }
    }
    Ok(text)
}

/// The day, the processor, the systems.
fn machine() -> Result<String> {
    let said = |command: &mut Command| run::demand(command).map(|text| text.trim().to_owned());
    let date = said(run::command("date")?.args(["-u", "+%d %B %Y, %H:%M UTC"]))?;
    let kernel = said(run::command("uname")?.arg("-sr"))?;
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("an unknown processor", |name| {
        name.trim_start_matches(['\t', ':', ' '])
    });
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    let node = said(run::command("node")?.arg("--version"))?;
    let python = said(run::command("python3")?.arg("--version"))?;
    Ok(format!(
        "{date}; {model}, {cpus} cores; {kernel}, {python}, Node {node}"
    ))
}

/// A table as Markdown.
fn markdown(table: &Table) -> String {
    let mut text = String::new();
    for (at, row) in table.rows().iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {} |", row.join(" | "));
        if at == 0 {
            let _ = writeln!(
                text,
                "| --- |{}",
                " ---: |".repeat(row.len().saturating_sub(1))
            );
        }
    }
    text
}
