//! The test suites: their names, and running some or all of them. One module per suite.

mod abi;
mod ambiguity;
mod c;
mod counts;
mod crash;
mod crash_points;
mod docs;
mod faults;
mod fork;
mod fuzz;
pub mod guest;
mod instructions;
mod irs;
mod loops;
mod memory;
mod node;
mod packages;
mod property;
mod pull;
mod pull_check;
mod python;
mod repeat;
mod rust;
mod scale;
mod scenarios;
mod secrets;

use anyhow::{Result, bail};

use crate::tally::{Counts, Tally};

pub use scenarios::judge_logs;

struct Suite {
    name: &'static str,
    about: &'static str,
    run: fn(&mut Tally) -> Result<()>,
}

/// In the order they run; `secrets` reads what the others have written.
const ALL: &[Suite] = &[
    Suite {
        name: "rust",
        about: "format, lints, generated files, unit and integration tests",
        run: rust::run,
    },
    Suite {
        name: "c",
        about: "the C ABI from C and C++",
        run: c::run,
    },
    Suite {
        name: "abi",
        about: "the C ABI's promise: old programs, the header, the list, layouts",
        run: abi::run,
    },
    Suite {
        name: "python",
        about: "the wheel: installed afresh, tested, type-checked",
        run: python::run,
    },
    Suite {
        name: "node",
        about: "the package: built, tested, type-checked",
        run: node::run,
    },
    Suite {
        name: "scenarios",
        about: "every scenario in every language, logs compared",
        run: scenarios::run,
    },
    Suite {
        name: "scale",
        about: "2,000 clients: memory stays flat, a cancel is quick, a kill costs little",
        run: scale::run,
    },
    Suite {
        name: "instructions",
        about: "what the hot parts cost in instructions, against a baseline",
        run: instructions::run,
    },
    Suite {
        name: "crash-points",
        about: "a push killed at every write of its journal and every request, resumed",
        run: crash_points::run,
    },
    Suite {
        name: "property",
        about: "random pushes under random faults, killed and resumed, against a model",
        run: property::run,
    },
    Suite {
        name: "packages",
        about: "every package installed and run from an empty place",
        run: packages::run,
    },
    Suite {
        name: "fork",
        about: "child processes of every kind while uploads run: told at once, and able to work anew",
        run: fork::run,
    },
    Suite {
        name: "loops",
        about: "loading, unloading, exits and worker threads, over and over: no crash, no hang",
        run: loops::run,
    },
    Suite {
        name: "memory",
        about: "valgrind, AddressSanitizer, flat memory, every interleaving of the queue",
        run: memory::run,
    },
    Suite {
        name: "pull",
        about: "Filed pulls from a folder provider: everything, broken and resumed; 200 at once",
        run: pull::run,
    },
    Suite {
        name: "pull-check",
        about: "the check of the pull API names every planted defect, and none in a sound platform",
        run: pull_check::run,
    },
    Suite {
        name: "faults",
        about: "docs/faults.md: every fault there is, with the tests that show what is promised",
        run: faults::run,
    },
    Suite {
        name: "ambiguity",
        about: "every step of a push, its request or its answer lost, in every language",
        run: ambiguity::run,
    },
    Suite {
        name: "fuzz",
        about: "bytes from outside: what fuzzing kept, read again; with --long it goes on",
        run: fuzz::run,
    },
    Suite {
        name: "docs",
        about: "every snippet of the documentation, executed",
        run: docs::run,
    },
    Suite {
        name: "irs",
        about: "27 real forms for 9 clients from each language",
        run: irs::run,
    },
    Suite {
        name: "secrets",
        about: "planted secrets in everything the run has written",
        run: secrets::run,
    },
];

/// Whether there is a suite of this name.
fn exists(name: &str) -> bool {
    ALL.iter().any(|suite| suite.name == name)
}

/// Says which suites there are.
pub fn list() {
    for suite in ALL {
        println!("{:<13} {}", suite.name, suite.about);
    }
}

/// Runs the named suites, or all; says whether everything passed.
pub fn run(names: &[String], long: bool) -> Result<bool> {
    if let Some(unknown) = names
        .iter()
        .find(|name| ALL.iter().all(|suite| suite.name != **name))
    {
        bail!("no suite is called `{unknown}`; see `cargo xtask test --list`");
    }
    let mut total = Counts::default();
    let mut before = Vec::new();
    let asked = |suite: &&Suite| names.is_empty() || names.iter().any(|name| name == suite.name);
    for suite in ALL.iter().filter(asked) {
        total += run_one(suite, long, before.clone())?;
        before.push(suite.name);
    }
    println!("\n{} passed, {} failed", total.passed, total.failed);
    Ok(total.failed == 0)
}

/// A suite that breaks off counts as a failure, and the next one runs.
fn run_one(suite: &Suite, long: bool, before: Vec<&'static str>) -> Result<Counts> {
    let mut tally = Tally::begin(suite.name, long, before)?;
    let outcome = (suite.run)(&mut tally);
    if outcome.is_err() {
        tally.check("the suite runs to its end", outcome)?;
    }
    tally.end()
}

/// Tells a test program whether the slow tests are asked for.
fn long_variable(command: &mut std::process::Command, long: bool) {
    if long {
        command.env("FILED_TEST_LONG", "1");
    }
}
