//! What breaks goes on: downloads by range, tus after the provider was killed.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::program::{KEY, Program};
use super::pulled::{Filed, arrived_once, client_id, endpoint, everything, prepare, somebody};
use super::season::Season;
use crate::http;
use crate::tally::Tally;

const BREAK_AFTER: usize = 40_000;

pub fn run(tally: &mut Tally, program: &Program, season: &Season) -> Result<()> {
    let language = program.language;
    let what =
        format!("{language}: downloads broken after every {BREAK_AFTER} bytes resume by range");
    tally.check(&what, broken_downloads(program, season))?;
    if !program.whole {
        return tally.skip(&format!("{language}: tus after a kill"), super::NOT_WHOLE);
    }
    let what =
        format!("{language}: tus goes on after the provider was killed, nothing lost or twice");
    tally.check(&what, killed(program, season))?;
    let what = format!("{language}: an upload that was begun before a kill stands where it was");
    tally.check(&what, kept_offset(program, season)).map(drop)
}

fn broken_downloads(program: &Program, season: &Season) -> Result<()> {
    // What was sent back before is a file of the client's by now, and no part of the season.
    let fresh = Season::make(&format!("{}-broken", program.language))?;
    let provider = program.start(&fresh.folder, &fresh.state, 0)?;
    let filed = Filed::connect(
        &provider.url,
        &json!({ "pull_break_after_bytes": BREAK_AFTER }),
    )?;
    let pulled = everything(&filed, &fresh)?;
    let files = pulled["files"].as_array().context("no files")?;
    let resumed = files
        .iter()
        .filter(|file| file["requests"].as_u64() > Some(1))
        .count();
    let large = files
        .iter()
        .filter(|file| file["size"].as_u64() > Some(BREAK_AFTER as u64))
        .count();
    ensure!(
        resumed == large && large > 0,
        "{resumed} of {large} large files were resumed"
    );
    ensure!(season.files.len() == files.len(), "{} files", files.len());
    Ok(())
}

/// Kills the provider while a return is on its way, and starts it again at the same place.
fn killed(program: &Program, season: &Season) -> Result<()> {
    let provider = program.start(&season.folder, &season.state, 0)?;
    let settings = json!({ "pull_break_after_bytes": 256 * 1024, "pull_patience_ms": 60_000 });
    let filed = Filed::connect(&provider.url, &settings)?;
    let bytes: Vec<u8> = (0..24_000_000_usize)
        .map(|at| (at * 11 % 251) as u8)
        .collect();
    prepare(&filed, &bytes)?;
    let whose = somebody(season)?;
    let client = client_id(&filed, &whose)?;
    filed.send(&endpoint(&provider.url, &client), &client, "killed.pdf")?;
    let port = provider.port()?;
    under_way(&filed)?;
    provider.kill()?;
    let again = program.start(&season.folder, &season.state, port)?;
    let sent = filed.sent()?;
    ensure!(
        sent["requests"].as_u64() > Some(1),
        "one request was enough: {sent}"
    );
    arrived_once(season, &whose, &bytes)?;
    drop(again);
    Ok(())
}

/// Waits until a transfer has begun; fails when it has ended already.
fn under_way(filed: &Filed) -> Result<()> {
    const PATIENCE: Duration = Duration::from_secs(30);
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        let state = filed.sandbox.state()?;
        let last = state["sent_files"].as_array().and_then(|all| all.last());
        let last = last.context("nothing is on its way")?;
        ensure!(
            last["transfer"] == "sending",
            "too late to kill anything: {last}"
        );
        let upload = last["upload_url"]
            .as_str()
            .context("no address of the upload")?;
        let offset = read(upload).ok().and_then(|state| state["offset"].as_u64());
        if offset > Some(0) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    anyhow::bail!("the transfer does not begin")
}

/// Sends half of an upload, kills the provider, and asks where the upload is.
fn kept_offset(program: &Program, season: &Season) -> Result<()> {
    let provider = program.start(&season.folder, &season.state, 0)?;
    let filed = Filed::connect(&provider.url, &json!({}))?;
    let whose = somebody(season)?;
    let client = client_id(&filed, &whose)?;
    let bytes: Vec<u8> = (0..500_000_usize).map(|at| (at * 13 % 249) as u8).collect();
    let upload = begin(&endpoint(&provider.url, &client), bytes.len())?;
    let half = bytes.len() / 2;
    patch(&upload, 0, &bytes[..half])?;
    let port = provider.port()?;
    provider.kill()?;
    let again = program.start(&season.folder, &season.state, port)?;
    let state: Value = read(&upload)?;
    let offset = state["offset"]
        .as_u64()
        .and_then(|offset| usize::try_from(offset).ok());
    let offset = offset.with_context(|| format!("no offset: {state}"))?;
    ensure!(
        offset == half,
        "{offset} bytes are kept of the {half} that were acknowledged"
    );
    patch(&upload, offset, &bytes[offset..])?;
    arrived_once(season, &whose, &bytes)?;
    drop(again);
    Ok(())
}

fn begin(endpoint: &str, length: usize) -> Result<String> {
    let length = length.to_string();
    // "kept.pdf"
    let headers = [
        ("x-api-key", KEY),
        ("tus-resumable", "1.0.0"),
        ("upload-length", length.as_str()),
        ("upload-metadata", "filename a2VwdC5wZGY="),
    ];
    let answer = http::call("POST", endpoint, &headers, b"")?;
    ensure!(
        answer.status == 201,
        "status {} to a creation",
        answer.status
    );
    answer.header("location").context("no Location")
}

fn patch(upload: &str, offset: usize, bytes: &[u8]) -> Result<()> {
    let offset = offset.to_string();
    let headers = [
        ("x-api-key", KEY),
        ("tus-resumable", "1.0.0"),
        ("upload-offset", offset.as_str()),
        ("content-type", "application/offset+octet-stream"),
    ];
    let answer = http::call("PATCH", upload, &headers, bytes)?;
    ensure!(answer.status == 204, "status {} to a PATCH", answer.status);
    Ok(())
}

fn read(upload: &str) -> Result<Value> {
    http::json("GET", upload, &[("x-api-key", KEY)], &Value::Null)
}
