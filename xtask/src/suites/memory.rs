//! Suite `memory`: nothing is read or written that is not there, nothing is left behind, and memory
//! stays where it was however often a client is opened. One module per tool.

mod cycles;
mod interleavings;
mod mistakes;
mod sanitizer;
mod valgrind;

use anyhow::Result;

use crate::setup;
use crate::tally::Tally;

pub fn run(tally: &mut Tally) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return tally.skip("everything", "written for the tools of Linux");
    }
    setup::c::package()?;
    interleavings::check(tally)?;
    valgrind::check(tally)?;
    cycles::check(tally)?;
    sanitizer::check(tally)
}
