//! One round of scenarios: every language's runner at once, each against a sandbox of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::judge::Named;
use super::{log, source};
use crate::sandbox::{Ready, Sandbox};
use crate::{place, run, setup};

const LIMIT: Duration = Duration::from_secs(600);

/// Variables of the runners, given what a sandbox says of itself.
pub type Environment = fn(&Ready) -> Result<Vec<(&'static str, String)>>;

/// What runs, and in which surroundings.
pub struct Round {
    /// In the names of its files.
    pub name: String,
    pub scenarios: Vec<Value>,
    /// Arguments of the sandbox.
    pub sandbox: Vec<String>,
    pub environment: Environment,
}

impl Round {
    /// Nothing special.
    pub fn plain(name: &str, scenarios: Vec<Value>) -> Self {
        Self {
            name: name.to_owned(),
            scenarios,
            sandbox: Vec::new(),
            environment: |_| Ok(Vec::new()),
        }
    }

    /// Runs it in every language; what the runners printed is added to `printed`. A runner that
    /// broke has no log but an error.
    pub fn run(&self, printed: &mut String) -> Result<Vec<(&'static str, Result<Named>)>> {
        let file = place::target()?.join(format!("{}.json", self.name));
        source::write(&self.scenarios, &file)?;
        let ended: Vec<Result<(Named, String)>> = std::thread::scope(|scope| {
            let running: Vec<_> = RUNNERS
                .iter()
                .map(|runner| scope.spawn(|| self.carry_out(runner, &file)))
                .collect();
            running.into_iter().map(join).collect()
        });
        let mut logs = Vec::new();
        for (runner, ended) in RUNNERS.iter().zip(ended) {
            let log = ended.map(|(named, output)| {
                printed.push_str(&output);
                named
            });
            logs.push((runner.language, log));
        }
        Ok(logs)
    }

    fn carry_out(&self, runner: &Runner, scenarios: &Path) -> Result<(Named, String)> {
        let sandbox = Sandbox::start_with(&self.sandbox, &json!({}), 900)?;
        let log_file = self.log_file(runner.language, "jsonl")?;
        let mut command = (runner.command)()?;
        command
            .envs((self.environment)(&sandbox.ready)?)
            .arg("--control")
            .arg(&sandbox.ready.plain_control_url)
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

    /// Where a language's log is.
    pub fn log_file(&self, language: &str, ending: &str) -> Result<PathBuf> {
        Ok(place::logs()?.join(format!("{}-{language}.{ending}", self.name)))
    }
}

/// Sets up every language's runner.
pub fn prepare() -> Result<()> {
    setup::workspace()?;
    for runner in &RUNNERS {
        (runner.prepare)().with_context(|| format!("setting up {}", runner.language))?;
    }
    Ok(())
}

/// Every language, in the order of the logs.
pub fn languages() -> impl Iterator<Item = &'static str> {
    RUNNERS.iter().map(|runner| runner.language)
}

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

fn join<T>(handle: std::thread::ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    handle
        .join()
        .unwrap_or_else(|_| Err(anyhow::anyhow!("the runner's thread broke")))
}
