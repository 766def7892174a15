//! Which points there are: counted in a run that nothing kills; and which of them a run takes.

use std::collections::BTreeMap;

use super::strike::{Moment, Point, Strike};
use super::trial::Bench;
use crate::power::Loss;

/// What a push does that nobody disturbs.
#[derive(Debug, Default)]
pub struct Measured {
    /// Writes and truncations of the journal.
    pub writes: u64,
    /// Syncs of it.
    pub syncs: u64,
    /// Requests per operation.
    pub requests: BTreeMap<String, u64>,
}

/// Runs the push once and counts.
pub async fn measure(bench: &Bench) -> anyhow::Result<Measured> {
    let (ops, requests) = bench.undisturbed().await?;
    Ok(Measured {
        writes: ops.get("write").copied().unwrap_or(0),
        syncs: ops.get("sync").copied().unwrap_or(0),
        requests,
    })
}

/// Operations with so many requests are taken in full, others in part.
const FEW: u64 = 6;

/// The points of a run. No two runs write the same number of times, so the last tenth, which may
/// not be reached, is left to the requests.
pub fn points(measured: &Measured, all: bool) -> Vec<Point> {
    let spread = |total: u64, some: u64| spread(total * 9 / 10, if all { total } else { some });
    let mut strikes: Vec<Strike> = Vec::new();
    let writes = |torn| move |at| Strike::Write { at, torn };
    strikes.extend(
        beginning(all)
            .chain(spread(measured.writes, 40))
            .map(writes(false)),
    );
    strikes.extend(
        beginning(all)
            .chain(spread(measured.writes, 24))
            .map(writes(true)),
    );
    strikes.extend((1..=if all { 400 } else { 20 }).map(|n| Strike::Late { at: late(n, all) }));
    strikes.extend((0..if all { 120 } else { 36 }).map(|n| Strike::Compared { ms: n / 2 }));
    let syncs = spread(measured.syncs, 12);
    strikes.extend(syncs.map(|at| Strike::Sync { at, loss: None }));
    strikes.extend(power(measured.syncs, all));
    strikes.extend(requests(&measured.requests, all));
    let mut points: Vec<Point> = strikes
        .into_iter()
        .enumerate()
        .map(|(number, first)| Point {
            first,
            second: None,
            by_journal: number % 2 == 1,
        })
        .collect();
    points.extend(twice(measured, if all { 400 } else { 28 }));
    points
}

/// In part, further and further apart.
fn late(number: u64, all: bool) -> u64 {
    if all { number } else { number * number / 2 + 1 }
}

/// The first writes make the file: each of them is a point of its own in every run.
fn beginning(all: bool) -> impl Iterator<Item = u64> {
    1..=if all { 0 } else { 16 }
}

/// `some` numbers between 1 and `total`, evenly spread.
fn spread(total: u64, some: u64) -> impl Iterator<Item = u64> {
    let some = some.min(total);
    (0..some).map(move |n| 1 + n * total / some.max(1))
}

fn power(syncs: u64, all: bool) -> impl Iterator<Item = Strike> {
    let each = if all { syncs } else { 12 };
    let first = if all { 0 } else { 4 };
    let at = (1..=first).chain(spread(syncs * 9 / 10, each));
    at.enumerate().flat_map(move |(number, at)| {
        // Each sync with every loss, or with one after the other.
        let losses = if all || number < 4 {
            Loss::ALL.to_vec()
        } else {
            let of = |n: usize| Loss::ALL[(number * 3 + n) % Loss::ALL.len()];
            vec![of(0), of(1), of(2)]
        };
        losses.into_iter().map(move |loss| Strike::Sync {
            at,
            loss: Some(loss),
        })
    })
}

fn requests(counts: &BTreeMap<String, u64>, all: bool) -> Vec<Strike> {
    let mut strikes = Vec::new();
    for (operation, count) in counts {
        let some = if all || *count <= FEW { *count } else { 12 };
        for (number, at) in spread(*count, some).enumerate() {
            for moment in Moment::ALL {
                let moment = match moment {
                    Moment::Answered(_) => Moment::Answered(number as u64 % 4),
                    moment => moment,
                };
                strikes.push(Strike::Request {
                    operation: operation.clone(),
                    skip: at - 1,
                    moment,
                });
            }
        }
    }
    strikes
}

/// A second kill while the first one is being recovered from, early in the run that resumes.
fn twice(measured: &Measured, many: u64) -> Vec<Point> {
    let firsts = spread(measured.writes * 9 / 10, many);
    let point = |(number, at): (u64, u64)| Point {
        first: Strike::Write {
            at,
            torn: number % 3 == 0,
        },
        second: Some(match number % 4 {
            0 => Strike::Write {
                at: 1 + number,
                torn: false,
            },
            1 => Strike::Write {
                at: 1 + number,
                torn: true,
            },
            2 => Strike::Request {
                operation: "jobWorks".into(),
                skip: 0,
                moment: Moment::Before,
            },
            _ => Strike::Request {
                operation: "createJobWorkArtifacts".into(),
                skip: 0,
                moment: Moment::Effect,
            },
        }),
        by_journal: number % 5 == 0,
    };
    (0..).zip(firsts).map(point).collect()
}
