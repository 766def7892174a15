//! Initiating the import: sent once in the life of a push. When the answer is lost, only evidence
//! that the import runs lets the push go on; without it nobody but the host decides.
//!
//! The gateway documents no way to read a job back, so works and artifacts have to tell. A work
//! moves when its import runs. An artifact's first move is that its file was fetched, and nothing
//! says whether that waits for the import: so it counts only where artifacts were seen to stand
//! still before the request, for as long as they are then given to move.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::verify::note_moved;
use crate::push::journal::verify::{self, Before, Moved};
use crate::push::journal::{Db, Step, head};
use crate::push::pace::Gaps;
use crate::push::reconcile::{Pass, Patience, reworded};
use crate::push::run::Run;
use crate::wire::named;
use crate::{Effect, Error, ErrorCode, Result};

const MOVED: &str = "the answer to the request to initiate the import was lost; works or artifacts \
                     moved afterwards, which shows that it took effect";
const ALREADY: &str = "Filed answered the request to initiate the import by saying that it had been \
                       initiated already: somebody else did so, or the request was doubled on its \
                       way. It was not sent again";

/// Initiates the import, or finds out whether an earlier request did.
pub(super) async fn initiate(run: &Run) -> Result<()> {
    let now = run.journal.run(head::get).await?;
    if now.begun {
        return initiated(run, None).await;
    }
    if now.initiate_sent {
        return by_evidence(run, None, Patience::Earlier).await;
    }
    if run.stop.is_cancelled() {
        return Err(run.stopped());
    }
    run.journal.run(|db| head::initiate_sent(db, true)).await?;
    let begun = Instant::now();
    match run.gateway().initiate(run.job()?.to_owned()).await {
        Ok(_) => initiated(run, None).await,
        Err(error) if says_already(run, &error) => initiated(run, Some(ALREADY)).await,
        // It may be closed since its import was begun by somebody else.
        Err(error) if error.code() == ErrorCode::JobClosed => {
            let end = by_evidence(run, None, Patience::Answered).await;
            match end {
                Err(e) if e.code() == ErrorCode::ImportOutcomeUnknown => refused(run, &error).await,
                end => end,
            }
        }
        Err(error) if error.effect() == Effect::NotApplied => refused(run, &error).await,
        Err(error) => {
            let patience = Patience::after(run, &error, begun.elapsed());
            by_evidence(run, Some(error), patience).await
        }
    }
}

fn says_already(run: &Run, error: &Error) -> bool {
    let words = &run.client.inner().settings.wire.errors.already_initiated;
    let mut codes = error
        .graphql_errors()
        .iter()
        .filter_map(|e| e.code.as_deref());
    codes.any(|code| named(words, code))
}

async fn initiated(run: &Run, note: Option<&'static str>) -> Result<()> {
    run.journal.run(move |db| end(db, note)).await?;
    run.status.send_modify(|status| status.initiated = true);
    Ok(())
}

fn end(db: &Db, note: Option<&str>) -> Step<()> {
    if let Some(note) = note {
        head::note(db, note)?;
    }
    head::initiated(db)
}

/// A request that certainly had no effect may be sent again by the next run.
async fn refused(run: &Run, error: &Error) -> Result<()> {
    run.journal.run(|db| head::initiate_sent(db, false)).await?;
    let next = match error.code() {
        ErrorCode::JobClosed => {
            "somebody ended the job at Filed; have it opened there and resume, or send everything \
             in a new push under a new journal"
        }
        _ => "see to the reason, then resume the push: it compares once more and asks again",
    };
    let text = format!(
        "{}. The import was not initiated; everything that was sent is at Filed and stays there: \
         {next}",
        error.message()
    );
    Err(reworded(error, text))
}

/// Looks for items that moved since the request was sent.
async fn by_evidence(run: &Run, cause: Option<Error>, patience: Patience) -> Result<()> {
    let before = run.journal.run(verify::before).await?;
    let begun = Instant::now();
    let until = begun + time_to_look(run, &before, patience);
    let mut gaps = Gaps::new(run.pace.look / 2, run.pace.look * 8);
    loop {
        if moved_since(run, &before).await? {
            return initiated(run, Some(MOVED)).await;
        }
        if Instant::now() >= until {
            return Err(unknown(run, cause, begun.elapsed()));
        }
        sleep(gaps.next()).await;
    }
}

/// A server that was given up on may act up to a minute later.
fn time_to_look(run: &Run, before: &Before, patience: Patience) -> Duration {
    let (evidence, late) = (run.pace.evidence, run.pace.patience);
    match patience {
        Patience::Late => late.max(evidence),
        Patience::Earlier => {
            let since = head::wall_clock().saturating_sub(before.asked_at);
            let since = Duration::from_millis(u64::try_from(since).unwrap_or(0));
            late.saturating_sub(since).max(evidence)
        }
        _ => evidence,
    }
}

/// A kind of item that moved before the request proves nothing by moving after it.
async fn moved_since(run: &Run, before: &Before) -> Result<bool> {
    let wire = &run.client.inner().settings.wire;
    let stood_still = !before.moved.artifacts && before.still >= run.pace.evidence;
    let mut pages = Pass::of_job(run, Vec::new())?;
    while let Some(page) = pages.next_page().await? {
        let mut now = Moved::default();
        for work in &page {
            note_moved(&mut now, work, wire);
        }
        if (now.works && !before.moved.works) || (now.artifacts && stood_still) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn unknown(run: &Run, cause: Option<Error>, looked: Duration) -> Error {
    let tally = run.journal.tally();
    let lost = match &cause {
        Some(cause) => format!("its answer was lost ({})", cause.message()),
        None => "how it ended was not learnt".to_owned(),
    };
    let text = format!(
        "the request to initiate the import was sent once and {lost}. Known: {} clients and {} \
         files are attached and were compared before; in {} seconds of looking none of them was \
         seen to be imported. Not known: whether the import has begun. Nothing else was touched, \
         and the request is never sent a second time. Next: look at job `{}` at Filed. If its \
         import has begun, resume the push, which then sees it and goes on. If it has not, \
         initiate it (jobs.initiate with this job), then resume",
        tally.clients.attached,
        tally.files.attached,
        looked.as_secs().max(1),
        run.job_id.get().map_or("?", String::as_str),
    );
    let error = match cause {
        None => Error::new(ErrorCode::ImportOutcomeUnknown, text),
        Some(cause) => {
            let error = Error::new(ErrorCode::ImportOutcomeUnknown, text)
                .with_request_id(cause.request_id().map(str::to_owned))
                .with_attempts(cause.attempts())
                .with_graphql_errors(cause.graphql_errors().to_vec());
            match cause.http_status() {
                Some(status) => error.with_http_status(status),
                None => error,
            }
        }
    };
    error.with_effect(Effect::Unknown)
}
