//! Suite `faults`: `docs/faults.md` says of every fault which tests show that we survive it. The
//! suite finds each of them and runs it: one invocation per language, of nothing but what is named.

mod page;
mod proof;
mod prove;

use std::collections::BTreeMap;

use anyhow::Result;

use crate::place;
use crate::tally::Tally;
use page::Row;
use proof::Proof;
use prove::Outcome;

pub fn run(tally: &mut Tally) -> Result<()> {
    let text = std::fs::read_to_string(place::root()?.join("docs/faults.md"))?;
    let rows = page::rows(&text)?;
    tally.verdict("the page has every fault once", &page::differences(&rows))?;
    let proofs: Vec<&Proof> = rows.iter().flat_map(|row| &row.proofs).collect();
    let missing: Vec<String> = proofs.iter().filter_map(|proof| proof.missing()).collect();
    if !tally.verdict("every named test exists", &missing)? {
        return Ok(());
    }
    let outcomes = prove::all(tally, &proofs)?;
    let mut elsewhere = 0;
    for row in &rows {
        elsewhere += show(tally, row, &outcomes)?;
    }
    tally.line(&format!(
        "  {elsewhere} proofs are suites of their own or run with --long; that they exist was checked"
    ))
}

/// Judges one fault; returns how many of its proofs were not run.
fn show(tally: &mut Tally, row: &Row, outcomes: &BTreeMap<String, Outcome>) -> Result<usize> {
    let mut failures = Vec::new();
    let mut not_run = 0;
    for proof in &row.proofs {
        match outcomes.get(&proof.text) {
            Some(Outcome::Passed) => {}
            Some(Outcome::NotRun) => not_run += 1,
            Some(Outcome::Failed(how)) => failures.push(format!("{}: {how}", proof.text)),
            None => failures.push(format!("{}: it did not run", proof.text)),
        }
    }
    let shown = row.proofs.len() - not_run;
    let rest = match not_run {
        0 => String::new(),
        some => format!(", {some} elsewhere"),
    };
    let line = format!("{:<4} {} ({shown} shown{rest})", row.id, row.fault);
    tally.verdict(&line, &failures)?;
    Ok(not_run)
}
