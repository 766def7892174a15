//! Interleaved rounds: everybody once, then everybody again, so that whatever the machine does
//! meanwhile falls on all alike. Who is slow gets a part of the work and fewer rounds.

use std::time::Instant;

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::arena::Arena;
use super::child::{Contender, Cost};
use super::entrant::{ALL, Entrant};
use super::workload::{Kind, Workload};

/// Rounds of those who are quick.
const ROUNDS: usize = 7;
const ROUNDS_QUICK: usize = 3;

/// Seconds a round may take; who needs more gets less to do.
const LONG: f64 = 2.5;

/// Rounds of those who need that long, and the fewest of anybody: a median of two is no median, and
/// one round in which the machine stalls would be half of it.
const FEWEST_ROUNDS: usize = 3;

/// What one entrant did on one line.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    pub workload: &'static str,
    pub tls: bool,
    pub entrant: &'static str,
    /// Files or calls of a round; fewer than the workload's for who is slow.
    pub count: usize,
    pub rounds: Vec<Round>,
    pub idle_kib: u64,
    pub peak_kib: u64,
}

/// One round of one entrant.
#[derive(Clone, Debug, Serialize)]
pub struct Round {
    /// Files or calls a second.
    pub rate: f64,
    /// Processor seconds, as for the whole workload.
    pub cpu_seconds: f64,
    pub loop_ms: Option<f64>,
}

/// One entrant on its way through the rounds.
struct Lane {
    outcome: Outcome,
    contender: Contender,
    /// How many rounds it gets.
    most: usize,
}

/// Lets everybody do a workload on one line.
pub fn run(arena: &Arena, workload: &Workload, tls: bool, quick: bool) -> Result<Vec<Outcome>> {
    let begun = Instant::now();
    let budget = if quick {
        workload.budget / 4.0
    } else {
        workload.budget
    };
    let rounds = if quick { ROUNDS_QUICK } else { ROUNDS };
    let mut lanes = Vec::new();
    for entrant in ALL
        .iter()
        .filter(|entrant| takes_part(entrant, workload, tls))
    {
        let lane = prepare(arena, workload, tls, entrant, rounds);
        lanes.push(lane.with_context(|| format!("{}: {}", workload.key, entrant.label))?);
    }
    for round in 0..rounds {
        if round >= FEWEST_ROUNDS && begun.elapsed().as_secs_f64() > budget {
            break;
        }
        for lane in lanes.iter_mut().filter(|lane| round < lane.most) {
            lane.round(arena, workload)
                .with_context(|| format!("{}: {}", workload.key, lane.outcome.entrant))?;
        }
    }
    lanes.into_iter().map(Lane::end).collect()
}

fn takes_part(entrant: &Entrant, workload: &Workload, tls: bool) -> bool {
    match entrant.key {
        "limit" => !tls && matches!(workload.kind, Kind::Files(_)),
        _ => true,
    }
}

/// Starts an entrant, lets it do a part of the work, and sees how much it can do in a round.
fn prepare(
    arena: &Arena,
    workload: &Workload,
    tls: bool,
    entrant: &'static Entrant,
    rounds: usize,
) -> Result<Lane> {
    let contender = Contender::start(arena.command(entrant, workload, tls)?)?;
    let mut lane = Lane {
        outcome: Outcome {
            workload: workload.key,
            tls,
            entrant: entrant.key,
            count: (workload.count / 20).max(1),
            rounds: Vec::new(),
            idle_kib: contender.idle_kib,
            peak_kib: 0,
        },
        contender,
        most: rounds,
    };
    let first = lane.work(arena, workload)?;
    let each = first.seconds / lane.outcome.count as f64;
    let fits = |count: usize| each * count as f64 <= LONG;
    lane.outcome.count = workload.count;
    while !fits(lane.outcome.count) && lane.outcome.count * 8 > workload.count {
        lane.outcome.count /= 2;
    }
    if !fits(workload.count) {
        lane.most = rounds.min(FEWEST_ROUNDS);
    }
    Ok(lane)
}

impl Lane {
    fn round(&mut self, arena: &Arena, workload: &Workload) -> Result<()> {
        let cost = self.work(arena, workload)?;
        let count = self.outcome.count as f64;
        self.outcome.rounds.push(Round {
            rate: count / cost.seconds,
            cpu_seconds: cost.cpu_seconds * workload.count as f64 / count,
            loop_ms: cost.loop_ms,
        });
        Ok(())
    }

    /// Does the work and fails unless all of it arrived.
    fn work(&mut self, arena: &Arena, workload: &Workload) -> Result<Cost> {
        let count = self.outcome.count;
        arena.before_round(workload)?;
        let before = arena.arrived(workload)?;
        let order = arena.order(workload, self.outcome.entrant, count)?;
        let cost = self.contender.work(&order)?;
        arena
            .arrived(workload)?
            .all_since(before, count, workload)?;
        Ok(cost)
    }

    fn end(self) -> Result<Outcome> {
        let peak_kib = self.contender.peak_kib()?;
        Ok(Outcome {
            peak_kib,
            ..self.outcome
        })
    }
}
