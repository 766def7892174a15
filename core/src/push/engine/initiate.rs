//! Initiating the import: sent once in the life of a push. When the answer is lost, only evidence
//! that the import runs lets the push go on; without it nobody but the host decides.

use tokio::time::{Instant, sleep};

use super::verify::note_moved;
use crate::push::journal::verify::{self, Moved};
use crate::push::journal::{Db, Step, head};
use crate::push::pace::Gaps;
use crate::push::reconcile;
use crate::push::run::Run;
use crate::{Effect, Error, ErrorCode, Result};

/// Initiates the import, or finds out whether an earlier request did.
pub(super) async fn initiate(run: &Run) -> Result<()> {
    let sent_before = run.journal.run(head::get).await?.initiate_sent;
    if sent_before {
        return by_evidence(run, None).await;
    }
    if run.stop.is_cancelled() {
        return Err(Error::new(ErrorCode::Cancelled, "cancelled"));
    }
    run.journal.run(|db| head::initiate_sent(db, true)).await?;
    match run.gateway().initiate(run.job()?.to_owned()).await {
        Ok(_) => initiated(run).await,
        Err(error) if error.effect() == Effect::NotApplied => {
            run.journal.run(|db| head::initiate_sent(db, false)).await?;
            Err(error)
        }
        Err(error) => by_evidence(run, Some(error)).await,
    }
}

async fn initiated(run: &Run) -> Result<()> {
    run.journal.run(head::initiated).await?;
    run.status.send_modify(|status| status.initiated = true);
    Ok(())
}

/// Looks for items that moved since the request was sent.
async fn by_evidence(run: &Run, cause: Option<Error>) -> Result<()> {
    let before = run.journal.run(verify::moved).await?;
    let until = Instant::now() + run.pace.evidence;
    let mut gaps = Gaps::new(run.pace.look / 2, run.pace.look * 4);
    loop {
        if moved_since(run, before).await? {
            run.journal.run(note_evidence).await?;
            return initiated(run).await;
        }
        if Instant::now() >= until {
            return Err(unknown(cause));
        }
        sleep(gaps.next()).await;
    }
}

fn note_evidence(db: &Db) -> Step<()> {
    head::note(
        db,
        "the answer to the request to initiate the import was lost; works or artifacts moved \
         afterwards, which shows that it took effect",
    )
}

/// A kind of item that moved before the request proves nothing by moving after it.
async fn moved_since(run: &Run, before: Moved) -> Result<bool> {
    let wire = &run.client.inner().settings.wire;
    let mut pages = reconcile::job_works(run, Vec::new())?;
    while let Some(page) = pages.next_page().await? {
        let mut now = Moved::default();
        for work in &page {
            note_moved(&mut now, work, wire);
        }
        if (now.works && !before.works) || (now.artifacts && !before.artifacts) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn unknown(cause: Option<Error>) -> Error {
    let text = "the request to initiate the import may or may not have taken effect, and nothing \
                at Filed shows that it did: look at the job there, then resume; it is never sent \
                twice";
    let error = match cause {
        None => Error::new(ErrorCode::ImportOutcomeUnknown, text),
        Some(cause) => {
            let text = format!("{text} ({})", cause.message());
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
