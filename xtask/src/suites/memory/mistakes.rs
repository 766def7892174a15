//! Planted mistakes with memory, `tests/c/mistakes.c`: a tool that finds nothing must be able to.

use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::run;
use crate::tally::Tally;

/// What a program ends with when its tool has found something.
pub const FOUND: i32 = 99;

/// What the host itself does wrong, or makes an allocator do.
pub const OF_THE_HOST: [&str; 3] = ["leak", "read-after-free", "free-twice"];
/// A read inside the library: seen by what watches every instruction.
pub const IN_THE_LIBRARY: &str = "use-after-free";

/// One check for each: `watched` makes the program `mistakes` with the tool around it.
pub fn check(
    tally: &mut Tally,
    tool: &str,
    mistakes: &[&str],
    watched: impl Fn() -> Result<Command>,
) -> Result<()> {
    for mistake in mistakes {
        let noticed = watched().and_then(|mut program| is_noticed(program.arg(mistake)));
        tally.check(&format!("{tool} notices a planted {mistake}"), noticed)?;
    }
    Ok(())
}

fn is_noticed(program: &mut Command) -> Result<()> {
    let output = run::capture(program, Duration::from_secs(120))?;
    let seen = output.code == Some(FOUND);
    ensure!(seen, "it ended with {:?}\n{}", output.code, output.text);
    Ok(())
}
