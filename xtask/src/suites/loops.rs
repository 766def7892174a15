//! Suite `loops`: what happens once in every process, many times over. A crash at exit that strikes
//! once in a hundred runs is found here.

use std::process::Command;

use anyhow::Result;
use serde_json::json;

use super::{guest, repeat};
use crate::sandbox::Sandbox;
use crate::tally::Tally;
use crate::{place, run, setup};

/// How often each is done when there is time; fewer of what takes long: worker threads, each with a
/// JavaScript engine of its own, and processes.
const ROUNDS: usize = 300;
const WORKERS: usize = 60;
const PROCESSES: usize = 40;

pub fn run(tally: &mut Tally) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return tally.skip(
            "everything",
            "written for the loader and the processes of Linux",
        );
    }
    setup::c::package()?;
    setup::python::package()?;
    setup::node::package()?;
    let (workers, processes) = match tally.long {
        true => (ROUNDS, ROUNDS),
        false => (WORKERS, PROCESSES),
    };
    if !tally.long {
        tally.line(&format!(
            "  {WORKERS} worker threads, {PROCESSES} processes of each kind; `--long`: {ROUNDS}"
        ))?;
    }
    // Slow enough that every exit comes in the middle of an upload.
    let settings = json!({
        "upload_bytes_per_second": 200_000, "upload_discard": true, "duplicate_scope": "off",
    });
    let sandbox = Sandbox::start(&settings, 3600)?;

    let library = place::built("libfiled.so")?;
    repeat::check(
        tally,
        &format!("C: load, use, unload, {ROUNDS} rounds in a process"),
        1,
        || {
            let mut loads = guest::led(guest::c("loads")?, &sandbox);
            loads.arg(ROUNDS.to_string()).arg(&library);
            Ok(loads)
        },
    )?;
    repeat::check(tally, "C: load, use, unload, end", processes, || {
        let mut loads = guest::led(guest::c("loads")?, &sandbox);
        loads.arg("1").arg(&library);
        Ok(loads)
    })?;
    let what = format!("Node: {workers} worker threads started and stopped in a process");
    repeat::check(tally, &what, 1, || {
        let mut host = node("workers", &sandbox)?;
        host.arg(workers.to_string());
        Ok(host)
    })?;
    for (kind, what) in [
        (
            "process-exit",
            "Node: process.exit in the middle of uploads",
        ),
        ("open-push", "Node: process.exit with a push open"),
    ] {
        repeat::check(tally, what, processes, || node(kind, &sandbox))?;
    }
    for (kind, what) in [
        ("sys-exit", "Python: sys.exit in the middle of uploads"),
        ("open-push", "Python: the interpreter ends with a push open"),
        ("open-push-asyncio", "Python: the same from asyncio"),
        ("both", "Python: the wheel and the C library in one process"),
    ] {
        repeat::check(tally, what, processes, || python(kind, &sandbox))?;
    }
    Ok(())
}

fn python(kind: &str, sandbox: &Sandbox) -> Result<Command> {
    let mut python = guest::led(run::command(setup::python::interpreter()?)?, sandbox);
    python.arg("tests/python/guest_ends.py").arg(kind);
    python.env("LIBRARY", place::built("libfiled.so")?);
    Ok(python)
}

fn node(kind: &str, sandbox: &Sandbox) -> Result<Command> {
    let mut node = guest::led(run::command("node")?, sandbox);
    node.arg("tests/node/guest-ends.mjs").arg(kind);
    Ok(node)
}
