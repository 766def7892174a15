//! Suite `node`: the package, tested, type-checked, its format checked.

use anyhow::Result;

use super::{counts, long_variable};
use crate::setup;
use crate::setup::node::npm;
use crate::tally::Tally;

pub fn run(tally: &mut Tally) -> Result<()> {
    setup::workspace()?;
    let built = setup::node::package();
    if !tally.check("the package builds", built)? {
        return Ok(());
    }
    let mut tests = npm(&["test", "--silent"])?;
    long_variable(&mut tests, tally.long);
    tally.tests("tests", &mut tests, counts::node)?;
    tally.program("tsc --strict", &mut npm(&["run", "types", "--silent"])?)?;
    tally.program("format", &mut npm(&["run", "lint", "--silent"])?)?;
    Ok(())
}
