//! Results of one workload on one line as a table.

use super::entrant;
use super::rounds::{Outcome, Round};
use super::workload::{Kind, Workload};
use crate::bench::print::{Spread, Table, figure};

/// What is done, over which line.
pub fn title(workload: &Workload, tls: bool) -> String {
    let line = match (workload.kind, tls) {
        (Kind::Push(_), _) => "through the sandbox",
        (_, true) => "TLS",
        (_, false) => "plain HTTP",
    };
    format!("{}, {line}", workload.label)
}

/// Everybody's results, in the order they ran.
pub fn of(workload: &Workload, outcomes: &[Outcome]) -> Table {
    let rate = format!("{} a second", workload.unit());
    let mut table = Table::new([
        "",
        rate.as_str(),
        "least",
        "most",
        "CPU s",
        "MiB more than idle",
        "loop late, ms",
        "rounds",
    ]);
    for outcome in outcomes {
        let Some(rate) = outcome.spread(|round| round.rate) else {
            continue;
        };
        let entrant = entrant::named(outcome.entrant);
        let rounds = match outcome.count == workload.count {
            true => outcome.rounds.len().to_string(),
            false => format!("{} of {}", outcome.rounds.len(), outcome.count),
        };
        table.row([
            entrant
                .map_or(outcome.entrant, |entrant| entrant.label)
                .to_owned(),
            figure(rate.median),
            figure(rate.least),
            figure(rate.most),
            outcome.cpu().map_or("-".to_owned(), figure),
            figure(outcome.grown_mib()),
            outcome.loop_ms().map_or("-".to_owned(), figure),
            rounds,
        ]);
    }
    table
}

impl Outcome {
    /// A number of each round.
    pub fn spread(&self, number: impl Fn(&Round) -> f64) -> Option<Spread> {
        let numbers: Vec<f64> = self.rounds.iter().map(number).collect();
        Spread::of(&numbers)
    }

    /// Processor seconds of the whole workload.
    pub fn cpu(&self) -> Option<f64> {
        Some(self.spread(|round| round.cpu_seconds)?.median)
    }

    /// How late its event loop was, the worst round.
    pub fn loop_ms(&self) -> Option<f64> {
        let late = self.rounds.iter().filter_map(|round| round.loop_ms);
        late.max_by(f64::total_cmp)
    }

    /// How much more memory it took at its most than before it began.
    pub fn grown_mib(&self) -> f64 {
        self.peak_kib.saturating_sub(self.idle_kib) as f64 / 1024.0
    }
}
