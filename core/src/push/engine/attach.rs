//! Attaching a client's uploaded files to its work, a batch at a time. The answer tells external
//! ids; whatever it does not prove is read back.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::Instant;

use super::again::again;
use super::batch::BatchSize;
use super::classify::{self, Batch};
use super::works::{halves, not_shown};
use crate::gateway::{Artifact, NewArtifact};
use crate::push::journal::attach::{self, AttachedFile, ReadyClient, ReadyFile};
use crate::push::journal::{Db, files};
use crate::push::reconcile::{self, Patience};
use crate::push::run::Run;
use crate::{Effect, Error, ErrorCode, Result};

/// Files of a client that an earlier run left in doubt and that are settled at once.
const AT_ONCE: usize = 500;

/// Attaches every uploaded file of `client`.
pub(super) async fn attach(run: &Run, size: &BatchSize, mut client: ReadyClient) -> Result<()> {
    if client.in_doubt {
        left_in_doubt(run, &client).await?;
    }
    let key = client.key;
    let mut files = std::mem::take(&mut client.files);
    loop {
        if run.stop.is_cancelled() {
            give_back(run, &files, false).await?;
            return run.journal.run(move |db| attach::release(db, key)).await;
        }
        let next = match files.is_empty() {
            true => None,
            false => batch(run, size, &client, files).await?,
        };
        let limit = size.next();
        files = match next {
            Some(next) => next,
            None => {
                let next = move |db: &Db| attach::take_or_release(db, key, limit);
                run.journal.run(next).await?
            }
        };
        if files.is_empty() {
            return Ok(());
        }
    }
}

async fn left_in_doubt(run: &Run, client: &ReadyClient) -> Result<()> {
    let key = client.key;
    loop {
        let files = run
            .journal
            .run(move |db| attach::in_doubt(db, key, AT_ONCE))
            .await?;
        if files.is_empty() {
            return Ok(());
        }
        let looked = look(run, client, files, Patience::Earlier).await?;
        looked.note(run, "createJobWorkArtifacts").await?;
        give_back(run, &looked.record(run).await?, true).await?;
    }
}

/// Attaches files; gives the client's next ones when they were taken in the same step.
async fn batch(
    run: &Run,
    size: &BatchSize,
    client: &ReadyClient,
    files: Vec<ReadyFile>,
) -> Result<Option<Vec<ReadyFile>>> {
    let mut batches = vec![files];
    while let Some(files) = batches.pop() {
        if run.stop.is_cancelled() {
            // Never sent: the next run has nothing to look for.
            batches.push(files);
            give_back(run, &batches.concat(), false).await?;
            return Ok(None);
        }
        let begun = Instant::now();
        match again(run, || send(run, client, &files)).await {
            Ok(artifacts) => {
                size.took(files.len(), begun.elapsed());
                let limit = batches.is_empty().then(|| size.next());
                let next = confirm(run, client, files, artifacts, limit).await?;
                if next.is_some() {
                    return Ok(next);
                }
            }
            Err(error) => {
                let failure = (error, begun.elapsed());
                batches.extend(settle(run, size, client, files, failure).await?);
            }
        }
    }
    Ok(None)
}

async fn send(run: &Run, client: &ReadyClient, files: &[ReadyFile]) -> Result<Vec<Artifact>> {
    let artifacts = files.iter().map(artifact).collect::<Result<_>>()?;
    run.gateway()
        .create_artifacts(client.job_work_id.clone(), artifacts)
        .await
}

fn artifact(file: &ReadyFile) -> Result<NewArtifact> {
    let kind = file.category.as_ref().unwrap_or(&file.uploaded_type);
    Ok(NewArtifact {
        name: file.uploaded_name.clone(),
        kind: kind.clone(),
        url: Some(file.file_url.clone()),
        external_id: file.external_id.clone(),
        metadata: Some(metadata(file)?),
    })
}

/// What the host gave, and the size and MIME type where it gave none.
fn metadata(file: &ReadyFile) -> Result<Value> {
    let given = file.metadata.as_deref().unwrap_or("{}");
    let mut fields: Map<String, Value> = serde_json::from_str(given).map_err(|_| {
        Error::new(
            ErrorCode::JournalCorrupt,
            "the journal is damaged (a file's metadata cannot be read)",
        )
        .with_external_id(&file.external_id)
    })?;
    if let Some(size) = file.size {
        fields.entry("fileSize").or_insert_with(|| size.into());
    }
    fields
        .entry("mimeType")
        .or_insert_with(|| file.uploaded_type.clone().into());
    Ok(fields.into())
}

/// Records what the answer proves; the rest is read back, and attached again when it is not there.
/// With a `limit` the client's next files are taken, or the client let go of, in the same step: one
/// flush to disk instead of two.
async fn confirm(
    run: &Run,
    client: &ReadyClient,
    files: Vec<ReadyFile>,
    artifacts: Vec<Artifact>,
    limit: Option<usize>,
) -> Result<Option<Vec<ReadyFile>>> {
    let Some(attached) = proved(&files, artifacts) else {
        let looked = look(run, client, files, Patience::Answered).await?;
        let missing = looked.record(run).await?;
        let lost = |file: &&ReadyFile| file.lost >= classify::MOST_LOST;
        if let Some(file) = missing.iter().find(lost) {
            return Err(not_shown("createJobWorkArtifacts", &file.external_id));
        }
        give_back(run, &missing, true).await?;
        return Ok(None);
    };
    let (key, now) = (client.key, run.now());
    // A push that is stopped takes no more.
    let limit = limit.filter(|_| !run.stop.is_cancelled());
    run.journal
        .run(move |db| {
            attach::attached(db, key, &attached, now)?;
            limit
                .map(|limit| attach::take_or_release(db, key, limit))
                .transpose()
        })
        .await
}

