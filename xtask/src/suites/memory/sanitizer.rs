//! AddressSanitizer and LeakSanitizer around the scenario runner in C++. By default they are put
//! under the programs as they are, and see what goes through an allocator or through libc: what is
//! lost, freed twice, or read by a function of libc after it was freed. With `--long` the runner, the
//! library and the SQLite in it are built for them, so that every read and write is watched; that
//! build alone takes minutes.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};
use serde_json::json;

use super::mistakes;
use crate::sandbox::Sandbox;
use crate::scenarios::source;
use crate::suites::guest;
use crate::tally::Tally;
use crate::{place, run, setup};

const TARGET: &str = "x86_64-unknown-linux-gnu";
const FLAG: &str = "-fsanitize=address";

pub fn check(tally: &mut Tally) -> Result<()> {
    mistakes::check(tally, "AddressSanitizer", &mistakes::OF_THE_HOST, || {
        preloaded(guest::c("mistakes")?)
    })?;
    let runner = preloaded(setup::c::runner_command()?)?;
    scenarios(tally, runner, "AddressSanitizer: the scenario runner of C")?;
    const WHOLE: &str = "AddressSanitizer in every crate: the scenario runner of C";
    if !tally.long {
        return tally.skip(WHOLE, "builds everything anew; `--long` runs it");
    }
    if !cfg!(all(target_arch = "x86_64", target_env = "gnu")) {
        return tally.skip(WHOLE, "written for x86-64 and glibc");
    }
    let programs = programs(&library()?)?;
    let planted = [&mistakes::OF_THE_HOST[..], &[mistakes::IN_THE_LIBRARY]].concat();
    mistakes::check(tally, "AddressSanitizer in every crate", &planted, || {
        watched(run::command(programs.join("mistakes"))?)
    })?;
    let runner = watched(run::command(programs.join("filed-runner-c"))?)?;
    scenarios(tally, runner, WHOLE)
}

/// A program; what is found, or lost, ends it with [`mistakes::FOUND`].
fn watched(mut program: Command) -> Result<Command> {
    let exit = mistakes::FOUND;
    program.env(
        "ASAN_OPTIONS",
        format!("detect_leaks=1:exitcode={exit}:abort_on_error=0"),
    );
    Ok(program)
}

/// A program that was not built for the sanitizer, on the sanitizer's allocator.
fn preloaded(mut program: Command) -> Result<Command> {
    let mut ask = run::command("cc")?;
    let said = run::demand(ask.arg("-print-file-name=libasan.so"))?;
    let runtime = Path::new(said.trim());
    ensure!(runtime.is_absolute(), "the compiler has no libasan.so");
    program.env("LD_PRELOAD", runtime);
    watched(program)
}

fn folder() -> Result<PathBuf> {
    Ok(place::target()?.join("asan"))
}

/// The library, every crate of it and its C built for the sanitizer; the standard library is not.
fn library() -> Result<PathBuf> {
    let folder = folder()?.join("library");
    let mut build = run::cargo(["build", "-p", "filed-ffi", "--lib", "--target", TARGET])?;
    // An unstable flag of the compiler; nothing that ships is built like this.
    build
        .env("CARGO_TARGET_DIR", &folder)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Zsanitizer=address")
        .env(format!("CFLAGS_{}", TARGET.replace('-', "_")), FLAG)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    run::demand(&mut build)?;
    Ok(folder.join(TARGET).join("debug"))
}

/// The programs of `tests/c` that run here, built for the sanitizer as well.
fn programs(library: &Path) -> Result<PathBuf> {
    let programs = folder()?.join("programs");
    let mut configure = run::command("cmake")?;
    configure
        .args(["-S", "tests/c", "-B"])
        .arg(&programs)
        .arg(format!("-DFILED_LIBRARY_DIR={}", library.display()))
        .arg(format!("-DCMAKE_C_FLAGS={FLAG} -g1"))
        .arg(format!("-DCMAKE_CXX_FLAGS={FLAG} -g1"));
    run::demand(&mut configure)?;
    let mut build = run::command("cmake")?;
    build
        .arg("--build")
        .arg(&programs)
        .args(["--parallel", "2"])
        .args(["--target", "mistakes", "--target", "filed-runner-c"]);
    run::demand(&mut build)?;
    Ok(programs)
}

fn scenarios(tally: &mut Tally, mut runner: Command, what: &str) -> Result<()> {
    let file = place::target()?.join("scenarios-asan.json");
    source::write(&source::read(&source::folder()?)?, &file)?;
    let sandbox = Sandbox::start(&json!({}), 3600)?;
    runner
        .args(["--control", &sandbox.ready.plain_control_url, "--scenarios"])
        .arg(&file)
        .arg("--out")
        .arg(place::target()?.join("scenarios-asan.jsonl"));
    tally.program(what, &mut runner).map(drop)
}
