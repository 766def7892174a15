//! What the suite of pulls needs of others: tus clients from npm and PyPI, and schemathesis.

use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::{Context as _, Result};

use super::{once, stamp};
use crate::{place, run};

const TOOLS: &str = "tuspy>=1.1,<2 schemathesis>=4.32,<5";

/// A virtual environment with the tools of Python.
pub fn tools() -> Result<PathBuf> {
    static DONE: OnceLock<()> = OnceLock::new();
    let dir = place::work()?.join("pull-tools");
    once(&DONE, || {
        stamp::unless_fresh(&dir, TOOLS, || {
            run::demand(
                run::command("python3")?
                    .args(["-m", "venv", "--clear"])
                    .arg(&dir),
            )
            .context("Python 3.10 or newer with its `venv` module is needed")?;
            let mut pip = run::command(dir.join("bin/python"))?;
            pip.args(["-m", "pip", "install", "--quiet"])
                .args(TOOLS.split(' '));
            run::demand(&mut pip).map(drop)
        })
    })?;
    Ok(dir)
}

/// The tus client of npm, beside the program that uses it.
pub fn npm_client() -> Result<()> {
    static DONE: OnceLock<()> = OnceLock::new();
    once(&DONE, || {
        let folder = place::root()?.join("tests/pull/clients");
        let lock = std::fs::read_to_string(folder.join("package-lock.json"))?;
        stamp::unless_fresh(&folder.join("node_modules"), &lock, || {
            let mut npm = run::command("npm")?;
            npm.args(["ci", "--no-audit", "--no-fund"])
                .current_dir(&folder);
            run::demand(&mut npm)
                .context("Node 20 or newer with npm is needed")
                .map(drop)
        })
    })
}
