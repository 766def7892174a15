//! Opening and closing over and over, in each language: memory grows no more after the first tenth, in
//! Node after the first half.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::sandbox::Sandbox;
use crate::suites::guest;
use crate::tally::Tally;
use crate::{run, setup};

const ROUNDS: usize = 10_000;
/// What may come and go by chance, of the allocator or of a garbage collector. A client takes more
/// than ten KiB: one in six that is not given back shows.
const ALLOWANCE_KIB: i64 = 8 * 1024;
const LIMIT: Duration = Duration::from_secs(900);

pub fn check(tally: &mut Tally) -> Result<()> {
    let sandbox = Sandbox::start(&json!({ "duplicate_scope": "off" }), 3600)?;
    setup::python::package()?;
    setup::node::package()?;
    let mut python = run::command(setup::python::interpreter()?)?;
    python.arg("tests/python/guest_cycles.py");
    let mut node = run::command("node")?;
    node.args(["--expose-gc", "tests/node/guest-cycles.mjs"]);
    let programs = [
        ("C", guest::c("cycles")?),
        ("Python", python),
        ("Node", node),
    ];
    for (language, program) in programs {
        let mut program = guest::led(program, &sandbox);
        program.arg(ROUNDS.to_string());
        let outcome = growth(&mut program);
        let line = match &outcome {
            Ok((grown, took)) => format!(
                "{language}: {ROUNDS} clients opened and closed in {}s, memory {grown:+} KiB",
                took.as_secs()
            ),
            Err(_) => format!("{language}: {ROUNDS} clients opened and closed"),
        };
        tally.check(&line, outcome.and_then(|(grown, _)| judge(grown)))?;
    }
    Ok(())
}

fn growth(program: &mut Command) -> Result<(i64, Duration)> {
    let output = run::capture(program, LIMIT)?;
    ensure!(output.success, "{}", output.text);
    let grown = output.text.trim().parse();
    let grown = grown.with_context(|| format!("it said `{}`", output.text))?;
    Ok((grown, output.took))
}

fn judge(grown: i64) -> Result<()> {
    ensure!(
        grown <= ALLOWANCE_KIB,
        "{grown} KiB more, {ALLOWANCE_KIB} are allowed"
    );
    Ok(())
}
