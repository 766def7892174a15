//! Suite `pull-check`: a platform with one defect at a time, and the check of the pull API that has
//! to name each; the sound platform has to pass.

use std::time::Duration;

use anyhow::Result;

use crate::tally::Tally;
use crate::{place, run, setup};

const LIMIT: Duration = Duration::from_secs(300);

pub fn run(tally: &mut Tally) -> Result<()> {
    setup::workspace()?;
    let mut command = run::command(place::built("filed-platform")?)?;
    command.arg("check");
    let output = run::capture(&mut command, LIMIT)?;
    // One line per platform; what stands below a failed one explains it.
    let mut explained: Vec<String> = Vec::new();
    let mut failed = None;
    for line in output.text.lines() {
        if line.starts_with("ok ") || line.starts_with("FAIL ") {
            judge(tally, failed.take(), &mut explained)?;
        }
        match (line.strip_prefix("ok   "), line.strip_prefix("FAIL ")) {
            (Some(passed), _) => drop(tally.verdict(passed, &[])?),
            (_, Some(name)) => failed = Some(name.to_owned()),
            _ if failed.is_some() => explained.push(line.to_owned()),
            _ => tally.note(line)?,
        }
    }
    judge(tally, failed, &mut explained)?;
    let ended = match output.success {
        true => Vec::new(),
        false => vec![output.text.lines().last().unwrap_or("no output").to_owned()],
    };
    let took = output.took.as_secs();
    tally
        .verdict(&format!("every defect is named, in {took}s"), &ended)
        .map(drop)
}

fn judge(tally: &mut Tally, failed: Option<String>, explained: &mut Vec<String>) -> Result<()> {
    if let Some(name) = failed {
        tally.verdict(&name, &std::mem::take(explained))?;
    }
    Ok(())
}
