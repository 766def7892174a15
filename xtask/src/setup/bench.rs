//! The benches: what users of Python, Node and C would take instead of this library.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::{debian, python, stamp};
use crate::{place, run};

const PYTHON: &str = "aiohttp>=3.13 uvloop>=0.21 httpx>=0.28 requests>=2.32 requests-toolbelt>=1";
const NODE: &str = "axios@^1.13 form-data@^4";

fn python_environment() -> Result<PathBuf> {
    Ok(place::work()?.join("bench-python"))
}

fn node_folder() -> Result<PathBuf> {
    Ok(place::work()?.join("bench-node"))
}

/// Installs the peers.
pub fn packages() -> Result<()> {
    debian::need("libcurl4-openssl-dev", || {
        let header = "curl/curl.h";
        [
            "/usr/include",
            "/usr/include/x86_64-linux-gnu",
            "/usr/include/aarch64-linux-gnu",
        ]
        .iter()
        .any(|folder| Path::new(folder).join(header).exists())
    })?;
    python::environment_with(&python_environment()?, PYTHON)?;
    let folder = node_folder()?;
    stamp::unless_fresh(&folder, NODE, || {
        let mut npm = run::command("npm")?;
        npm.args(["install", "--no-audit", "--no-fund", "--prefix"])
            .arg(&folder)
            .args(NODE.split_whitespace());
        run::demand(&mut npm)
            .context("Node 20 or newer with npm is needed")
            .map(drop)
    })
}

/// The interpreter that has the peers.
pub fn interpreter() -> Result<PathBuf> {
    Ok(python_environment()?.join("bin/python"))
}

/// Where Node finds the peers.
pub fn node_modules() -> Result<PathBuf> {
    Ok(node_folder()?.join("node_modules"))
}
