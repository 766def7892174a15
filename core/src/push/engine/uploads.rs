//! Uploading one file of the push.

use std::fs::Metadata;
use std::sync::Arc;
use std::time::Duration;

use super::classify::{self, Upload};
use super::line::GivenUp;
use crate::push::fingerprint;
use crate::push::journal::uploads::{self, PendingUpload};
use crate::push::journal::{Db, Key, Step, files};
use crate::push::run::{Moving, Run};
use crate::upload::{Source, UploadOptions, UploadedFile};
use crate::{Error, ErrorCode, Result};

/// A file that Filed holds and the journal does not know of yet.
pub(super) struct Arrived {
    key: Key,
    sent: UploadedFile,
    /// By the run's clock.
    at: i64,
    /// Its bytes count as moving until they count as sent.
    _moving: Moving,
}

/// Files that arrived, on their way into the journal.
#[derive(Default)]
pub(super) struct Arrivals(Vec<Arrived>);

impl Arrivals {
    pub fn push(&mut self, arrived: Arrived) {
        self.0.push(arrived);
    }

    pub fn take(&mut self) -> Arc<Self> {
        Arc::new(std::mem::take(self))
    }

    pub fn record(&self, db: &Db) -> Step<()> {
        self.0
            .iter()
            .try_for_each(|file| uploads::uploaded(db, file.key, &file.sent, file.at))
    }

    /// What was recorded need not be held in memory any more.
    pub fn let_go(&self, run: &Run) {
        self.0.iter().for_each(|file| run.let_go(file.key));
    }
}

/// Sends a file. That it arrived is recorded with the next claim, so that many cost one commit; that
/// it failed is recorded here. An error stops the push; one that is the file's own is recorded with
/// the file.
pub(super) async fn upload(run: &Run, file: PendingUpload) -> Result<Option<Arrived>> {
    let moving = run.meter.begin();
    let passing = |e: &_| classify::upload(e) == Upload::Later;
    let sent = run
        .upload_line
        .carry(&run.pace, Some(file.key), passing, || {
            send(run, &file, moving.noter())
        });
    match sent.await {
        Ok(sent) => Ok(Some(Arrived {
            key: file.key,
            sent,
            at: run.now(),
            _moving: moving,
        })),
        Err(given_up) => {
            let (error, rounds) = match given_up {
                GivenUp::Alone(error) => (error, run.pace.rounds),
                GivenUp::Away(error) => (error, 0),
            };
            failed(run, &file, error, rounds).await.map(|()| None)
        }
    }
}

async fn send(
    run: &Run,
    file: &PendingUpload,
    progress: crate::upload::ProgressFn,
) -> Result<UploadedFile> {
    let options = UploadOptions {
        file_name: file.file_name.clone(),
        mime_type: file.mime_type.clone(),
        progress: Some(progress),
    };
    let mut sent = run
        .uploader()
        .upload_if(source(run, file)?, options, &|now| same(file, now))
        .await?;
    // A host may give the name back as it stood in a header, escapes included: ours is the name.
    if let Some(name) = own_name(file) {
        sent.file_name = name;
    }
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
fn same(file: &PendingUpload, now: &Metadata) -> Result<()> {
    match fingerprint::unchanged(now, file.fingerprint.as_deref()) {
        true => Ok(()),
        false => Err(Error::new(
            ErrorCode::FileChanged,
            "the file changed after it was added (its size or its time is another). Nothing of it was \
             sent, and what was sent of other files stays. Bring back the file that was added and \
             resume, or add the new one under a new external id",
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

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::super::Engine;
    use super::*;
    use crate::client::Client;
    use crate::push::entry::{NewClient, PushOptions};
    use crate::push::journal::files::FileEntry;
    use crate::push::journal::{Expect, Journal, clients, head, listing};
    use crate::push::report::ItemState;
    use crate::{Config, push::pace::Pace};

    /// A push with one file in memory, on its way.
    async fn engine() -> (Engine, Key) {
        let client = Client::new(Config {
            api_key: Some("key".into()),
            source_platform: Some("tests".into()),
            ..Config::default()
        })
        .unwrap();
        let journal = Journal::open(None, Expect::Any).await.unwrap();
        let add = |db: &Db| {
            head::identify(db, &PushOptions::default())?;
            let smith = NewClient {
                name: "Smith".into(),
                external_id: "c-1".into(),
            };
            let client = clients::add(db, &smith)?;
            let file = FileEntry {
                external_id: "f-1".into(),
                kind: "bytes",
                path: None,
                url: None,
                file_name: Some("w2.pdf".into()),
                mime_type: None,
                category: None,
                metadata: None,
                fingerprint: None,
                size: Some(3),
            };
            files::add_all(db, client, &[file], 0)?;
            Ok((uploads::claim(db, 1, 0)?[0].key, head::get(db)?))
        };
        let (key, head) = journal.run(add).await.unwrap();
        let run = Run::new(client, journal, head, Pace::default());
        run.hold(key, Bytes::from_static(b"abc"));
        (Engine::new(Arc::new(run)), key)
    }

    fn arrived(run: &Run, key: Key) -> Arrived {
        let sent = UploadedFile {
            file_url: "https://host/1".into(),
            file_name: "w2.pdf".into(),
            mime_type: "application/pdf".into(),
            size: Some(3),
            blake3: None,
        };
        let moving = run.meter.begin();
        moving.noter()(3, Some(3));
        Arrived {
            key,
            sent,
            at: 0,
            _moving: moving,
        }
    }

    async fn state(run: &Run) -> ItemState {
        let files = run.journal.run(|db| listing::files(db, 0, 9)).await;
        files.unwrap()[0].state
    }

    #[tokio::test]
    async fn what_arrived_is_recorded_with_the_next_claim() {
        let (mut engine, key) = engine().await;
        let run = engine.run.clone();
        engine.arrivals.push(arrived(&run, key));
        assert_eq!(
            run.progress().bytes_sent,
            3,
            "counted before it is recorded"
        );
        engine.plan(engine.room()).await.unwrap();
        assert_eq!(state(&run).await, ItemState::Uploaded);
        assert_eq!(run.progress().bytes_sent, 3);
        assert_eq!(run.meter.uploading(), 0);
        assert_eq!(run.held(key), None, "and is kept in memory no longer");
    }

    #[tokio::test]
    async fn what_arrived_is_recorded_when_the_push_is_stopped_before_the_next_claim() {
        let (mut engine, key) = engine().await;
        let run = engine.run.clone();
        let ended = arrived(&run, key);
        engine.uploads.spawn(async { Ok(Some(ended)) });
        tokio::task::yield_now().await;
        engine.wind_down(&Err(run.stopped())).await;
        assert_eq!(state(&run).await, ItemState::Uploaded);
    }
}
