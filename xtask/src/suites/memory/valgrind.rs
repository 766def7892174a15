//! valgrind around the scenario runner in C++: no invalid access, nothing definitely lost.

use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::sandbox::Sandbox;
use crate::scenarios::source;
use crate::setup::debian;
use crate::suites::guest;
use crate::tally::Tally;
use crate::{place, run, setup};

const FOUND: i32 = 99;

/// A push to its end, a cancel, refusals, streams, a resume, a close: the ways memory is passed on.
const SOME: [&str; 8] = ["01-", "05-", "09-", "18-", "20-", "24-", "33-", "38-"];

pub fn check(tally: &mut Tally) -> Result<()> {
    debian::need("valgrind", || run::exists("valgrind"))?;
    tally.check("valgrind notices a planted leak", a_leak_is_noticed())?;
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

/// A program under valgrind; what is wrong with its memory ends it with [`FOUND`].
fn around(program: Command) -> Result<Command> {
    let mut valgrind = run::command("valgrind")?;
    valgrind
        .args(["--quiet", "--fair-sched=yes", "--leak-check=full"])
        .args([
            "--show-leak-kinds=definite",
            "--errors-for-leak-kinds=definite",
        ])
        .arg(format!("--error-exitcode={FOUND}"))
        .arg(program.get_program());
    Ok(valgrind)
}

/// What finds nothing must be able to.
fn a_leak_is_noticed() -> Result<()> {
    let output = run::capture(&mut around(guest::c("leaks")?)?, Duration::from_secs(120))?;
    ensure!(output.code == Some(FOUND), "a planted leak was not noticed");
    Ok(())
}

fn wanted(tally: &Tally, scenario: &Value) -> bool {
    let id = scenario["id"].as_str().unwrap_or_default();
    tally.long || SOME.iter().any(|start| id.starts_with(start))
}
