//! Creating works, a batch at a time. The answer tells no external ids and promises no order, so
//! a work is ours only when it was read back.

use std::sync::Arc;

use tokio::time::Instant;

use super::again::again;
use super::batch::BatchSize;
use super::classify::{self, Batch};
use crate::gateway::{CreatedWork, NewWork};
use crate::push::entry::OnExisting;
use crate::push::journal::works::{self, PendingWork};
use crate::push::journal::{clients, head};
use crate::push::reconcile::{self, Patience};
use crate::push::run::Run;
use crate::{Effect, Error, ErrorCode, Result};

/// Creates the works of `batch`, and the job before the first one.
pub(super) async fn create(
    run: &Arc<Run>,
    size: &BatchSize,
    batch: Vec<PendingWork>,
) -> Result<()> {
    ensure_job(run).await?;
    let mut batches = vec![batch];
    while let Some(batch) = batches.pop() {
        if run.stop.is_cancelled() {
            return Ok(());
        }
        let begun = Instant::now();
        match again(run, || send(run, &batch)).await {
            Ok(created) => {
                size.took(batch.len(), begun.elapsed());
                confirm(run, batch, &created).await?;
            }
            Err(error) => batches.extend(settle(run, size, batch, error).await?),
        }
    }
    Ok(())
}

/// Creates the job of this push. The intent is recorded first: a run that finds it without a job
/// knows that an empty one may have been left behind.
async fn ensure_job(run: &Run) -> Result<()> {
    if run.job_id.get().is_some() {
        return Ok(());
    }
    run.journal
        .run(|db| {
            if head::get(db)?.job_in_doubt {
                head::note(
                    db,
                    "an earlier run asked for a job and did not learn its id: an empty job that \
                     was never initiated may exist, and another was created",
                )?;
            }
            head::job_asked(db)
        })
        .await?;
    let job = again(run, || {
        let (connection, name) = (run.head.connection_id.clone(), run.head.job_name.clone());
        run.gateway().create_job(connection, name)
    })
    .await?;
    let id = job.id.clone();
    run.journal
        .run(move |db| head::job_created(db, &id))
        .await?;
    run.job_id.get_or_init(|| job.id);
    Ok(())
}

async fn send(run: &Run, batch: &[PendingWork]) -> Result<Vec<CreatedWork>> {
    let works = batch
        .iter()
        .map(|work| NewWork {
            name: work.name.clone(),
            external_id: work.external_id.clone(),
        })
        .collect();
    run.gateway()
        .create_works(run.job()?.to_owned(), works)
        .await
}

/// Reads the created works back and records which is whose. Entries the answer did not cover are
/// created again.
async fn confirm(run: &Run, batch: Vec<PendingWork>, created: &[CreatedWork]) -> Result<()> {
    let ids = created.iter().map(|work| work.id.clone()).collect();
    let proved = created.len() >= batch.len();
    let looked = match created.is_empty() {
        true => reconcile::works(run, Vec::new(), batch, Patience::Doubt).await?,
        false => reconcile::works(run, ids, batch, Patience::Proved).await?,
    };
    let missing = looked.record(run).await?;
    match missing.first() {
        Some(work) if proved => Err(Error::new(
            ErrorCode::VerifyFailed,
            "Filed said that it created the work and does not show it: resume the push, it looks \
             again",
        )
        .with_external_id(&work.external_id)),
        _ => give_back(run, &missing, true).await,
    }
}

/// What a failed batch leads to: nothing more, or smaller batches.
async fn settle(
    run: &Run,
    size: &BatchSize,
    batch: Vec<PendingWork>,
    error: Error,
) -> Result<Vec<Vec<PendingWork>>> {
    let words = &run.client.inner().settings.wire.errors;
    match classify::batch(&error, words) {
        Batch::Fatal => {
            give_back(run, &batch, false).await?;
            Err(error)
        }
        Batch::Lost => {
            let looked = reconcile::works(run, Vec::new(), batch, Patience::Doubt).await?;
            looked.note(run, "createJobWorks").await?;
            let missing = looked.record(run).await?;
            give_back(run, &missing, true).await?;
            match missing.iter().any(|work| work.lost >= classify::MOST_LOST) {
                true => Err(error),
                false => Ok(Vec::new()),
            }
        }
        Batch::TooLarge if batch.len() > 1 => {
            size.too_large(batch.len());
            Ok(halves(batch))
        }
        Batch::TooLarge | Batch::Refused => refused(run, batch, error).await,
    }
}

/// A refused batch may have been taken in part: what is there is ours, the rest is tried in halves
/// until the refused entry stands alone.
async fn refused(
    run: &Run,
    batch: Vec<PendingWork>,
    error: Error,
) -> Result<Vec<Vec<PendingWork>>> {
    if batch.len() > 1 {
        let looked = reconcile::works(run, Vec::new(), batch, Patience::Once).await?;
        return Ok(halves(looked.record(run).await?));
    }
    let exists = error.code() == ErrorCode::ExternalIdExists;
    let ours = batch.iter().any(|work| work.lost > 0);
    let adopt = exists && (ours || run.head.on_existing == OnExisting::Adopt);
    let batch = match (adopt, error.effect()) {
        (true, _) => {
            let looked = reconcile::works(run, Vec::new(), batch, Patience::Doubt).await?;
            looked.note_adopted(run).await?;
            looked.record(run).await?
        }
        (false, Effect::NotApplied) => batch,
        (false, _) => {
            let looked = reconcile::works(run, Vec::new(), batch, Patience::Once).await?;
            looked.record(run).await?
        }
    };
    for work in batch {
        let error = error.clone().with_external_id(&work.external_id);
        run.journal
            .run(move |db| clients::fail(db, work.key, &error))
            .await?;
    }
    Ok(Vec::new())
}

async fn give_back(run: &Run, missing: &[PendingWork], lost: bool) -> Result<()> {
    let keys: Vec<_> = missing.iter().map(|work| work.key).collect();
    run.journal
        .run(move |db| works::give_back(db, &keys, lost))
        .await
}

/// Two halves; one entry stays one, nothing is nothing.
pub(super) fn halves<T>(mut batch: Vec<T>) -> Vec<Vec<T>> {
    let second = batch.split_off(batch.len() / 2);
    [second, batch]
        .into_iter()
        .filter(|half| !half.is_empty())
        .collect()
}
