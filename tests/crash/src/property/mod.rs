//! Random pushes under random faults, killed and resumed at random, against a model: nothing is
//! ever doubled, an import is never initiated twice, an error is one that is documented, and when
//! the faults are gone the push comes to its end with everything there exactly once.
//!
//! | file | what lives there |
//! | --- | --- |
//! | `case`, `strategy` | a random push; how it is drawn |
//! | `model` | running it, and what must hold |
//! | `shrink` | a failing one made small; the ones that failed once |

mod case;
mod model;
mod shrink;
mod strategy;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use tokio::runtime::Handle;
use tokio::task::JoinSet;

pub use case::Case;
use model::{Passed, World};
use shrink::Failure;

/// What to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// Pushes.
    pub cases: u64,
    /// The first seed; each push has the next one.
    pub seed: u64,
    /// One case as JSON, as a failure prints it.
    pub case: Option<Case>,
    /// Pushes at once.
    pub workers: usize,
}

/// Failures after which a run gives up.
const MOST_FAILURES: u64 = 3;

#[derive(Default)]
struct Sum {
    cases: u64,
    processes: u64,
    runs: u64,
    ended: u64,
    errors: u64,
    by_hand: u64,
    partial: u64,
    orphans: u64,
}

/// Runs the cases and prints what came of them. Says whether all hold.
pub async fn run(options: Options) -> anyhow::Result<bool> {
    if let Some(case) = &options.case {
        return one(case).await;
    }
    let begun = Instant::now();
    let mut well = known().await?;
    let (first, after) = (options.seed, options.seed + options.cases);
    println!("seeds {first} to {}", after - 1);
    let (sum, failures) = all(&options).await?;
    for failure in &failures {
        well = false;
        failure.tell();
    }
    println!(
        "{} pushes held: {} runs with faults, {} of them killed or made to forget, {} ended with \
         an error;\n{} pushes as processes killed outright, the others in one process that \
         forgets;\n{} imports initiated by hand after an unknown outcome, {} partial as allowed, \
         {} orphaned jobs; {:.0} s",
        sum.cases,
        sum.runs,
        sum.ended,
        sum.errors,
        sum.processes,
        sum.by_hand,
        sum.partial,
        sum.orphans,
        begun.elapsed().as_secs_f64()
    );
    Ok(well && sum.cases == options.cases)
}

async fn one(case: &Case) -> anyhow::Result<bool> {
    let held = World::start().await?.check(case).await;
    match &held {
        Ok(passed) => println!("it holds: {passed:?}"),
        Err(error) => println!("FAIL {error:#}"),
    }
    Ok(held.is_ok())
}

/// Cases that failed once.
async fn known() -> anyhow::Result<bool> {
    let world = World::start().await?;
    let mut well = true;
    let cases = shrink::regressions()?;
    for (number, case) in cases.iter().enumerate() {
        if let Err(error) = world.check(case).await {
            well = false;
            println!("FAIL regression {}: {error:#}", number + 1);
        }
    }
    println!("{} cases that failed once were tried first", cases.len());
    Ok(well)
}

/// Each worker has a sandbox and takes the next seed until none is left.
async fn all(options: &Options) -> anyhow::Result<(Sum, Vec<Failure>)> {
    let next = Arc::new(AtomicU64::new(options.seed));
    let failed = Arc::new(AtomicU64::new(0));
    let after = options.seed + options.cases;
    let mut workers = JoinSet::new();
    for _ in 0..options.workers.max(1) {
        let (next, failed) = (next.clone(), failed.clone());
        // A thread each: proptest's trees of values stay on the thread that drew them.
        let here = Handle::current();
        workers.spawn_blocking(move || {
            here.block_on(async {
                let world = World::start().await?;
                let (mut sum, mut failures) = (Sum::default(), Vec::new());
                while failed.load(Ordering::Relaxed) < MOST_FAILURES {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= after {
                        break;
                    }
                    match shrink::try_seed(&world, seed).await? {
                        Ok((case, passed)) => sum.add(&case, passed),
                        Err(failure) => {
                            failed.fetch_add(1, Ordering::Relaxed);
                            failures.push(failure);
                        }
                    }
                }
                anyhow::Ok((sum, failures))
            })
        });
    }
    let (mut sum, mut failures) = (Sum::default(), Vec::new());
    while let Some(result) = workers.join_next().await {
        let (own, more) = result??;
        sum.join(&own);
        failures.extend(more);
    }
    Ok((sum, failures))
}

impl Sum {
    fn add(&mut self, case: &Case, passed: Passed) {
        self.join(&Sum {
            cases: 1,
            processes: case.processes.into(),
            runs: case.runs.len() as u64,
            ended: passed.ended,
            errors: passed.errors,
            by_hand: passed.by_hand.into(),
            partial: passed.partial.into(),
            orphans: passed.orphans,
        });
    }

    fn join(&mut self, other: &Sum) {
        self.cases += other.cases;
        self.processes += other.processes;
        self.runs += other.runs;
        self.ended += other.ended;
        self.errors += other.errors;
        self.by_hand += other.by_hand;
        self.partial += other.partial;
        self.orphans += other.orphans;
    }
}
