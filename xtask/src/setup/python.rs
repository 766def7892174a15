//! Python: a virtual environment with the tools, and a fresh one with the wheel installed.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context as _, Result};

use super::{once, stamp};
use crate::{place, run};

/// What the tests need beside the wheel.
const TOOLS: &str = "maturin>=1.16,<2 pytest>=9 mypy>=1.18 ruff>=0.14 rich>=13 uvloop>=0.21 hypothesis>=6 blake3>=1";

/// The interpreter that has the wheel and the tools.
pub fn interpreter() -> Result<PathBuf> {
    Ok(environment()?.join("bin/python"))
}

fn environment() -> Result<PathBuf> {
    Ok(place::work()?.join("python"))
}

/// The environment with its tools.
pub fn tools() -> Result<()> {
    environment_with(&environment()?, TOOLS)
}

/// A virtual environment with these requirements.
pub fn environment_with(dir: &Path, requirements: &str) -> Result<()> {
    stamp::unless_fresh(dir, requirements, || {
        run::demand(
            run::command("python3")?
                .args(["-m", "venv", "--clear"])
                .arg(dir),
        )
        .context("Python 3.10 or newer with its `venv` module is needed")?;
        let mut pip = run::command(dir.join("bin/python"))?;
        pip.args(["-m", "pip", "install", "--quiet"])
            .args(requirements.split(' '));
        run::demand(&mut pip).map(drop)
    })
}

/// Builds the wheel and installs it, once per run.
pub fn package() -> Result<()> {
    static DONE: OnceLock<()> = OnceLock::new();
    once(&DONE, || {
        let wheel = wheel()?;
        let mut pip = run::command(interpreter()?)?;
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--force-reinstall",
            "--no-deps",
        ])
        .arg(&wheel);
        run::demand(&mut pip)?;
        // Its dependencies, when they are missing; the wheel itself is there by now.
        let mut pip = run::command(interpreter()?)?;
        pip.args(["-m", "pip", "install", "--quiet"]).arg(&wheel);
        run::demand(&mut pip).map(drop)
    })
}

/// The wheel, built once per run as the tests need it.
pub fn wheel() -> Result<PathBuf> {
    static DONE: OnceLock<()> = OnceLock::new();
    let wheels = place::target()?.join("wheels");
    once(&DONE, || build(&wheels))?;
    only_file(&wheels)
}

/// maturin, with an interpreter to build for.
pub fn maturin() -> Result<Command> {
    tools()?;
    let mut maturin = run::command(environment()?.join("bin/maturin"))?;
    maturin.env("PYO3_PYTHON", interpreter()?);
    Ok(maturin)
}

fn build(wheels: &Path) -> Result<()> {
    if wheels.exists() {
        std::fs::remove_dir_all(wheels)?;
    }
    let mut maturin = maturin()?;
    maturin
        .args(["build", "--profile", "dev"])
        .args(["--manifest-path", "bindings-python/Cargo.toml"])
        .arg("--out")
        .arg(wheels);
    run::demand(&mut maturin).map(drop)
}

/// The one file in a folder.
pub fn only_file(dir: &Path) -> Result<PathBuf> {
    let mut files = std::fs::read_dir(dir)?;
    let first = files
        .next()
        .with_context(|| format!("{} is empty", dir.display()))?;
    Ok(first?.path())
}
