//! [`Run`]: what the host's handle and the engine share while a push is open in this process.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{Notify, OnceCell, watch};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::engine::line::Line;
use super::journal::head::Head;
use super::journal::{Journal, Key};
use super::pace::Pace;
use super::report::{Progress, PushState};
use crate::client::Client;
use crate::gateway::Gateway;
use crate::upload::{ProgressFn, Uploader};
use crate::{Error, ErrorCode, Result};

/// How far a run is.
#[derive(Debug, Clone, Default)]
pub(super) struct Status {
    /// The import was initiated, in this run or before.
    pub initiated: bool,
    /// The engine has stopped, and how.
    pub ended: Option<Result<()>>,
}

/// One push, open in this process.
pub(super) struct Run {
    pub client: Client,
    pub journal: Journal,
    pub head: Head,
    pub pace: Pace,
    pub job_id: OnceLock<String>,
    /// Set once this run knows which of its clients stand at Filed already, outside its job.
    pub compared: OnceCell<()>,
    /// The first event of this run comes after this one.
    pub first_event: u64,
    /// Something was added or asked for: the engine looks what is to do.
    pub changed: Notify,
    pub stop: CancellationToken,
    pub status: watch::Sender<Status>,
    /// How the run is ending, from before its last event is there to be read.
    ending: OnceLock<PushState>,
    pub meter: Arc<Meter>,
    pub gateway_line: Line,
    pub upload_line: Line,
    contents: Mutex<HashMap<Key, Bytes>>,
    asked: AtomicBool,
    epoch: Instant,
}

impl Run {
    pub fn new(client: Client, journal: Journal, head: Head, pace: Pace) -> Self {
        let stop = client.inner().closed.child_token();
        let first_event = *journal.sequence().borrow();
        let job_id = OnceLock::new();
        if let Some(id) = &head.job_id {
            job_id.get_or_init(|| id.clone());
        }
        let initiated = !matches!(head.state, PushState::Open | PushState::Committing);
        Self {
            client,
            journal,
            head,
            pace,
            job_id,
            compared: OnceCell::new(),
            first_event,
            changed: Notify::new(),
            stop,
            status: watch::Sender::new(Status {
                initiated,
                ended: None,
            }),
            ending: OnceLock::new(),
            meter: Arc::default(),
            gateway_line: Line::default(),
            upload_line: Line::default(),
            contents: Mutex::default(),
            asked: AtomicBool::new(false),
            epoch: Instant::now(),
        }
    }

    pub fn gateway(&self) -> &Gateway {
        &self.client.inner().gateway
    }

    pub fn uploader(&self) -> &Uploader {
        &self.client.inner().uploader
    }

