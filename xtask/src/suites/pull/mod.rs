//! Suite `pull`: Filed pulls from a provider, end to end. The sandbox plays Filed, a program with a
//! folder of clients is the platform; every language's program takes the same options.

mod clients;
mod load;
mod program;
mod pulled;
mod relay;
mod resume;
mod schema;
mod season;
mod strangers;

use anyhow::{Context as _, Result};

use crate::setup;
use crate::tally::Tally;
use program::Program;
use season::Season;

pub fn run(tally: &mut Tally) -> Result<()> {
    setup::workspace()?;
    for program in program::ALL {
        let prepared = (program.prepare)();
        if tally.check(
            &format!("{}: the provider's program is there", program.language),
            prepared,
        )? {
            through(tally, program)?;
        }
    }
    let first = program::ALL.first().context("there is no program")?;
    match first.whole {
        true => {
            clients::run(tally, first)?;
            schema::run(tally, first)?;
        }
        false => tally.skip("tus clients, schemathesis, our check", NOT_WHOLE)?,
    }
    load::run(tally, first)
}

/// Why some parts are not tried.
const NOT_WHOLE: &str = "the program does not serve resumable uploads and its document yet";

/// A whole season through one program.
fn through(tally: &mut Tally, program: &Program) -> Result<()> {
    let season = Season::make(program.language)?;
    pulled::run(tally, program, &season)?;
    strangers::run(tally, program, &season)?;
    resume::run(tally, program, &season)
}
