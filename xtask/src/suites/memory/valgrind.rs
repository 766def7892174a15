//! valgrind around the scenario runner in C++: no invalid access, nothing definitely lost.

use std::process::Command;

use anyhow::Result;
use serde_json::{Value, json};

use super::mistakes;
use crate::sandbox::Sandbox;
use crate::scenarios::source;
use crate::setup::debian;
use crate::suites::guest;
use crate::tally::Tally;
use crate::{place, run, setup};

/// A push to its end, a cancel, refusals, streams, a resume, a close: the ways memory is passed on.
const SOME: [&str; 8] = ["01-", "05-", "09-", "18-", "20-", "24-", "33-", "38-"];

pub fn check(tally: &mut Tally) -> Result<()> {
    debian::need("valgrind", || run::exists("valgrind"))?;
    let planted = [&mistakes::OF_THE_HOST[..], &[mistakes::IN_THE_LIBRARY]].concat();
    mistakes::check(tally, "valgrind", &planted, || {
        around(guest::c("mistakes")?)
    })?;
    let all = source::read(&source::folder()?)?;
    let chosen: Vec<Value> = all.into_iter().filter(|one| wanted(tally, one)).collect();
    if !tally.long {
        tally.line(&format!(
            "  {} scenarios under valgrind; `--long` runs all",
            chosen.len()
        ))?;
    }
    let file = place::target()?.join("scenarios-memory.json");
    source::write(&chosen, &file)?;
    let sandbox = Sandbox::start(&json!({}), 3600)?;
    let mut runner = around(setup::c::runner_command()?)?;
    runner
        .args(["--control", &sandbox.ready.plain_control_url, "--scenarios"])
        .arg(&file)
        .arg("--out")
        .arg(place::target()?.join("scenarios-memory.jsonl"));
    tally.program("valgrind: the scenario runner of C", &mut runner)?;
    Ok(())
}

/// A program under valgrind; what is wrong with its memory ends it with [`mistakes::FOUND`].
fn around(program: Command) -> Result<Command> {
    let mut valgrind = run::command("valgrind")?;
    valgrind
        .args(["--quiet", "--fair-sched=yes", "--leak-check=full"])
        .args([
            "--show-leak-kinds=definite",
            "--errors-for-leak-kinds=definite",
        ])
        .arg(format!("--error-exitcode={}", mistakes::FOUND))
        .arg(program.get_program());
    Ok(valgrind)
}

fn wanted(tally: &Tally, scenario: &Value) -> bool {
    let id = scenario["id"].as_str().unwrap_or_default();
    tally.long || SOME.iter().any(|start| id.starts_with(start))
}
