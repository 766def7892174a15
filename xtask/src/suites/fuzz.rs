//! Suite `fuzz`: everything that reads bytes from outside. By default what was kept is read again,
//! by plain tests; with `--long` each target looks for more, and what it finds is kept.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::{counts, long_variable};
use crate::tally::Tally;
use crate::{place, run, setup};

/// How long each target looks for more.
const SECONDS: u32 = 60;

/// What makes a program tell libFuzzer where it has been. No nightly compiler is needed for it.
const COVERAGE: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cdebug-assertions",
];

pub fn run(tally: &mut Tally) -> Result<()> {
    if tally.long {
        look_for_more(tally)?;
    }
    let mut kept = run::cargo(["test", "--package", "filed-core", "--lib", "--", "fuzz::"])?;
    tally.tests("what was kept, read again", &mut kept, counts::cargo)?;
    setup::python::package()?;
    let mut manifests = run::command(setup::python::interpreter()?)?;
    manifests.args(["-m", "pytest", "-q", "tests/python/test_fuzz_manifest.py"]);
    long_variable(&mut manifests, tally.long);
    tally.tests(
        "manifests of the command line",
        &mut manifests,
        counts::pytest,
    )?;
    Ok(())
}

fn look_for_more(tally: &mut Tally) -> Result<()> {
    let folder = place::root()?.join("tests/fuzz");
    let built = build(tally, &folder);
    if !tally.check("the targets are built", built)? {
        return Ok(());
    }
    for target in targets(&folder)? {
        look_with(tally, &folder, &target)?;
    }
    Ok(())
}

fn build(tally: &mut Tally, folder: &Path) -> Result<()> {
    let mut build = run::cargo(["build", "--release", "--bins", "--manifest-path"])?;
    build
        .arg(folder.join("Cargo.toml"))
        .env("CARGO_TARGET_DIR", output()?)
        .env("RUSTFLAGS", COVERAGE.join(" "))
        // With a target of its own named, build scripts are left alone.
        .args(["--target", &host()?]);
    tally.note(&run::demand(&mut build)?)
}

fn output() -> Result<PathBuf> {
    Ok(place::target()?.join("fuzz"))
}

/// The machine this runs on, as rustc calls it.
fn host() -> Result<String> {
    let told = run::demand(run::command("rustc")?.arg("-vV"))?;
    let line = told.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(line
        .context("rustc does not say what it runs on")?
        .to_owned())
}

fn targets(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder.join("fuzz_targets"))? {
        let path = entry?.path();
        names.extend(
            path.file_stem()
                .map(|name| name.to_string_lossy().into_owned()),
        );
    }
    names.sort();
    Ok(names)
}

/// Runs a target for its time; new inputs that reach further, and those that break it, join its
/// corpus.
fn look_with(tally: &mut Tally, folder: &Path, target: &str) -> Result<()> {
    let corpus = folder.join("corpus").join(target);
    let found = output()?.join("found").join(target);
    std::fs::create_dir_all(&found)?;
    let program = output()?.join(host()?).join("release").join(target);
    let mut look = Command::new(&program);
    look.arg(&found)
        .arg(&corpus)
        .arg(format!("-max_total_time={SECONDS}"))
        .arg(format!("-artifact_prefix={}/", corpus.display()))
        .args(["-max_len=65536", "-timeout=20", "-print_final_stats=1"]);
    let ended = run::capture(&mut look, std::time::Duration::from_secs(300))?;
    tally.note(&ended.text)?;
    let stat = |name: &str| {
        let line = ended.text.lines().find(|line| line.contains(name));
        line.and_then(|line| line.split_whitespace().last())
            .unwrap_or("?")
            .to_owned()
    };
    let line = format!(
        "{target}: {} runs in {SECONDS} s, {} new inputs",
        stat("stat::number_of_executed_units:"),
        stat("stat::new_units_added:")
    );
    let failures = match ended.success {
        true => Vec::new(),
        false => vec![
            ended
                .text
                .lines()
                .rev()
                .take(40)
                .collect::<Vec<_>>()
                .join("\n"),
        ],
    };
    tally.verdict(&line, &failures)?;
    // Only what reaches lines that nothing kept reaches, as few as that takes.
    let mut merge = Command::new(&program);
    merge
        .args(["-set_cover_merge=1", "-use_counters=0"])
        .arg(&corpus)
        .arg(&found);
    tally.note(&run::demand(&mut merge)?)
}
