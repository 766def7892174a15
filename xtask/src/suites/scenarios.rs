//! Suite `scenarios`: all runners at once, a sandbox each, one judge.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::json;

use crate::sandbox::Sandbox;
use crate::scenarios::judge::{Named, judge};
use crate::scenarios::source::{self, Scenario};
use crate::scenarios::{compare, log};
use crate::tally::Tally;
use crate::{place, run, setup};

const LIMIT: Duration = Duration::from_secs(600);

struct Runner {
    language: &'static str,
    prepare: fn() -> Result<()>,
    command: fn() -> Result<Command>,
}

const RUNNERS: [Runner; 4] = [
    Runner {
        language: "rust",
        prepare: setup::workspace,
        command: rust,
    },
    Runner {
        language: "c",
        prepare: setup::c::runner,
        command: setup::c::runner_command,
    },
    Runner {
        language: "python",
        prepare: setup::python::package,
        command: python,
    },
    Runner {
        language: "node",
        prepare: setup::node::package,
        command: node,
    },
];

fn rust() -> Result<Command> {
    run::command(place::built("filed-runner")?)
}

fn python() -> Result<Command> {
    let mut command = run::command(setup::python::interpreter()?)?;
    command.arg("tests/runners/python/runner.py");
    Ok(command)
}

fn node() -> Result<Command> {
    let mut command = run::command("node")?;
    command.arg("tests/runners/node/run.mjs");
    Ok(command)
}

pub fn run(tally: &mut Tally) -> Result<()> {
    setup::workspace()?;
    let all = source::read(&source::folder()?)?;
    let file = place::target()?.join("scenarios.json");
    source::write(&all, &file)?;
    for runner in &RUNNERS {
        (runner.prepare)().with_context(|| format!("setting up {}", runner.language))?;
    }
    let ended: Vec<Result<(Named, String)>> = std::thread::scope(|scope| {
        let running: Vec<_> = RUNNERS
            .iter()
            .map(|runner| scope.spawn(|| carry_out(runner, &file)))
            .collect();
        running.into_iter().map(join).collect()
    });
    let mut logs = Vec::new();
    for (runner, ended) in RUNNERS.iter().zip(ended) {
        let language = runner.language;
        match ended {
            Ok((named, output)) => {
                tally.note(&output)?;
                logs.push(named);
            }
            Err(error) => {
                tally.check(&format!("the runner in {language}"), Err(error))?;
            }
        }
    }
    let scenarios = source::parse(&all)?;
    write_normalised(&scenarios, &logs)?;
    for verdict in judge(&scenarios, &logs) {
        tally.verdict(&verdict.name, &verdict.failures)?;
    }
    Ok(())
}

fn join<T>(handle: std::thread::ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    handle
        .join()
        .unwrap_or_else(|_| Err(anyhow::anyhow!("the runner's thread broke")))
}

/// Runs one runner against a sandbox of its own.
fn carry_out(runner: &Runner, scenarios: &Path) -> Result<(Named, String)> {
    let sandbox = Sandbox::start(&json!({}), 900)?;
    let log_file = place::logs()?.join(format!("scenarios-{}.jsonl", runner.language));
    let mut command = (runner.command)()?;
    command
        .arg("--control")
        .arg(&sandbox.ready.control_url)
        .arg("--scenarios")
        .arg(scenarios)
        .arg("--out")
        .arg(&log_file);
    let output = run::capture(&mut command, LIMIT)?;
    anyhow::ensure!(
        output.success,
        "{} broke:\n{}",
        run::shown(&command),
        output.text
    );
    let named = Named {
        language: runner.language.to_owned(),
        log: log::read(&log_file)?,
        secrets: sandbox.secrets(),
    };
    Ok((named, output.text))
}

/// Keeps what was compared, for a person to compare again.
fn write_normalised(scenarios: &[Scenario], logs: &[Named]) -> Result<()> {
    for named in logs {
        let path = place::logs()?.join(format!("scenarios-{}.normalised.jsonl", named.language));
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
