//! Suite `python`: the wheel as a user gets it.

use std::process::Command;

use anyhow::Result;

use super::{counts, long_variable};
use crate::tally::Tally;
use crate::{run, setup};

const SOURCES: [&str; 4] = [
    "bindings-python/python",
    "tests/python",
    "tests/runners/python",
    "examples/python",
];

pub fn run(tally: &mut Tally) -> Result<()> {
    setup::workspace()?;
    let installed = setup::python::package();
    if !tally.check("the wheel builds and installs", installed)? {
        return Ok(());
    }
    let mut pytest = module("pytest")?;
    pytest.args(["-q", "tests/python"]);
    long_variable(&mut pytest, tally.long);
    tally.tests("tests", &mut pytest, counts::pytest)?;
    let mut mypy = module("mypy")?;
    mypy.args(["--strict", "-p", "filed"]);
    tally.program("mypy --strict, the package", &mut mypy)?;
    let mut mypy = module("mypy")?;
    mypy.args(["--strict", "tests/python", "examples/python"]);
    tally.program("mypy --strict, tests and examples", &mut mypy)?;
    let mut stubtest = module("mypy.stubtest")?;
    stubtest.args([
        "filed",
        "--allowlist",
        "bindings-python/stubtest-allowlist.txt",
    ]);
    tally.program("stubs match what runs", &mut stubtest)?;
    let mut lint = module("ruff")?;
    tally.program("ruff check", lint.arg("check").args(SOURCES))?;
    let mut format = module("ruff")?;
    tally.program(
        "ruff format",
        format.args(["format", "--check"]).args(SOURCES),
    )?;
    Ok(())
}

fn module(name: &str) -> Result<Command> {
    let mut command = run::command(setup::python::interpreter()?)?;
    command.args(["-m", name]);
    Ok(command)
}
