//! The engine: one task per open push that does what is left to do, stage by stage.
//!
//! Uploads, works and artifacts run side by side under one scheduler (`schedule`); once the push
//! is committing and nothing is left, it is verified (`verify`), initiated (`initiate`) and watched
//! (`watch`). The engine keeps nothing that is not in the journal: it is driven by what is there,
//! and by a notification when that changes.
//!
//! | file | what lives there |
//! | --- | --- |
//! | `schedule` | what to start next, and when nothing is left |
//! | `works`, `uploads`, `attach` | one task each: a batch of works, a file, a client's artifacts |
//! | `batch`, `again` | batch sizes; rounds above the attempts of one request |
//! | `line` | whether a host is away, and sitting that out |
//! | `classify` | what an error means for its item and for the push |
//! | `verify`, `initiate`, `watch` | the three steps after the last attachment |

pub(super) mod again;
mod attach;
mod batch;
mod classify;
mod initiate;
pub(super) mod line;
mod schedule;
mod uploads;
mod verify;
mod watch;
mod works;

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::{JoinError, JoinSet};

use super::event::EventKind;
use super::journal::{events, head};
use super::reconcile::reworded;
use super::report::PushState;
use super::run::{Run, stopped_by_host};
use crate::{Effect, Error, ErrorCode, Result};
use batch::BatchSize;
#[cfg(feature = "bench")]
pub(super) use schedule::step as schedule_step;
use uploads::{Arrivals, Arrived};
pub(super) use verify::moved_away;

/// Time requests under way get when an error stops the push: their outcome is worth knowing.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// What runs for one push.
struct Engine {
    run: Arc<Run>,
    uploads: JoinSet<Result<Option<Arrived>>>,
    /// Files to be recorded with the next claim.
    arrivals: Arrivals,
    /// Requests that change something at Filed. Ended gently, so that few are left in doubt.
    mutations: JoinSet<Result<()>>,
    works: Arc<BatchSize>,
    artifacts: Arc<BatchSize>,
    creating: Arc<AtomicBool>,
    /// When the next batch of works may go while the push is open, by the run's clock.
    works_due: i64,
    /// What was claimed and not started yet.
    planned: Arc<Mutex<Option<schedule::Plan>>>,
}

/// Runs a push until it is done, fails or is stopped; then tells everybody how it ended.
pub(super) async fn live(run: Arc<Run>) {
    let end = Ending(run.clone());
    let mut engine = Engine::new(run.clone());
    let stop = run.stop.clone();
    let outcome = match stop.run_until_cancelled(engine.drive()).await {
        Some(outcome) => outcome,
        None => Err(run.stopped()),
    };
    engine.wind_down(&outcome).await;
    let outcome = record_end(&run, outcome).await;
    end.tell(outcome);
}

impl Engine {
    fn new(run: Arc<Run>) -> Self {
        Self {
            run,
            uploads: JoinSet::new(),
            arrivals: Arrivals::default(),
            mutations: JoinSet::new(),
            works: Arc::default(),
            artifacts: Arc::default(),
            creating: Arc::default(),
            works_due: 0,
            planned: Arc::default(),
        }
    }

    async fn drive(&mut self) -> Result<()> {
        let head = self.run.journal.run(head::get).await?;
        match head.state {
            PushState::Open | PushState::Committing => {
                if !head.initiate_sent {
                    self.prepare().await?;
                    verify::verify(&self.run).await?;
                }
                self.initiate().await?;
                watch::watch(&self.run).await
            }
            PushState::Initiated | PushState::Watching => watch::watch(&self.run).await,
            PushState::Done | PushState::Failed | PushState::Cancelled => {
                self.run.journal.run(head::done).await
            }
        }
    }

    /// Runs to its end even when the push is stopped meanwhile: a request to initiate that is
    /// broken off could never be sent again.
    async fn initiate(&mut self) -> Result<()> {
        let run = self.run.clone();
        self.mutations
            .spawn(async move { initiate::initiate(&run).await });
        match self.mutations.join_next().await {
            Some(result) => joined(&self.run, result),
            None => Ok(()),
        }
    }

    /// Uploads are dropped; requests that change something get a moment to be answered.
    async fn wind_down(&mut self, outcome: &Result<()>) {
        self.uploads.abort_all();
        while let Some(ended) = self.uploads.join_next().await {
            // What failed beside the error that stopped the push is in the journal, or tried again.
            if let Ok(Ok(Some(arrived))) = ended {
                self.arrivals.push(arrived);
            }
        }
        let grace = match outcome {
            Ok(()) => return,
            Err(e) if stopped_by_host(e) => self.run.pace.grace,
            Err(_) => LAST_WORDS,
        };
        self.record_and_give_back().await;
        let last_words = async {
            // What they came to is in the journal; the error that stopped the push is told.
            while self.mutations.join_next().await.is_some() {}
        };
        if tokio::time::timeout(grace, last_words).await.is_err() {
            self.mutations.shutdown().await;
        }
    }
}

/// The last event of the run.
async fn record_end(run: &Run, outcome: Result<()>) -> Result<()> {
    let Err(error) = outcome else { return Ok(()) };
    let (kind, error) = match stopped_by_host(&error) {
        true => (EventKind::PushCancelled, with_standing(run, error).await),
        false => (EventKind::PushFailed, error),
    };
    run.ends_with(&error);
    let told = error.clone();
    let written = run
        .journal
        .run(move |db| events::run_ended(db, kind, &told))
        .await;
    match written {
        Ok(()) => Err(error),
        // A journal that cannot be written is what stopped the push, more often than not.
        Err(journal) if journal.code() == error.code() => Err(error),
        Err(journal) => Err(Error::new(
            error.code(),
            format!("{} (and {})", error.message(), journal.message()),
        )),
    }
}

/// Says where the push stood when the host stopped it: whether the import was initiated, was not,
/// or may have been, which its effect says too.
async fn with_standing(run: &Run, error: Error) -> Error {
    let (effect, standing) = match run.journal.run(head::get).await {
        Ok(head) if !matches!(head.state, PushState::Open | PushState::Committing) => (
            Effect::Applied,
            "the import was initiated before and goes on at Filed",
        ),
        Ok(head) if head.initiate_sent => (
            Effect::Unknown,
            "the request to initiate the import was on its way: whether it took effect is not \
             known, and it is never sent a second time; the next run looks for what became of it",
        ),
        Ok(_) => (Effect::NotApplied, "nothing was initiated"),
        // Its journal cannot be read any more, so nobody can tell.
        Err(_) => return error,
    };
    reworded(&error, format!("{}; {standing}", error.message())).with_effect(effect)
}

/// Tells how the run ended; when the task is dropped before its end, that.
struct Ending(Arc<Run>);

impl Ending {
    fn tell(self, outcome: Result<()>) {
        self.0.status.send_modify(|status| {
            status.ended.get_or_insert(outcome);
        });
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let run = self.0.clone();
        self.0.status.send_if_modified(|status| {
            let open = status.ended.is_none();
            if open {
                status.ended = Some(Err(run.stopped()));
            }
            open
        });
    }
}

/// The result of a task of ours; a panic is a defect, a broken-off one was stopped by us.
fn joined<T>(run: &Run, result: Result<Result<T>, JoinError>) -> Result<T> {
    match result {
        Ok(result) => result,
        Err(e) if e.is_cancelled() => Err(run.stopped()),
        Err(_) => Err(Error::new(
            ErrorCode::Internal,
            "a defect in this library ended the push; please report it",
        )),
    }
}