    /// Milliseconds of this run's clock: what the journal's `due` and `touched` are counted in.
    pub fn now(&self) -> i64 {
        i64::try_from(self.epoch.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    /// The instant at which this run's clock shows `millis`.
    pub fn at(&self, millis: i64) -> Instant {
        self.epoch + Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }

    /// The job, once it was created.
    pub fn job(&self) -> Result<&str> {
        self.job_id
            .get()
            .map(String::as_str)
            .ok_or_else(|| Error::new(ErrorCode::Internal, "the push has no job yet"))
    }

    /// The host called commit or wait: what is not there by now will not come.
    pub fn ask(&self) {
        self.asked.store(true, Ordering::Release);
        self.changed.notify_one();
    }

    pub fn asked(&self) -> bool {
        self.asked.load(Ordering::Acquire)
    }

    /// Does `work`, which must change nothing at Filed, unless the push is stopped meanwhile.
    pub async fn unless_stopped<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let done = self.stop.run_until_cancelled(work).await;
        done.unwrap_or_else(|| Err(self.stopped()))
    }

    /// Why the push was stopped. The end of the runtime closes every client and that of a client
    /// stops its pushes, so what ends most is asked about first.
    pub fn stopped(&self) -> Error {
        if self.client.generation().stopping().is_cancelled() {
            return Error::new(
                ErrorCode::ShutDown,
                "the runtime was shut down; the journal can be resumed",
            );
        }
        if self.client.inner().closed.is_cancelled() {
            return Error::new(
                ErrorCode::Closed,
                "the client was closed; the journal can be resumed",
            );
        }
        Error::new(
            ErrorCode::Cancelled,
            "the push was cancelled; its journal can be resumed",
        )
    }

    /// Waits, but not on when the push is stopped.
    pub async fn pause(&self, time: Duration) -> Result<()> {
        let wait = async {
            sleep(time).await;
            Ok(())
        };
        self.unless_stopped(wait).await
    }

    /// Keeps content in memory until it is sent.
    pub fn hold(&self, key: Key, bytes: Bytes) {
        self.contents().insert(key, bytes);
    }

    pub fn held(&self, key: Key) -> Option<Bytes> {
        self.contents().get(&key).cloned()
    }

    pub fn let_go(&self, key: Key) {
        self.contents().remove(&key);
    }

    fn contents(&self) -> MutexGuard<'_, HashMap<Key, Bytes>> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the push stands: its phase, unless this run was stopped.
    pub fn state(&self) -> PushState {
        if let Some(state) = self.ending.get() {
            return *state;
        }
        match &self.status.borrow().ended {
            Some(Err(e)) => state_after(e),
            _ => self.journal.tally().state,
        }
    }

    /// Lets the state tell of the error that ends the run before its last event does.
    pub fn ends_with(&self, error: &Error) {
        self.ending.get_or_init(|| state_after(error));
    }

    pub fn progress(&self) -> Progress {
        let tally = self.journal.tally();
        let most = tally.bytes_total.max(tally.bytes_sent);
        Progress {
            state: self.state(),
            clients: tally.clients,
            files: tally.files,
            bytes_total: tally.bytes_total,
            // A file counts twice for the moment between its last byte and its row.
            bytes_sent: (tally.bytes_sent + self.meter.moving()).min(most),
            uploading: self.meter.uploading(),
        }
    }
}

fn state_after(error: &Error) -> PushState {
    match stopped_by_host(error) {
        true => PushState::Cancelled,
        false => PushState::Failed,
    }
}

/// Whether the host itself ended the run, by cancel or close.
pub(super) fn stopped_by_host(error: &Error) -> bool {
    matches!(
        error.code(),
        ErrorCode::Cancelled | ErrorCode::Closed | ErrorCode::ShutDown
    )
}

/// Uploads under way.
#[derive(Default)]
pub(super) struct Meter {
    uploading: AtomicU32,
    moving: AtomicU64,
}

impl Meter {
    pub fn uploading(&self) -> u32 {
        self.uploading.load(Ordering::Relaxed)
    }

    fn moving(&self) -> u64 {
        self.moving.load(Ordering::Relaxed)
    }

    /// Counts an upload until the returned guard is dropped.
    pub fn begin(self: &Arc<Self>) -> Moving {
        self.uploading.fetch_add(1, Ordering::Relaxed);
        Moving {
            meter: self.clone(),
            sent: Arc::default(),
        }
    }
}

/// An upload under way.
pub(super) struct Moving {
    meter: Arc<Meter>,
    sent: Arc<AtomicU64>,
}

impl Moving {
    /// Notes the bytes sent so far; an upload that starts again falls back.
    pub fn noter(&self) -> ProgressFn {
        let (meter, sent) = (self.meter.clone(), self.sent.clone());
        Arc::new(move |now, _| {
            let before = sent.swap(now, Ordering::Relaxed);
            // Wraps around when it falls back, which is a subtraction.
            meter
                .moving
                .fetch_add(now.wrapping_sub(before), Ordering::Relaxed);
        })
    }
}

impl Drop for Moving {
    fn drop(&mut self) {
        let sent = self.sent.load(Ordering::Relaxed);
        self.meter.moving.fetch_sub(sent, Ordering::Relaxed);
        self.meter.uploading.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_counts_while_it_lasts_and_may_start_again() {
        let meter = Arc::new(Meter::default());
        let moving = meter.begin();
        let note = moving.noter();
        note(100, None);
        note(40, None);
        assert_eq!((meter.moving(), meter.uploading()), (40, 1));
        drop(moving);
        assert_eq!((meter.moving(), meter.uploading()), (0, 0));
    }
}
