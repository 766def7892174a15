//! Suite `scenarios`: all runners at once, a sandbox each, one judge.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::scenarios::judge::{Named, Verdict, judge};
use crate::scenarios::round::{Round, prepare};
use crate::scenarios::source::{self, Scenario};
use crate::scenarios::{compare, log};
use crate::tally::Tally;

pub fn run(tally: &mut Tally) -> Result<()> {
    let all = source::read(&source::folder()?)?;
    for verdict in judged(tally, all, "scenarios")? {
        tally.verdict(&verdict.name, &verdict.failures)?;
    }
    Ok(())
}

/// Runs these scenarios in every language and judges them; a runner that broke is a failure.
pub fn judged(tally: &mut Tally, all: Vec<Value>, name: &str) -> Result<Vec<Verdict>> {
    prepare()?;
    let round = Round::plain(name, all);
    let mut printed = String::new();
    let ended = round.run(&mut printed)?;
    tally.note(&printed)?;
    let mut logs = Vec::new();
    for (language, log) in ended {
        match log {
            Ok(log) => logs.push(log),
            Err(error) => {
                tally.check(&format!("the runner in {language}"), Err(error))?;
            }
        }
    }
    let scenarios = source::parse(&round.scenarios)?;
    write_normalised(&round, &scenarios, &logs)?;
    Ok(judge(&scenarios, &logs))
}

/// Keeps what was compared, for a person to compare again.
fn write_normalised(round: &Round, scenarios: &[Scenario], logs: &[Named]) -> Result<()> {
    for named in logs {
        let path = round.log_file(&named.language, "normalised.jsonl")?;
        std::fs::write(path, compare::normalised(scenarios, &named.log))?;
    }
    Ok(())
}
/// Judges logs that are there already; a log is named after its language.
pub fn judge_logs(files: &[PathBuf], only: &str) -> Result<bool> {
    let mut all = source::read(&source::folder()?)?;
    all.retain(|one| one["id"].as_str().is_some_and(|id| id.contains(only)));
    let logs = files
        .iter()
        .map(|file| named(file))
        .collect::<Result<Vec<_>>>()?;
    let (mut passed, mut failed) = (0, 0);
    for verdict in judge(&source::parse(&all)?, &logs) {
        if verdict.failures.is_empty() {
            passed += 1;
            continue;
        }
        failed += 1;
        println!("FAIL {}\n{}", verdict.name, verdict.failures.join("\n"));
    }
    println!("{passed} passed, {failed} failed");
    Ok(failed == 0)
}

fn named(file: &Path) -> Result<Named> {
    let stem = file.file_stem().context("a log needs a name")?;
    Ok(Named {
        language: stem.to_string_lossy().into_owned(),
        log: log::read(file)?,
        secrets: Vec::<String>::new(),
    })
}
