//! Where things are in this repository.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// The repository's root: this crate's parent.
pub fn root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent()
        .map(Path::to_owned)
        .context("xtask has no parent folder")
}

/// Where cargo builds.
pub fn target() -> Result<PathBuf> {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => Ok(dir.into()),
        None => Ok(root()?.join("target")),
    }
}

/// A program or library of the last build.
pub fn built(name: &str) -> Result<PathBuf> {
    Ok(target()?.join("debug").join(name))
}

/// What set-up makes once and keeps: a virtual environment, package caches.
pub fn work() -> Result<PathBuf> {
    let dir = root()?.join(".work");
    std::fs::create_dir_all(&dir).with_context(|| format!("{} cannot be made", dir.display()))?;
    Ok(dir)
}

/// Where the suites write their output.
pub fn logs() -> Result<PathBuf> {
    let dir = target()?.join("test-logs");
    std::fs::create_dir_all(&dir).with_context(|| format!("{} cannot be made", dir.display()))?;
    Ok(dir)
}
