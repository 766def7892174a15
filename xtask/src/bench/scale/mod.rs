//! `cargo xtask bench scale`: whether a push stays as small and as quick per client as it began,
//! however large the season. The suite `scale` checks the same findings with a smaller one.

mod findings;
mod season;

use anyhow::{Context as _, Result};

use super::Options;
use super::print::{self, Finding, Spread, Table};
use crate::run;
use season::Season;
pub use season::{Build, FILES, Line};

/// The season everything is compared with, and how often it is pushed.
const SMALL: usize = 1_000;
const SMALL_TIMES: usize = 3;

/// The season the journal's price is measured with, and how often on each place.
const PRICED: usize = 2_000;
const PRICED_TIMES: usize = 5;

pub fn run(options: &Options) -> Result<bool> {
    let clients = options.clients.unwrap_or(100_000);
    build()?;
    let (small, mut all) = compare(clients)?;
    all.extend(interrupted(Build::Quick, clients)?);
    all.push(journal_price()?);
    println!("\n{clients} clients with {FILES} files each; {SMALL} clients took {small} ms each");
    print::findings(&all).print();
    Ok(all.iter().all(|finding| finding.good))
}

/// What a journal on disk costs, by itself.
pub fn journal(_: &Options) -> Result<bool> {
    build()?;
    let finding = [journal_price()?];
    print::findings(&finding).print();
    Ok(finding.iter().all(|finding| finding.good))
}

fn build() -> Result<()> {
    println!("Building. The first time takes some minutes.");
    let build = [
        "build",
        "--profile",
        "quick",
        "-p",
        "filed-bench",
        "-p",
        "filed-sandbox",
    ];
    run::demand(&mut run::cargo(build)?).map(drop)
}

/// Small seasons and the large one, by the cost of a client.
fn compare(clients: usize) -> Result<(Spread, Vec<Finding>)> {
    let mut table = Table::new([
        "clients",
        "seconds",
        "ms a client",
        "CPU ms a client",
        "peak MiB",
        "look ns",
    ]);
    let mut runs = Vec::new();
    for _ in 0..SMALL_TIMES {
        runs.push((SMALL, whole(Build::Quick, SMALL)?));
    }
    if clients >= 50 * SMALL {
        runs.push((clients / 10, whole(Build::Quick, clients / 10)?));
    }
    let lines = whole(Build::Quick, clients)?;
    for (clients, lines) in runs
        .iter()
        .map(|(n, lines)| (*n, lines))
        .chain([(clients, &lines)])
    {
        let last = lines.last().context("an empty season")?;
        let each = |ms: u64| print::figure(ms as f64 / clients as f64);
        table.row([
            clients.to_string(),
            print::figure(last.at_ms as f64 / 1000.0),
            each(last.at_ms),
            each(last.cpu_ms),
            print::figure(last.peak_kib as f64 / 1024.0),
            last.look_ns.map_or("-".into(), |ns| ns.to_string()),
        ]);
    }
    println!();
    table.print();
    let small: Vec<&Vec<Line>> = runs
        .iter()
        .filter(|(n, _)| *n == SMALL)
        .map(|(_, l)| l)
        .collect();
    let mut all = findings::memory(clients, &lines)?;
    all.extend(findings::growth(SMALL, &small, clients, &lines)?);
    let each: Vec<f64> = small
        .iter()
        .filter_map(|lines| Some(lines.last()?.at_ms as f64 / SMALL as f64))
        .collect();
    Ok((Spread::of(&each).context("no small season")?, all))
}

/// A season from its beginning to its end, with nothing twice and nothing missing.
pub fn whole(build: Build, clients: usize) -> Result<Vec<Line>> {
    let season = Season::new(build, clients, None)?;
    let lines = season.push()?;
    findings::exactly_once(clients, &season.totals()?)?;
    Ok(lines)
}

/// What holds while and after a season is pushed in one go.
pub fn uninterrupted(build: Build, clients: usize) -> Result<Vec<Finding>> {
    findings::memory(clients, &whole(build, clients)?)
}

/// A season that is cancelled, killed, and then pushed to its end.
pub fn interrupted(build: Build, clients: usize) -> Result<Vec<Finding>> {
    let season = Season::new(build, clients, None)?;
    let files = clients * FILES;
    let cancelled = season.cancel_at(files / 4)?;
    let killed = season.kill_at(files / 2)?;
    let received = season.totals()?;
    let resumed = season.push()?;
    let totals = season.totals()?;
    findings::exactly_once(clients, &totals)?;
    let mut all = vec![findings::cancel(&cancelled)?];
    all.extend(findings::kill(&killed, &received, &resumed)?);
    Ok(all)
}

/// The same season with its journal on disk and in memory, one after the other.
pub fn journal_price() -> Result<Finding> {
    let memory = std::path::Path::new("/dev/shm");
    let (mut disk, mut held) = (Vec::new(), Vec::new());
    for _ in 0..PRICED_TIMES {
        for (place, times) in [(None, &mut disk), (Some(memory), &mut held)] {
            let season = Season::new(Build::Quick, PRICED, place)?;
            let lines = season.push()?;
            times.push(lines.last().context("an empty season")?.at_ms as f64);
        }
    }
    let disk = Spread::of(&disk).context("no season with a journal on disk")?;
    let held = Spread::of(&held).context("no season with a journal in memory")?;
    println!("\n  {PRICED} clients, journal on disk: {disk} ms; in memory: {held} ms");
    let what = "a push with its journal on disk, against in memory";
    Ok(Finding::at_most(
        what,
        disk.median / held.median,
        1.15,
        " times",
    ))
}
