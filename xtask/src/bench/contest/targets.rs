//! What the results must show.

use super::rounds::Outcome;
use crate::bench::print::{Finding, Spread, figure};

/// 64 uploads at once, each answered 30 ms after it came.
const LATENCY_ALLOWS: f64 = 64.0 / 0.03;

/// The findings that the results allow; what was not measured is left out.
pub fn judge(outcomes: &[Outcome]) -> Vec<Finding> {
    let results = Results(outcomes);
    let mut all = Vec::new();
    all.extend(uploads(&results));
    all.extend(sizes(&results));
    all.extend(calls(&results));
    all.extend(late(&results));
    all.extend(push(&results));
    all
}

/// Both ways of Python.
const PYTHON: [&str; 2] = ["python", "asyncio"];
const EVERY_LANGUAGE: [&str; 5] = ["rust", "c", "python", "asyncio", "node"];

fn uploads(results: &Results) -> Vec<Finding> {
    let on = |entrant, peers: &[&str], least, cpu| {
        let rate = results.rate("uploads", true, entrant, peers, least);
        let cpu = results.cpu("uploads", true, entrant, peers, cpu);
        [rate, cpu]
    };
    let mut all = Vec::new();
    for python in PYTHON {
        all.extend(on(python, &["aiohttp"], 4.0, 0.2));
    }
    all.extend(on("node", &["fetch", "axios"], 8.0, 0.2));
    all.extend(on("c", &["curl"], 2.0, 0.5));
    all.push(results.rate("uploads", false, "rust", &["limit"], 0.4));
    all.into_iter().flatten().collect()
}

fn sizes(results: &Results) -> Vec<Finding> {
    let mut all = Vec::new();
    for tls in [false, true] {
        for python in PYTHON {
            all.push(results.rate("small", tls, python, &["aiohttp"], 8.0));
        }
        all.push(results.rate("small", tls, "node", &["axios"], 8.0));
        all.push(results.rate("small", tls, "c", &["curl"], 1.2));
    }
    for tls in [false, true] {
        for entrant in EVERY_LANGUAGE {
            all.push(results.rate("large", tls, entrant, &["curl"], 0.9));
            all.push(results.memory("large", tls, entrant, 32.0));
        }
    }
    all.into_iter().flatten().collect()
}

fn calls(results: &Results) -> Vec<Finding> {
    let mut all = Vec::new();
    for tls in [false, true] {
        for python in PYTHON {
            all.push(results.rate("calls", tls, python, &["aiohttp"], 1.4));
        }
        all.push(results.rate("calls", tls, "node", &["axios"], 2.0));
        all.push(results.rate("calls", tls, "c", &["curl"], 0.9));
    }
    all.into_iter().flatten().collect()
}

fn late(results: &Results) -> Vec<Finding> {
    let mut all = Vec::new();
    for tls in [false, true] {
        for entrant in EVERY_LANGUAGE {
            all.push(results.share("late64", tls, entrant, LATENCY_ALLOWS, 0.9));
        }
        for entrant in ["asyncio", "node"] {
            all.push(results.loop_delay("late64", tls, entrant, 20.0));
        }
    }
    all.into_iter().flatten().collect()
}

fn push(results: &Results) -> Vec<Finding> {
    let python = ["aiohttp", "httpx", "requests"];
    let all = [
        results.rate("push", false, "python", &python, 3.0),
        results.rate("push", false, "asyncio", &python, 3.0),
        results.rate("push", false, "node", &["fetch", "axios"], 3.0),
        results.rate("push", false, "c", &["curl"], 3.0),
    ];
    all.into_iter().flatten().collect()
}

struct Results<'a>(&'a [Outcome]);

impl Results<'_> {
    fn find(&self, workload: &str, tls: bool, entrant: &str) -> Option<&Outcome> {
        self.0.iter().find(|outcome| {
            outcome.workload == workload && outcome.tls == tls && outcome.entrant == entrant
        })
    }

    /// The quickest of some peers.
    fn best(&self, workload: &str, tls: bool, peers: &[&str]) -> Option<&Outcome> {
        let rate = |outcome: &&Outcome| outcome.spread(|round| round.rate).map(|s| s.median);
        let found = peers
            .iter()
            .filter_map(|peer| self.find(workload, tls, peer));
        found.max_by(|a, b| {
            rate(a)
                .partial_cmp(&rate(b))
                .unwrap_or(std::cmp::Ordering::Equal)
        })
    }

    fn rate(
        &self,
        workload: &str,
        tls: bool,
        entrant: &str,
        peers: &[&str],
        least: f64,
    ) -> Option<Finding> {
        let ours = self.find(workload, tls, entrant)?;
        let peer = self.best(workload, tls, peers)?;
        let ratio = ratio(ours, peer)?;
        let what = format!(
            "{}: {entrant} against {}",
            place(workload, tls),
            peer.entrant
        );
        Some(Finding {
            what,
            measured: format!("{ratio} times"),
            limit: format!("at least {} times", figure(least)),
            good: ratio.median >= least,
        })
    }

    fn cpu(
        &self,
        workload: &str,
        tls: bool,
        entrant: &str,
        peers: &[&str],
        most: f64,
    ) -> Option<Finding> {
        let ours = self.find(workload, tls, entrant)?.cpu()?;
        let peer = self.best(workload, tls, peers)?;
        let what = format!(
            "{}: CPU of {entrant} against {}",
            place(workload, tls),
            peer.entrant
        );
        Some(Finding::at_most(&what, ours / peer.cpu()?, most, " times"))
    }

    fn memory(&self, workload: &str, tls: bool, entrant: &str, most: f64) -> Option<Finding> {
        let grown = self.find(workload, tls, entrant)?.grown_mib();
        let what = format!("{}: memory of {entrant} above idle", place(workload, tls));
        Some(Finding::at_most(&what, grown, most, " MiB"))
    }

    fn share(
        &self,
        workload: &str,
        tls: bool,
        entrant: &str,
        of: f64,
        least: f64,
    ) -> Option<Finding> {
        let rate = self
            .find(workload, tls, entrant)?
            .spread(|round| round.rate)?;
        let what = format!(
            "{}: {entrant}, of what latency allows",
            place(workload, tls)
        );
        Some(Finding {
            what,
            measured: figure(rate.median / of),
            limit: format!("at least {}", figure(least)),
            good: rate.median / of >= least,
        })
    }

    fn loop_delay(&self, workload: &str, tls: bool, entrant: &str, most: f64) -> Option<Finding> {
        let late = self.find(workload, tls, entrant)?.loop_ms()?;
        let what = format!(
            "{}: event loop of {entrant} late, p99",
            place(workload, tls)
        );
        Some(Finding::at_most(&what, late, most, " ms"))
    }
}

/// Round by round, as they ran side by side.
fn ratio(ours: &Outcome, peer: &Outcome) -> Option<Spread> {
    let pairs = ours.rounds.iter().zip(&peer.rounds);
    let ratios: Vec<f64> = pairs.map(|(a, b)| a.rate / b.rate).collect();
    Spread::of(&ratios)
}

fn place(workload: &str, tls: bool) -> String {
    match (workload, tls) {
        ("push", _) => workload.to_owned(),
        (_, true) => format!("{workload}, TLS"),
        (_, false) => format!("{workload}, plain"),
    }
}
