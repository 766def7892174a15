//! Running `filed-crash`, the program behind the suites that kill pushes, and showing its numbers.

use std::time::Duration;

use anyhow::Result;

use crate::tally::Tally;
use crate::{place, run, setup};

/// All points one after the other take hours.
const LIMIT: Duration = Duration::from_secs(6 * 3600);

/// Runs one of its commands.
pub fn run(tally: &mut Tally, what: &str) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return tally.skip(
            what,
            "the journal is watched through LD_PRELOAD, on Linux alone",
        );
    }
    setup::workspace()?;
    let mut command = run::command(place::built("filed-crash")?)?;
    command.arg(what);
    if tally.long {
        command.arg("--long");
    }
    let output = run::capture(&mut command, LIMIT)?;
    for line in output.text.lines() {
        tally.line(&format!("  {line}"))?;
    }
    let failures = match output.success {
        true => Vec::new(),
        false => vec!["see above".to_owned()],
    };
    tally.verdict(&format!("{what} in {}s", output.took.as_secs()), &failures)?;
    Ok(())
}
