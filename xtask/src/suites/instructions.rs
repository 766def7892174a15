//! Suite `instructions`: what the hot parts cost in instructions, against a committed baseline.
//! Counts do not depend on how busy the machine is, as times do.

use anyhow::Result;

use crate::bench::instructions;
use crate::tally::Tally;

pub fn run(tally: &mut Tally) -> Result<()> {
    for part in instructions::measure()? {
        tally.line(&part.to_string())?;
        tally.verdict(part.name, &Vec::from_iter(part.failure()))?;
    }
    Ok(())
}
