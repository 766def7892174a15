//! loom: every interleaving of threads over the completion queue and the slot of the runtime.

use anyhow::Result;

use crate::tally::Tally;
use crate::{place, run};

pub fn check(tally: &mut Tally) -> Result<()> {
    // Apart from the workspace, with a lock file of its own, in a folder of its own.
    let mut models = run::cargo(["run", "--quiet", "--locked"])?;
    models
        .args(["--manifest-path", "tests/loom/Cargo.toml"])
        .env("CARGO_TARGET_DIR", place::target()?.join("loom"));
    tally.program("loom: the queue and the slot", &mut models)?;
    Ok(())
}
