//! The Python package: a wheel for every Python since 3.10, and the source distribution.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::build::Build;
use crate::{run, setup};

/// Builds the wheel and writes it into `out`.
pub fn wheel(build: &Build, out: &Path) -> Result<PathBuf> {
    let Some(mut maturin) = build.maturin()? else {
        return moved(&setup::python::wheel()?, out);
    };
    let folder = tempfile::tempdir()?;
    run::demand(maturin.arg("--out").arg(folder.path()))?;
    moved(&setup::python::only_file(folder.path())?, out)
}

/// Writes the source distribution into `out`: the wheel's crate and the workspace it stands on.
pub fn source(out: &Path) -> Result<PathBuf> {
    let folder = tempfile::tempdir()?;
    let mut maturin = setup::python::maturin()?;
    maturin
        .args(["sdist", "--manifest-path", "bindings-python/Cargo.toml"])
        .arg("--out")
        .arg(folder.path());
    run::demand(&mut maturin)?;
    moved(&setup::python::only_file(folder.path())?, out)
}

fn moved(file: &Path, out: &Path) -> Result<PathBuf> {
    std::fs::create_dir_all(out)?;
    let to = out.join(file.file_name().context("a package has a name")?);
    std::fs::copy(file, &to)?;
    Ok(to)
}
