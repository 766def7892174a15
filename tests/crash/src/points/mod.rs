//! Every point at which a scripted push can be killed: before and in the middle of every write of
//! the journal, at every sync with the power going too, before, after and between effect and
//! answer of every request. Each is resumed to the end and judged.
//!
//! | file | what lives there |
//! | --- | --- |
//! | `plan` | which points there are, and which of them a run takes |
//! | `strike`, `enact` | one point: how it is written down; how it is carried out |
//! | `trial` | a push killed at one point, resumed, judged |
//! | `table` | the numbers |

mod enact;
mod plan;
mod strike;
mod table;
mod trial;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::Context as _;
use tokio::task::JoinSet;

pub use strike::{Moment, Point, Strike};
use table::Table;
use trial::{Bench, Trial};

/// Points that a run must at least have reached.
const LEAST: usize = 300;

/// What to do.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Every point there is, rather than a spread of them.
    pub all: bool,
    /// One point, as it is written in a failure.
    pub only: Option<String>,
    /// Pushes at once.
    pub workers: usize,
}

/// Runs the points and prints what came of them. Says whether all is well.
pub async fn run(options: &Options) -> anyhow::Result<bool> {
    let begun = Instant::now();
    let points = match &options.only {
        Some(text) => vec![text.parse()?],
        None => {
            let bench = Bench::set_up().await?;
            plan::points(&plan::measure(&bench).await?, options.all)
        }
    };
    let planned = points.len();
    let trials = at_once(points, options.workers).await?;
    let mut table = Table::default();
    let mut well = true;
    for trial in &trials {
        table.count(trial);
        for fault in &trial.faults {
            well = false;
            println!("FAIL {}: {fault}", trial.point);
            println!(
                "     target/debug/filed-crash points --only {}",
                trial.point
            );
        }
    }
    let reached = trials.iter().filter(|trial| trial.reached).count();
    table.print();
    println!(
        "{planned} points planned, {reached} reached, in {:.0} s",
        begun.elapsed().as_secs_f64()
    );
    let enough = options.only.is_some() || reached >= LEAST;
    if !enough {
        println!("FAIL fewer than {LEAST} points were reached");
    }
    Ok(well && enough)
}

/// Each worker has a sandbox and takes the next point until none is left.
async fn at_once(points: Vec<Point>, workers: usize) -> anyhow::Result<Vec<Trial>> {
    let (points, next) = (Arc::new(points), Arc::new(AtomicUsize::new(0)));
    let mut set = JoinSet::new();
    for _ in 0..workers.max(1) {
        let (points, next) = (points.clone(), next.clone());
        set.spawn(async move {
            let bench = Bench::set_up().await?;
            let mut trials = Vec::new();
            while let Some(point) = points.get(next.fetch_add(1, Ordering::Relaxed)) {
                let trial = bench.attempt(point).await;
                trials.push(trial.with_context(|| point.to_string())?);
            }
            anyhow::Ok(trials)
        });
    }
    let mut all = Vec::new();
    while let Some(trials) = set.join_next().await {
        all.extend(trials??);
    }
    Ok(all)
}
