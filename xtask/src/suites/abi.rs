//! Suite `abi`: programs of yesterday run with the library of today. What is promised is in
//! `docs/abi.md`; headers of earlier days are in `tests/abi/golden`.

mod callers;
mod constants;
mod golden;
mod header;
mod layouts;
mod symbols;

use std::path::PathBuf;

use anyhow::Result;

use crate::sandbox::Sandbox;
use crate::setup::debian;
use crate::tally::Tally;
use crate::{dist, place, run, setup};

pub fn run(tally: &mut Tally) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return tally.skip("everything", "libabigail reads the libraries of Linux");
    }
    setup::workspace()?;
    debian::need("gcc", || run::exists("cc"))?;
    debian::need("binutils", || run::exists("nm") && run::exists("readelf"))?;
    debian::need("abigail-tools", || run::exists("abidiff"))?;
    let folder = tempfile::tempdir()?;
    let goldens = golden::all()?;
    symbols::check(tally, &goldens)?;
    header::check(tally)?;
    constants::check(tally, &goldens)?;
    layouts::check(tally, folder.path(), &goldens)?;
    let sandbox = Sandbox::start(&serde_json::json!({}), 600)?;
    golden::check(tally, folder.path(), &goldens, &sandbox)?;
    callers::check(tally, folder.path(), &sandbox)
}

/// The folder of the header as it is.
fn include() -> Result<PathBuf> {
    Ok(place::root()?.join("include"))
}

/// What belongs to this suite's tests.
fn tests() -> Result<PathBuf> {
    Ok(place::root()?.join("tests/abi"))
}

/// The name programs ask the loader for.
fn soname() -> Result<String> {
    Ok(format!("libfiled.so.{}", dist::abi_version()?))
}
