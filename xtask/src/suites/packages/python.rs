//! The wheel in fresh environments of the oldest and the newest Python at hand, and the source
//! distribution, built and installed where nothing else is.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use super::c::source;
use super::consumer::Place;
use super::floor;
use crate::dist::build::Build;
use crate::dist::python as package;
use crate::sandbox::Sandbox;
use crate::setup::interpreters::{self, Interpreter, LOWEST};
use crate::tally::Tally;
use crate::{place, run};

pub fn check(tally: &mut Tally, build: &Build, sandbox: &Sandbox, out: &Path) -> Result<()> {
    let wheel = package::wheel(build, out)?;
    tally.check(
        "the wheel is for every Python since 3.10",
        tags(build, &wheel),
    )?;
    let unpacked = tempfile::tempdir()?;
    let mut unzip = run::command("python3")?;
    unzip.args(["-m", "zipfile", "-e"]).arg(&wheel);
    run::demand(unzip.arg(unpacked.path()))?;
    floor::check(tally, build, unpacked.path())?;
    let pythons = interpreters::all()?;
    if pythons.first().is_none_or(|python| python.minor != LOWEST) {
        tally.skip(
            "the lowest Python",
            "there is no Python 3.10 with `venv` here",
        )?;
    }
    let last = pythons.len().saturating_sub(1);
    let ends = pythons.iter().enumerate();
    for (_, python) in ends.filter(|(at, _)| *at == 0 || *at == last) {
        let place = Place::new(sandbox)?;
        let what = format!("the wheel in Python 3.{}", python.minor);
        let installed = install(&place, python, &[wheel.clone().into(), "--no-index".into()]);
        if tally.check(&format!("{what} installs"), installed.map(drop))? {
            consume(tally, &place, &what)?;
        }
    }
    Ok(())
}

/// The source distribution, built by pip. It shares cargo's folder with the other builds; its sources
/// are its own.
pub fn check_source(tally: &mut Tally, sandbox: &Sandbox, out: &Path) -> Result<()> {
    let packed = package::source(out)?;
    let python = interpreters::all()?;
    let python = python.last().context("there is no Python with `venv`")?;
    let place = Place::new(sandbox)?;
    let what = format!("the source distribution in Python 3.{}", python.minor);
    let installed = install(&place, python, &[packed.into()]);
    if tally.check(&format!("{what} builds and installs"), installed)? {
        consume(tally, &place, &what)?;
    }
    Ok(())
}

fn tags(build: &Build, wheel: &Path) -> Result<()> {
    let name = wheel.file_name().unwrap_or_default().to_string_lossy();
    ensure!(name.contains("-cp310-abi3-"), "it is called {name}");
    ensure!(
        !build.is_for_old_systems() || name.contains("manylinux2014_"),
        "it is for newer systems: {name}"
    );
    Ok(())
}

fn install(place: &Place, python: &Interpreter, what: &[std::ffi::OsString]) -> Result<()> {
    run::demand(place.command(&python.program).args(["-m", "venv", "venv"]))?;
    // Not from the empty environment: a build needs cargo, and pip the way to its index.
    let mut pip = run::command(environment(place))?;
    pip.current_dir(place.path())
        .args(["-m", "pip", "install", "--quiet"])
        .arg("--disable-pip-version-check")
        .args(what)
        .env("CARGO_TARGET_DIR", place::target()?)
        .env("MATURIN_PEP517_ARGS", "--profile dev");
    run::demand(&mut pip).map(drop)
}

fn environment(place: &Place) -> PathBuf {
    place.path().join("venv/bin/python")
}

fn consume(tally: &mut Tally, place: &Place, what: &str) -> Result<()> {
    let mut consumer = place.command(environment(place));
    consumer.arg("-I").arg(source("python/push.py")?);
    place.pushes(tally, &format!("{what} pushes"), &mut consumer)?;
    let mut consumer = place.command(environment(place));
    consumer.arg("-I").arg(source("python/push_async.py")?);
    place.pushes(tally, &format!("{what} pushes, by asyncio"), &mut consumer)?;
    let mut help = place.command(environment(place));
    help.args(["-m", "filed", "--help"]);
    tally.program(&format!("{what} has its command line"), &mut help)?;
    Ok(())
}
