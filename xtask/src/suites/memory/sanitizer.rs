//! AddressSanitizer and LeakSanitizer around the scenario runner in C++, with a library that was
//! built for them. The build alone takes minutes.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::json;

use crate::sandbox::Sandbox;
use crate::scenarios::source;
use crate::tally::Tally;
use crate::{place, run};

const TARGET: &str = "x86_64-unknown-linux-gnu";

pub fn check(tally: &mut Tally) -> Result<()> {
    const WHAT: &str = "AddressSanitizer: the scenario runner of C";
    if !tally.long {
        return tally.skip(WHAT, "builds everything anew; `--long` runs it");
    }
    if !cfg!(target_arch = "x86_64") {
        return tally.skip(WHAT, "written for x86-64");
    }
    let folder = place::target()?.join("asan");
    let runner = runner(&folder, &library(&folder)?)?;
    let file = place::target()?.join("scenarios-asan.json");
    source::write(&source::read(&source::folder()?)?, &file)?;
    let sandbox = Sandbox::start(&json!({}), 3600)?;
    let mut command = run::command(runner)?;
    command
        .args(["--control", &sandbox.ready.plain_control_url, "--scenarios"])
        .arg(&file)
        .arg("--out")
        .arg(place::target()?.join("scenarios-asan.jsonl"))
        .env(
            "ASAN_OPTIONS",
            "detect_leaks=1:exitcode=99:abort_on_error=0",
        );
    tally.program(WHAT, &mut command)?;
    Ok(())
}

/// The archive, every crate of it instrumented.
fn library(folder: &Path) -> Result<PathBuf> {
    // Sanitizers are an unstable flag of the compiler; nothing that ships is built like this.
    let mut build = run::cargo(["build", "-p", "filed-ffi", "--target", TARGET])?;
    build
        .env("CARGO_TARGET_DIR", folder)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Zsanitizer=address");
    run::demand(&mut build)?;
    Ok(folder.join(TARGET).join("debug/libfiled.a"))
}

/// The runner, linked with it.
fn runner(folder: &Path, library: &Path) -> Result<PathBuf> {
    let program = folder.join("filed-runner-c");
    let sources = place::root()?.join("tests/runners/c");
    let mut objects = Vec::new();
    let support = place::root()?.join("tests/c/support");
    let http = folder.join("http.o");
    let mut compile = run::command("cc")?;
    compile
        .args([
            "-c",
            "-g",
            "-fsanitize=address",
            "-D_DEFAULT_SOURCE",
            "-Iinclude",
        ])
        .arg(support.join("http.c"))
        .arg("-o")
        .arg(&http);
    run::demand(&mut compile)?;
    objects.push(http);
    for entry in std::fs::read_dir(&sources)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "cpp") {
            objects.push(path);
        }
    }
    let mut link = run::command("c++")?;
    link.args(["-std=c++17", "-g", "-fsanitize=address", "-Iinclude"])
        .arg(format!("-I{}", support.display()))
        .args(&objects)
        .arg(library)
        .args(["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl"])
        .arg("-o")
        .arg(&program);
    run::demand(&mut link)?;
    Ok(program)
}
