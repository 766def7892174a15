//! What a season's lines say about the promises.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::{FILES, Line};
use crate::bench::print::{Finding, Spread};

const MOST_MIB: f64 = 150.0;

/// What memory may differ by from one look to another without growing: pages that the allocator
/// has not given back yet, and more of them while a small season has only begun.
fn tolerance_mib(clients: usize) -> f64 {
    match clients {
        50_000.. => 8.0,
        _ => 20.0,
    }
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

fn last(lines: &[Line]) -> Result<&Line> {
    lines.last().context("the host said nothing")
}

/// Fails unless the sandbox holds everything once.
pub fn exactly_once(clients: usize, totals: &Value) -> Result<()> {
    let wanted = [
        ("works", clients),
        ("works_twice", 0),
        ("artifacts", clients * FILES),
        ("artifacts_twice", 0),
        ("initiated", 1),
    ];
    for (name, wanted) in wanted {
        let found = totals[name].as_u64().context("no totals")?;
        ensure!(found == wanted as u64, "{name}: {found}, not {wanted}");
    }
    Ok(())
}

/// Memory: resident pages in all, and how they grow from the first fifth of the clients to the end.
pub fn memory(clients: usize, lines: &[Line]) -> Result<Vec<Finding>> {
    let marks: Vec<&Line> = lines.iter().filter(|line| line.event == "mark").collect();
    let fifth = marks
        .iter()
        .find(|line| line.clients_attached >= clients / 5)
        .context("no mark after a fifth of the clients")?;
    let late = lines.iter().filter(|line| line.at_ms >= fifth.at_ms);
    let most = late.map(|line| line.rss_kib).max().unwrap_or(0);
    let grown = mib(most) - mib(fifth.rss_kib);
    let looks: Vec<u64> = marks.iter().filter_map(|line| line.look_ns).collect();
    let half = looks.len() / 2;
    let look = |part: &[u64]| {
        let part: Vec<f64> = part.iter().map(|ns| *ns as f64 / 1000.0).collect();
        Spread::of(&part).map(|spread| spread.median)
    };
    let [early, late] = [look(&looks[..half]), look(&looks[half..])];
    let (early, late) = early.zip(late).context("progress was not looked at")?;
    Ok(vec![
        Finding::at_most(
            "resident memory, the most",
            mib(last(lines)?.peak_kib),
            MOST_MIB,
            " MiB",
        ),
        Finding::at_most(
            &format!("growth from client {} to the end", fifth.clients_attached),
            grown,
            tolerance_mib(clients),
            " MiB",
        ),
        // A look is a lock and a copy: under a microsecond, and more only when it has to wait.
        Finding::at_most("a look at progress, first half", early, 1000.0, " µs"),
        Finding::at_most("a look at progress, second half", late, 1000.0, " µs"),
    ])
}

/// Time, processor time and memory of a client in a large season against small ones.
pub fn growth(
    small: usize,
    smalls: &[&Vec<Line>],
    large: usize,
    lines: &[Line],
) -> Result<Vec<Finding>> {
    let median = |number: fn(&Line) -> u64| -> Result<f64> {
        let all: Vec<f64> = smalls
            .iter()
            .filter_map(|lines| Some(number(lines.last()?) as f64))
            .collect();
        Ok(Spread::of(&all).context("no small season")?.median)
    };
    let line = last(lines)?;
    let ratio = |of: u64, against: f64| of as f64 / large as f64 / (against / small as f64);
    Ok(vec![
        Finding::at_most(
            "time a client, against 1,000 clients",
            ratio(line.at_ms, median(|line| line.at_ms)?),
            1.1,
            " times",
        ),
        Finding::at_most(
            "CPU a client, against 1,000 clients",
            ratio(line.cpu_ms, median(|line| line.cpu_ms)?),
            1.1,
            " times",
        ),
        Finding::at_most(
            "memory, more than with 1,000 clients",
            mib(line.peak_kib) - median(|line| line.peak_kib)? / 1024.0,
            50.0,
            " MiB",
        ),
    ])
}

/// From the call to cancel until the push had ended.
pub fn cancel(lines: &[Line]) -> Result<Finding> {
    let line = last(lines)?;
    let took = line.cancel_ms.context("nothing was cancelled")? as f64 / 1000.0;
    let what = format!("cancel among {} clients", line.clients);
    Ok(Finding::at_most(&what, took, 1.0, " s"))
}

/// What a kill cost: files the sandbox had received in full and the journal did not know of, and
/// how long the host had worked for them.
pub fn kill(killed: &[Line], received: &Value, resumed: &[Line]) -> Result<Vec<Finding>> {
    let received = received["uploads"].as_u64().context("no totals")?;
    let known = resumed.first().context("the host said nothing")?.files_sent as u64;
    let lost = received.saturating_sub(known) as f64;
    let (first, end) = (
        killed.first().context("the host said nothing")?,
        last(killed)?,
    );
    let seconds = (end.at_ms - first.at_ms) as f64 / 1000.0;
    let rate = (end.files_sent - first.files_sent) as f64 / seconds.max(0.001);
    ensure!(rate > 0.0, "nothing was sent before the kill");
    Ok(vec![Finding::at_most(
        &format!("work lost by SIGKILL at {known} files ({lost} files)"),
        lost / rate,
        2.0,
        " s",
    )])
}
