//! Suite `property`: 2,000 random pushes under random faults, killed and resumed; with `--long`
//! 20,000.

use anyhow::Result;

use super::crash;
use crate::tally::Tally;

pub fn run(tally: &mut Tally) -> Result<()> {
    crash::run(tally, "property")
}
