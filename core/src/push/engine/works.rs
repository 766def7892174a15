//! Creating works, a batch at a time. The answer tells no external ids and promises no order, so
//! a work is ours only when it was read back.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::again::again;
use super::batch::BatchSize;
use super::classify::{self, Batch};
use crate::gateway::{CreatedWork, NewWork};
use crate::push::journal::works::{self, PendingWork};
use crate::push::journal::{adopt, clients, head};
use crate::push::reconcile::{self, Patience};
use crate::push::run::Run;
use crate::{Effect, Error, ErrorCode, Result};

/// Creates the works of `batch`, and the job before the first one.
pub(super) async fn create(
    run: &Arc<Run>,
    size: &BatchSize,
    batch: Vec<PendingWork>,
) -> Result<()> {
    let batch = match before_the_first(run, batch.clone()).await {
        Ok(batch) => batch,
        Err(error) => {
            // Never sent: the next run has nothing to look for.
            give_back(run, &batch, false).await?;
            return Err(error);
        }
    };
    let mut batches: Vec<_> = Some(batch).into_iter().filter(|b| !b.is_empty()).collect();
    while let Some(batch) = batches.pop() {
        if run.stop.is_cancelled() {
            batches.push(batch);
            return give_back(run, &batches.concat(), false).await;
        }
        let begun = Instant::now();
        match again(run, || send(run, &batch)).await {
            Ok(created) => {
                size.took(batch.len(), begun.elapsed());
                confirm(run, batch, &created).await?;
            }
            Err(error) => {
                let failure = (error, begun.elapsed());
                batches.extend(settle(run, size, batch, failure).await?);
            }
        }
    }
    Ok(())
}

/// Sees to it that the push was compared with what is at Filed and has a job, unless none of `batch`
/// needs one. Returns those that are still to be created.
async fn before_the_first(run: &Run, batch: Vec<PendingWork>) -> Result<Vec<PendingWork>> {
    if run.compared.initialized() && run.job_id.get().is_some() {
        return Ok(batch);
    }
    run.compared
        .get_or_try_init(|| reconcile::existing(run))
        .await?;
    reconcile::refuse(run).await?;
    let batch = run.journal.run(|db| adopt::still_wanted(db, batch)).await?;
    if run.job_id.get().is_none() && !batch.is_empty() {
        create_job(run).await?;
        // Those that were added meanwhile.
        reconcile::refuse(run).await?;
    }
    Ok(batch)
}

/// Creates the job. The intent is recorded first: a run that finds it without a job knows that an
/// empty one may have been left behind.
async fn create_job(run: &Run) -> Result<()> {
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
/// looked for in the whole job, and created again when they are not there.
async fn confirm(run: &Run, batch: Vec<PendingWork>, created: &[CreatedWork]) -> Result<()> {
    let ids: BTreeSet<String> = created.iter().map(|work| work.id.clone()).collect();
    let covered = created.len() == batch.len() && ids.len() == batch.len();
    let batch = match covered {
        false => batch,
        true => {
            let ids = ids.into_iter().collect();
            let looked = reconcile::works(run, ids, batch, Patience::Proved).await?;
            looked.record(run).await?
        }
    };
    if batch.is_empty() {
        return Ok(());
    }
    let looked = reconcile::works(run, Vec::new(), batch, Patience::Answered).await?;
    let missing = looked.record(run).await?;
    let Some(first) = missing.first() else {
        return Ok(());
    };
    if covered || missing.iter().any(|work| work.lost >= classify::MOST_LOST) {
        return Err(not_shown("createJobWorks", &first.external_id));
    }
    give_back(run, &missing, true).await
}

/// Filed took a batch and does not show what became of it.
pub(super) fn not_shown(operation: &str, external_id: &str) -> Error {
    Error::new(
        ErrorCode::VerifyFailed,
        format!(
            "Filed answered {operation} with success and does not show the entry with this \
             external id. It was not created again, and nothing was initiated: resume the push, it \
             looks again before it does anything"
        ),
    )
    .with_external_id(external_id)
}

/// What a failed batch leads to: nothing more, or smaller batches.
async fn settle(
    run: &Run,
    size: &BatchSize,
    batch: Vec<PendingWork>,
    (error, took): (Error, Duration),
) -> Result<Vec<Vec<PendingWork>>> {
    let words = &run.client.inner().settings.wire.errors;
    match classify::batch(&error, words) {
        Batch::Fatal => {
            give_back(run, &batch, false).await?;
            Err(classify::fatal(run, error))
        }
        Batch::Lost => {
            let patience = Patience::after(run, &error, took);
            let looked = reconcile::works(run, Vec::new(), batch, patience).await?;
            looked.note(run, "createJobWorks").await?;
            let missing = looked.record(run).await?;
            give_back(run, &missing, true).await?;
            match missing.iter().any(|work| work.lost >= classify::MOST_LOST) {
                true => Err(classify::always_lost("createJobWorks", &error)),
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
/// until the refused entry stands alone. One whose external id exists already may stand in our own
/// job, where only we create anything.
async fn refused(
    run: &Run,
    batch: Vec<PendingWork>,
    error: Error,
) -> Result<Vec<Vec<PendingWork>>> {
    let exists = error.code() == ErrorCode::ExternalIdExists;
    let alone = batch.len() == 1;
    let patience = match error.effect() {
        Effect::NotApplied if !(alone && exists) => Patience::Refused,
        _ => Patience::Answered,
    };
    let looked = reconcile::works(run, Vec::new(), batch, patience).await?;
    if alone && exists {
        looked.note_taken(run).await?;
    }
    let missing = looked.record(run).await?;
    if !alone {
        return Ok(halves(missing));
    }
    // A word nobody knows may stand for trouble that passes: the entry gets another try.
    let unclear = error.effect() == Effect::Unknown && !exists;
    if unclear && missing.iter().all(|work| work.lost == 0) {
        give_back(run, &missing, true).await?;
        return Ok(Vec::new());
    }
    for work in missing {
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
