//! Suite `scale`: a season of 2,000 clients, pushed in one go and pushed with a cancel and a kill in
//! between. The full one, with everything that a busy machine makes uncertain, is `cargo xtask
//! bench scale`.

use anyhow::Result;

use crate::bench::print::{self, Finding};
use crate::bench::scale::{self, Build};
use crate::setup;
use crate::tally::Tally;

const CLIENTS: usize = 2_000;

pub fn run(tally: &mut Tally) -> Result<()> {
    setup::workspace()?;
    let whole = scale::uninterrupted(Build::Debug, CLIENTS);
    judge(
        tally,
        "a season in one go, everything once, memory flat",
        whole,
    )?;
    let interrupted = scale::interrupted(Build::Debug, CLIENTS);
    judge(tally, "the same cancelled, killed and resumed", interrupted)
}

fn judge(tally: &mut Tally, what: &str, findings: Result<Vec<Finding>>) -> Result<()> {
    let findings = match findings {
        Ok(findings) => findings,
        Err(error) => return tally.check(what, Err(error)).map(drop),
    };
    for line in print::findings(&findings).lines() {
        tally.line(&line)?;
    }
    let failures: Vec<String> = findings.iter().filter_map(Finding::failure).collect();
    tally.verdict(what, &failures).map(drop)
}
