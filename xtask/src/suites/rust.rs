//! Suite `rust`: the whole workspace as Rust sees it.

use anyhow::Result;

use super::counts;
use crate::tally::Tally;
use crate::{r#gen, run, setup};

pub fn run(tally: &mut Tally) -> Result<()> {
    tally.program("format", &mut run::cargo(["fmt", "--all", "--check"])?)?;
    tally.check("generated files", r#gen::check())?;
    let clippy = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    tally.program("lints", &mut run::cargo(clippy)?)?;
    setup::workspace()?;
    let mut tests = run::cargo(["test", "--workspace", "--no-fail-fast"])?;
    tally.tests("tests", &mut tests, counts::cargo)?;
    Ok(())
}
