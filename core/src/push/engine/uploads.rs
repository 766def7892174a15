//! Uploading one file of the push.

use std::time::Duration;

use super::classify::{self, Upload};
use super::line::GivenUp;
use crate::push::fingerprint;
use crate::push::journal::files;
use crate::push::journal::uploads::{self, PendingUpload};
use crate::push::run::Run;
use crate::upload::{Source, UploadOptions, UploadedFile};
use crate::{Error, ErrorCode, Result};

/// Sends a file and records what became of it. An error stops the push; one that is the file's own
/// is recorded with the file.
pub(super) async fn upload(run: &Run, file: PendingUpload) -> Result<()> {
    let moving = run.meter.begin();
    let passing = |e: &_| classify::upload(e) == Upload::Later;
    let sent = run
        .upload_line
        .carry(&run.pace, Some(file.key), passing, || {
            send(run, &file, moving.noter())
        });
    match sent.await {
        Ok(sent) => {
            let now = run.now();
            run.journal
                .run(move |db| uploads::uploaded(db, file.key, &sent, now))
                .await?;
            run.let_go(file.key);
            Ok(())
        }
        Err(GivenUp::Alone(error)) => failed(run, &file, error, run.pace.rounds).await,
        Err(GivenUp::Away(error)) => failed(run, &file, error, 0).await,
    }
}

async fn send(
    run: &Run,
    file: &PendingUpload,
    progress: crate::upload::ProgressFn,
) -> Result<UploadedFile> {
    same(file).await?;
    let options = UploadOptions {
        file_name: file.file_name.clone(),
        mime_type: file.mime_type.clone(),
        progress: Some(progress),
    };
    let mut sent = run.uploader().upload(source(run, file)?, options).await?;
    // A host may give the name back as it stood in a header, escapes included: ours is the name.
    if let Some(name) = own_name(file) {
        sent.file_name = name;
    }
    // Replaced between the first look and being opened: what was sent is not what was added.
    same(file).await?;
    Ok(sent)
}

/// The name the file was sent under; what is fetched from a URL has none of ours.
fn own_name(file: &PendingUpload) -> Option<String> {
    let of_path = || Some(file.path.as_ref()?.file_name()?.to_str()?.to_owned());
    file.file_name.clone().or_else(of_path)
}

fn source(run: &Run, file: &PendingUpload) -> Result<Source> {
    if let Some(path) = &file.path {
        return Ok(Source::Path(path.clone()));
    }
    if let Some(url) = &file.url {
        return Ok(Source::Url(url.clone()));
    }
    run.held(file.key).map(Source::Bytes).ok_or_else(|| {
        Error::new(
            ErrorCode::SourceUnavailable,
            "the content lived only in memory and is gone: add the same bytes again",
        )
    })
}

/// Refuses a file that is not the one that was added.
async fn same(file: &PendingUpload) -> Result<()> {
    let (Some(path), Some(known)) = (&file.path, &file.fingerprint) else {
        return Ok(());
    };
    let unchanged = match fingerprint::unchanged_cached(path, known) {
        Some(unchanged) => Ok(unchanged),
        None => {
            let (path, known) = (path.clone(), known.clone());
            let look = move || fingerprint::unchanged(&path, Some(&known));
            tokio::task::spawn_blocking(look).await
        }
    };
    match unchanged {
        Ok(true) => Ok(()),
        Ok(false) => Err(Error::new(
            ErrorCode::FileChanged,
            "the file changed after it was added (its size or its time is another). Nothing of it was \
             sent, and what was sent of other files stays. Bring back the file that was added and \
             resume, or add the new one under a new external id",
        )),
        Err(_) => Err(Error::new(
            ErrorCode::Internal,
            "looking at the file was broken off",
        )),
    }
}

/// Records a failure; the network may fail a file for so many `rounds` before that ends the push.
async fn failed(run: &Run, file: &PendingUpload, error: Error, rounds: u32) -> Result<()> {
    let key = file.key;
    let mut error = error.with_external_id(&file.external_id);
    if let Some(path) = &file.path {
        error = error.with_path(path);
    }
    match classify::upload(&error) {
        Upload::File => {
            let now = run.now();
            run.journal
                .run(move |db| files::fail(db, key, &error, now))
                .await?;
            run.let_go(key);
            Ok(())
        }
        Upload::Later if file.round < rounds || (rounds > 0 && is_short_of_something(&error)) => {
            let doublings = file.round.min(rounds);
            let due = run.now() + millis(run.pace.again * 2_u32.saturating_pow(doublings));
            run.journal
                .run(move |db| uploads::put_back(db, key, due))
                .await
        }
        Upload::Later | Upload::Fatal => {
            // The file is not to blame; it goes on from here when the push is resumed.
            run.journal
                .run(move |db| uploads::put_back(db, key, 0))
                .await?;
            Err(error)
        }
    }
}

/// The host is short of descriptors or threads while files that have theirs get through: that these
/// end is what mends it, so there is no counting. Once none gets through, the line does.
fn is_short_of_something(error: &Error) -> bool {
    error.code() == ErrorCode::OutOfResources
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
