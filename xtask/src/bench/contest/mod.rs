//! The benches that compare: ours from every language beside what a competent user would write.
//!
//! | file | what lives there |
//! | --- | --- |
//! | `workload`, `entrant` | what is done, and by whom |
//! | `sink`, `arena` | the other side, what entrants are told |
//! | `child`, `rounds` | one entrant measured from outside; everybody in turns |
//! | `table`, `targets` | the results as tables; what they must show |
//! | `page`, `chart` | `docs/benchmarks.md` and its pictures |

mod arena;
mod chart;
mod child;
mod entrant;
mod page;
mod rounds;
mod sink;
mod table;
mod targets;
mod workload;

use std::time::Instant;

use anyhow::Result;

use super::print;
use super::{Options, build};
use arena::Arena;
use rounds::Outcome;
use workload::{Kind, Workload};

pub fn uploads(options: &Options) -> Result<bool> {
    some("uploads", options)
}

pub fn small(options: &Options) -> Result<bool> {
    some("small", options)
}

pub fn large(options: &Options) -> Result<bool> {
    some("large", options)
}

pub fn calls(options: &Options) -> Result<bool> {
    some("calls", options)
}

pub fn latency(options: &Options) -> Result<bool> {
    some("latency", options)
}

pub fn push(options: &Options) -> Result<bool> {
    some("push", options)
}

/// Everything, and the page that tells of it.
pub fn all(options: &Options) -> Result<bool> {
    let arena = Arena::new(build::all(options)?)?;
    let begun = Instant::now();
    let outcomes = measure(&arena, options, |_| true)?;
    let mut findings = targets::judge(&outcomes);
    findings.push(super::scale::journal_price()?);
    print::findings(&findings).print();
    let minutes = begun.elapsed().as_secs_f64() / 60.0;
    page::write(&outcomes, &findings, minutes, options)?;
    Ok(findings.iter().all(|finding| finding.good))
}

fn some(bench: &str, options: &Options) -> Result<bool> {
    let arena = Arena::new(build::all(options)?)?;
    let outcomes = measure(&arena, options, |workload| workload.bench == bench)?;
    let findings = targets::judge(&outcomes);
    print::findings(&findings).print();
    Ok(findings.iter().all(|finding| finding.good))
}

fn measure(
    arena: &Arena,
    options: &Options,
    wanted: impl Fn(&Workload) -> bool,
) -> Result<Vec<Outcome>> {
    let mut all = Vec::new();
    for workload in workload::ALL.iter().filter(|workload| wanted(workload)) {
        if workload.size().is_some() {
            workload.folder()?;
        }
        let lines: &[bool] = match workload.kind {
            // The sandbox of the push speaks plain HTTP.
            Kind::Push(_) => &[false],
            _ => &[false, true],
        };
        for tls in lines {
            let begun = Instant::now();
            let outcomes = rounds::run(arena, workload, *tls, options.quick)?;
            let took = begun.elapsed().as_secs_f64();
            println!("\n{} ({took:.0} s)", table::title(workload, *tls));
            table::of(workload, &outcomes).print();
            all.extend(outcomes);
        }
    }
    Ok(all)
}
