//! Suite `ambiguity`: whatever step of a push meets whatever loss, it is once in the end, or the
//! push says that it cannot know. Every cell of the table is a scenario, carried out by the runner
//! of every language.

mod lost;
mod never;
mod steps;
mod table;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;

use crate::scenarios::judge::{Named, Verdict, judge};
use crate::scenarios::round::{Round, languages, prepare};
use crate::scenarios::source;
use crate::tally::Tally;

/// Rounds at a time; they mostly wait.
const AT_ONCE: usize = 6;

/// What becomes of a request, and the rounds that show it: one column of the table.
struct Column {
    title: &'static str,
    rounds: Vec<Round>,
}

pub fn run(tally: &mut Tally) -> Result<()> {
    prepare()?;
    let mut columns = never::columns();
    columns.extend(lost::columns());
    // Those that wait longest begin first.
    let mut rounds: Vec<&Round> = columns.iter().flat_map(|column| &column.rounds).collect();
    rounds.sort_by_key(|round| !round.name.contains("alone"));
    let verdicts = carry_out(tally, &rounds)?;
    for line in table::lines(&columns, &verdicts) {
        tally.line(&format!("  {line}"))?;
    }
    for verdict in verdicts.values().flatten() {
        tally.verdict(&verdict.name, &verdict.failures)?;
    }
    Ok(())
}

/// Runs all rounds, some at a time: scenario → verdicts.
fn carry_out(tally: &mut Tally, rounds: &[&Round]) -> Result<BTreeMap<String, Vec<Verdict>>> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(round) = rounds.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mut printed = String::new();
                    let ended = round.run(&mut printed);
                    let mut done = done.lock().unwrap_or_else(|broken| broken.into_inner());
                    done.push((*round, printed, ended));
                }
            });
        }
    });
    let mut all: BTreeMap<String, Vec<Verdict>> = BTreeMap::new();
    for (round, printed, ended) in done
        .into_inner()
        .unwrap_or_else(|broken| broken.into_inner())
    {
        tally.note(&printed)?;
        let mut logs: Vec<Named> = Vec::new();
        for (language, log) in ended? {
            match log {
                Ok(log) => logs.push(log),
                Err(error) => {
                    let what = format!("{} in {language}", round.name);
                    tally.check(&what, Err(error))?;
                }
            }
        }
        for verdict in judge(&source::parse(&round.scenarios)?, &logs) {
            all.entry(verdict.scenario.clone())
                .or_default()
                .push(verdict);
        }
    }
    Ok(all)
}

/// The id of a cell's scenario.
fn id(column: &str, step: &str) -> String {
    format!("ambiguity {column}, {step}")
}
