//! Counts of instructions, by callgrind: what one round of each hot part costs, as a ratio to the
//! baseline in `tests/bench/instructions.json`. `cargo xtask bench instructions` writes a new one.
//!
//! The hash of a body takes the widest instructions that both valgrind and the processor have: a
//! baseline holds for processors with AVX2.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use super::Options;
use crate::{place, run, setup::debian};

/// What a part may cost more than its baseline; the rest is chance and a newer compiler.
const MOST: f64 = 1.15;

/// The parts, and how often each is done for its count, twice.
const PARTS: [(&str, [u64; 2]); 4] = [
    ("answer", [100, 1100]),
    ("body", [10, 60]),
    ("journal", [5, 45]),
    ("queue", [10, 210]),
];

/// What one part costs.
pub struct Part {
    pub name: &'static str,
    instructions: u64,
    baseline: Option<u64>,
}

impl Part {
    fn ratio(&self) -> Option<f64> {
        Some(self.instructions as f64 / self.baseline? as f64)
    }

    /// What is wrong, in a line; nothing when it costs what it did.
    pub fn failure(&self) -> Option<String> {
        match self.ratio() {
            None => Some(format!("{}: there is no baseline", self.name)),
            Some(ratio) if ratio > MOST => Some(format!(
                "{}: {ratio:.2} times the baseline; if it must be so: cargo xtask bench instructions",
                self.name
            )),
            Some(_) => None,
        }
    }
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "  {:<8} {:>9} instructions",
            self.name, self.instructions
        )?;
        match self.ratio() {
            Some(ratio) => write!(f, ", {ratio:.2} times the baseline"),
            None => write!(f, ", no baseline"),
        }
    }
}

/// Counts, and makes what was counted the baseline.
pub fn write(_: &Options) -> Result<bool> {
    let parts = measure()?;
    parts.iter().for_each(|part| println!("{part}"));
    let counts: BTreeMap<_, _> = parts
        .iter()
        .map(|part| (part.name, part.instructions))
        .collect();
    let mut text = serde_json::to_string_pretty(&counts)?;
    text.push('\n');
    std::fs::write(baseline_file()?, text)?;
    Ok(true)
}

/// Builds, and counts every part.
pub fn measure() -> Result<Vec<Part>> {
    debian::need("valgrind", || run::exists("valgrind"))?;
    let program = "filed-bench-instructions";
    // Of the workspace, so that the libraries below are those of every other build.
    let mut build = run::cargo(["build", "--workspace", "--features", "filed-bench/micro"])?;
    run::demand(build.args(["--bin", program]))?;
    let program = place::built(program)?;
    let baseline: BTreeMap<String, u64> = match std::fs::read(baseline_file()?) {
        Ok(text) => serde_json::from_slice(&text).context("tests/bench/instructions.json")?,
        Err(_) => BTreeMap::new(),
    };
    PARTS
        .iter()
        .map(|(name, [few, many])| {
            let more = count(&program, name, *many)? - count(&program, name, *few)?;
            Ok(Part {
                name,
                instructions: more / (many - few),
                baseline: baseline.get(*name).copied(),
            })
        })
        .collect()
}

fn baseline_file() -> Result<PathBuf> {
    Ok(place::root()?.join("tests/bench/instructions.json"))
}

/// The instructions of a process that does a part so often.
fn count(program: &std::path::Path, name: &str, times: u64) -> Result<u64> {
    let mut valgrind = run::command("valgrind")?;
    valgrind
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([name, &times.to_string()]);
    let output = run::capture(&mut valgrind, Duration::from_secs(300))?;
    ensure!(
        output.success,
        "{} failed:\n{}",
        run::shown(&valgrind),
        output.text
    );
    let collected = output
        .text
        .lines()
        .find_map(|line| line.split_once("Collected :"));
    let (_, number) = collected.context("callgrind has counted nothing")?;
    Ok(number.trim().parse()?)
}