/// The artifacts of all `files`, if the answer names each once and nothing else.
fn proved(files: &[ReadyFile], artifacts: Vec<Artifact>) -> Option<Vec<AttachedFile>> {
    let count = artifacts.len();
    let ids: HashSet<&str> = artifacts.iter().map(|a| a.id.as_str()).collect();
    if count != files.len() || ids.len() != count {
        return None;
    }
    let mut answered: HashMap<String, Artifact> = artifacts
        .into_iter()
        .map(|artifact| (artifact.external_id.clone(), artifact))
        .collect();
    files
        .iter()
        .map(|file| {
            let artifact = answered.remove(&file.external_id)?;
            Some(AttachedFile {
                key: file.key,
                artifact_id: artifact.id,
                status: artifact.status,
            })
        })
        .collect()
}

/// What a failed batch leads to: nothing more, or smaller batches.
async fn settle(
    run: &Run,
    size: &BatchSize,
    client: &ReadyClient,
    files: Vec<ReadyFile>,
    (error, took): (Error, Duration),
) -> Result<Vec<Vec<ReadyFile>>> {
    let words = &run.client.inner().settings.wire.errors;
    match classify::batch(&error, words) {
        Batch::Fatal => {
            give_back(run, &files, false).await?;
            Err(classify::fatal(run, error))
        }
        Batch::Lost => {
            let patience = Patience::after(run, &error, took);
            let looked = look(run, client, files, patience).await?;
            looked.note(run, "createJobWorkArtifacts").await?;
            let missing = looked.record(run).await?;
            give_back(run, &missing, true).await?;
            match missing.iter().any(|file| file.lost >= classify::MOST_LOST) {
                true => Err(classify::always_lost("createJobWorkArtifacts", &error)),
                false => Ok(Vec::new()),
            }
        }
        Batch::TooLarge if files.len() > 1 => {
            size.too_large(files.len());
            Ok(halves(files))
        }
        Batch::TooLarge | Batch::Refused => refused(run, client, files, error).await,
    }
}

/// A refused batch may have been taken in part: what is there is ours, the rest is tried in halves
/// until the refused file stands alone.
async fn refused(
    run: &Run,
    client: &ReadyClient,
    files: Vec<ReadyFile>,
    error: Error,
) -> Result<Vec<Vec<ReadyFile>>> {
    let exists = error.code() == ErrorCode::ExternalIdExists;
    let alone = files.len() == 1;
    let patience = match error.effect() {
        Effect::NotApplied if !(alone && exists) => Patience::Refused,
        _ => Patience::Answered,
    };
    let looked = look(run, client, files, patience).await?;
    let missing = looked.record(run).await?;
    if !alone {
        return Ok(halves(missing));
    }
    // A word nobody knows may stand for trouble that passes: the file gets another try.
    let unclear = error.effect() == Effect::Unknown && !exists;
    if unclear && missing.iter().all(|file| file.lost == 0) {
        return give_back(run, &missing, true).await.map(|()| Vec::new());
    }
    for file in missing {
        let error = error.clone().with_external_id(&file.external_id);
        let now = run.now();
        run.journal
            .run(move |db| files::fail(db, file.key, &error, now))
            .await?;
    }
    Ok(Vec::new())
}

async fn look(
    run: &Run,
    client: &ReadyClient,
    files: Vec<ReadyFile>,
    patience: Patience,
) -> Result<reconcile::LookedFiles> {
    reconcile::artifacts(run, (client.key, &client.job_work_id), files, patience).await
}

async fn give_back(run: &Run, missing: &[ReadyFile], lost: bool) -> Result<()> {
    let keys: Vec<_> = missing.iter().map(|file| file.key).collect();
    run.journal
        .run(move |db| attach::give_back(db, &keys, lost))
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(metadata: Option<&str>) -> ReadyFile {
        ReadyFile {
            key: 1,
            external_id: "f-1".into(),
            file_url: "https://host/1".into(),
            uploaded_name: "scan.pdf".into(),
            uploaded_type: "application/pdf".into(),
            category: None,
            metadata: metadata.map(str::to_owned),
            size: Some(9),
            lost: 0,
        }
    }

    #[test]
    fn what_the_host_gave_stays_and_the_rest_is_filled_in() {
        let given = metadata(&file(Some(r#"{"pages":2,"fileSize":"large"}"#))).unwrap();
        assert_eq!(
            given.to_string(),
            r#"{"pages":2,"fileSize":"large","mimeType":"application/pdf"}"#
        );
        let plain = metadata(&file(None)).unwrap();
        assert_eq!(
            plain.to_string(),
            r#"{"fileSize":9,"mimeType":"application/pdf"}"#
        );
    }

    #[test]
    fn the_type_is_the_category_or_what_the_upload_host_said() {
        assert_eq!(artifact(&file(None)).unwrap().kind, "application/pdf");
        let with_category = ReadyFile {
            category: Some("w2".into()),
            ..file(None)
        };
        assert_eq!(artifact(&with_category).unwrap().kind, "w2");
    }
}
