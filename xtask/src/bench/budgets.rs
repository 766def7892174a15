//! `cargo xtask bench budgets`: what the library costs its host, against what it may cost. The
//! limits are in `tests/bench/budgets.toml`; what measures them is one program per language, each a
//! host of its own.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::print::{self, Finding};
use super::{Options, build};
use crate::sandbox::Sandbox;
use crate::setup::debian;
use crate::suites::guest;
use crate::{place, run, setup};

/// By program, then by what it measures; a name ends with its unit.
type Numbers = BTreeMap<String, BTreeMap<String, f64>>;

const LIMIT: Duration = Duration::from_secs(300);

pub fn run(options: &Options) -> Result<bool> {
    let file = place::root()?.join("tests/bench/budgets.toml");
    let budgets: Numbers = toml::from_str(&std::fs::read_to_string(&file)?)
        .with_context(|| file.display().to_string())?;
    let measured = measure(options)?;
    let findings = compare(&budgets, &measured)?;
    println!("\nProfile {}; what ships is `release`", options.profile());
    print::findings(&findings).print();
    Ok(findings.iter().all(|finding| finding.good))
}

fn measure(options: &Options) -> Result<Numbers> {
    setup::workspace()?;
    setup::python::tools()?;
    let ours = build::ours(options)?;
    let settings = json!({ "duplicate_scope": "off", "upload_discard": true });
    let sandbox = Sandbox::start(&settings, 3600)?;
    // What is cancelled must be under way.
    let slow = json!({ "faults": [
        { "on": "upload", "match": "slow.bin", "hang_ms": 600_000, "times": 0 },
    ] });
    let mut python = run::command(setup::python::interpreter()?)?;
    python
        .arg("tests/bench/guest/costs.py")
        .env("PYTHONPATH", &ours.python_path);
    let mut node = run::command("node")?;
    node.arg("tests/bench/guest/costs.mjs")
        .env("BENCH_SDK", &ours.sdk);
    let programs = [
        ("c", c_program(&ours.folder)?),
        ("python", python),
        ("node", node),
    ];
    let mut all = Numbers::from([("library".to_owned(), weigh(&ours.folder)?)]);
    for (name, program) in programs {
        sandbox.reset(&settings)?;
        sandbox.call("POST", "/faults", &slow)?;
        let mut program = guest::led(program, &sandbox);
        let output = run::capture(&mut program, LIMIT)?;
        ensure!(output.success, "{name}:\n{}", output.text);
        let line = output.text.lines().last().unwrap_or_default();
        let numbers = serde_json::from_str(line).with_context(|| output.text.clone())?;
        all.insert(name.to_owned(), numbers);
    }
    Ok(all)
}

fn weigh(folder: &Path) -> Result<BTreeMap<String, f64>> {
    let path = folder.join("libfiled.so");
    let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
    let hook = b"FILED_TEST_PANIC";
    let hooked = bytes.windows(hook.len()).any(|part| part == hook);
    ensure!(!hooked, "the library that ships has the hook of the tests");
    let mib = bytes.len() as f64 / f64::from(1 << 20);
    Ok([("stripped_mib".to_owned(), mib)].into())
}

fn c_program(library: &Path) -> Result<Command> {
    debian::need("gcc", || run::exists("cc"))?;
    let program = place::target()?.join("bench-c");
    std::fs::create_dir_all(&program)?;
    let program = program.join("costs");
    let mut compile = run::command("cc")?;
    compile
        .args([
            "-std=gnu11",
            "-O2",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-Iinclude",
        ])
        .args(["-Itests/c/support", "tests/bench/guest/costs.c", "-o"])
        .arg(&program)
        .arg("-L")
        .arg(library)
        .arg(format!("-Wl,-rpath,{}", library.display()))
        .args(["-lfiled", "-lpthread"]);
    run::demand(&mut compile)?;
    run::command(program)
}

/// Every budget is measured, and everything measured has a budget.
fn compare(budgets: &Numbers, measured: &Numbers) -> Result<Vec<Finding>> {
    let names = |all: &Numbers| -> Vec<String> {
        let rows = all.iter();
        rows.flat_map(|(who, numbers)| numbers.keys().map(move |name| format!("{who}.{name}")))
            .collect()
    };
    let (promised, found) = (names(budgets), names(measured));
    ensure!(
        promised == found,
        "budgets and measurements are not of the same things:\n{promised:?}\n{found:?}"
    );
    let limits = budgets.values().flat_map(BTreeMap::values);
    let numbers = measured.values().flat_map(BTreeMap::values);
    let rows = found.iter().zip(numbers.zip(limits));
    Ok(rows
        .map(|(name, (number, limit))| {
            Finding::at_most(&name.replace('_', " "), *number, *limit, "")
        })
        .collect())
}
