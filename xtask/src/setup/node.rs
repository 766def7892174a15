//! Node: the packages the tests need, and the addon built.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context as _, Result};

use super::{once, stamp};
use crate::{place, run};

/// The package's folder.
pub fn folder() -> Result<PathBuf> {
    Ok(place::root()?.join("bindings-node"))
}

/// Installs what `package-lock.json` says and builds the addon, once per run.
pub fn package() -> Result<()> {
    static DONE: OnceLock<()> = OnceLock::new();
    once(&DONE, || {
        modules()?;
        run::demand(&mut npm(&["run", "build"])?)?;
        link()
    })
}

/// Installs what `package-lock.json` says.
pub fn modules() -> Result<()> {
    let lock = std::fs::read_to_string(folder()?.join("package-lock.json"))?;
    stamp::unless_fresh(&folder()?.join("node_modules"), &lock, || {
        run::demand(&mut npm(&["ci", "--no-audit", "--no-fund"])?)
            .context("Node 20 or newer with npm is needed")
            .map(drop)
    })
}

/// Lets programs in this repository import the package by its name, as a user's would.
fn link() -> Result<()> {
    let modules = place::root()?.join("node_modules");
    let link = modules.join("filed-sdk");
    if !link.exists() {
        std::fs::create_dir_all(&modules)?;
        std::os::unix::fs::symlink("../bindings-node", &link)
            .with_context(|| format!("{} cannot be made", link.display()))?;
    }
    Ok(())
}

/// `npm` in the package's folder.
pub fn npm(arguments: &[&str]) -> Result<Command> {
    let mut command = run::command("npm")?;
    command.args(arguments).current_dir(folder()?);
    Ok(command)
}
