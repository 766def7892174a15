//! The push: an open group of clients and files that is committed, imported and watched.
//!
//! | file | what lives there |
//! | --- | --- |
//! | `entry`, `validate`, `add` | what a host adds, its checks, and keeping it |
//! | `event`, `report` | what a host learns |
//! | `open` | opening, resuming, and letting go |
//! | `run`, `pace` | what handle and engine share; how long they wait for what |
//! | `journal` | the single source of truth, on disk |
//! | `engine` | does the work |
//! | `reconcile` | settles by reading what became of a request whose answer was lost |
//! | `fingerprint`, `resent` | notice that a file changed, before and after it was sent |

mod add;
#[cfg(feature = "bench")]
pub(crate) mod bench;
mod engine;
mod entry;
mod event;
mod fingerprint;
mod journal;
#[cfg(any(test, feature = "fuzz"))]
pub(crate) use journal::fuzz;
mod open;
mod pace;
mod reconcile;
mod report;
mod resent;
mod run;
mod validate;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use entry::{ClientKey, FileContent, NewClient, NewFile, OnExisting, PushOptions};
pub use event::{Event, EventKind, Events};
#[doc(hidden)]
pub use pace::Pace;
pub use report::{ClientReport, Counts, FileReport, ItemState, Progress, PushState, Report};
pub use validate::{validate_client, validate_file};

use crate::client::Client;
use crate::defect;
use crate::gateway::Pager;
use crate::{Error, ErrorCode, Result};
use add::Sent;
use journal::{clients, head, listing};
use open::Handle;
use run::{Run, Status, stopped_by_host};

/// An open push. Cheap to clone; the engine stops when the last clone is dropped, and the journal
/// can be resumed.
#[derive(Clone)]
pub struct Push {
    handle: Arc<Handle>,
}

impl std::fmt::Debug for Push {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Push")
            .field("job_id", &self.job_id())
            .field("state", &self.run().state())
            .finish_non_exhaustive()
    }
}

impl Push {
    /// Adds a client. Returns once the journal holds it: a kill takes nothing back, and a power cut
    /// at most what was added within a tenth of a second, until the push is committed. Adding the
    /// same client again is a no-op that returns the same key.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`, `DUPLICATE_EXTERNAL_ID`, `PUSH_STATE`, journal errors.
    pub async fn add_client(&self, new: NewClient) -> Result<ClientKey> {
        const OPERATION: &str = "push.add_client";
        let run = self.usable(OPERATION)?;
        let add = async {
            validate_client(&new)?;
            let key = run.journal.run(move |db| clients::add(db, &new)).await?;
            run.changed.notify_one();
            Ok(ClientKey(key.cast_unsigned()))
        };
        add.await.map_err(|e: Error| e.with_operation(OPERATION))
    }

    /// Adds a file to a client. Returns once the journal holds it; the upload starts by itself.
    /// Adding the same file again is a no-op; on a resumed push it also gives back content that
    /// lived only in memory.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`, `DUPLICATE_EXTERNAL_ID`, `FILE_NAME_INVALID`, `FILE_EMPTY` for bytes,
    /// `ROLE_MISMATCH` for a partner's URL, `FILE_CHANGED` when it was sent with other content,
    /// `PUSH_STATE`, journal errors. A file that is missing or unreadable is no error here: it fails
    /// by itself, with its path, and the rest goes on.
    pub async fn add_file(&self, client: ClientKey, new: NewFile) -> Result<()> {
        self.add("push.add_file", client, vec![new]).await
    }

    /// Adds many files at once; one journal write for all.
    ///
    /// # Errors
    /// As [`Push::add_file`] for the first file that is refused; none is added then.
    pub async fn add_files(&self, client: ClientKey, new: Vec<NewFile>) -> Result<()> {
        self.add("push.add_files", client, new).await
    }

    async fn add(&self, operation: &'static str, to: ClientKey, new: Vec<NewFile>) -> Result<()> {
        let run = self.usable(operation)?.clone();
        let add = async {
            let entries = Arc::new(add::entries(&run.client, new).await?);
            let doubts = add::keep(&run, to, entries.clone(), Sent::MayDiffer).await?;
            if !doubts.is_empty() {
                resent::settle(&run, doubts).await?;
                add::keep(&run, to, entries, Sent::WasCompared).await?;
            }
            run.changed.notify_one();
            Ok(())
        };
        add.await.map_err(|e: Error| e.with_operation(operation))
    }

    /// Uploads, attaches, verifies and initiates; returns once the import was initiated. Calling it
    /// again continues or returns at once. Dropping the returned future stops nothing.
    ///
    /// # Errors
    /// `PUSH_INCOMPLETE`, `VERIFY_FAILED`, `IMPORT_OUTCOME_UNKNOWN`, `CANCELLED`, gateway, network
    /// and journal errors. `PUSH_STATE` when nothing was added.
    pub async fn commit(&self) -> Result<()> {
        const OPERATION: &str = "push.commit";
        let run = self.run();
        let commit = async {
            run.client.generation().check()?;
            defect::planted(OPERATION);
            if run.status.borrow().ended.is_none() {
                run.journal.run(head::commit).await?;
            }
            run.ask();
            until(run, |status| match (&status.ended, status.initiated) {
                (_, true) => Some(Ok(())),
                (Some(end), false) => Some(end.clone()),
                (None, false) => None,
            })
            .await
        };
        commit.await.map_err(|e: Error| e.with_operation(OPERATION))
    }

    /// Watches the import until every client and file is terminal. Dropping the returned future
    /// stops nothing.
    ///
    /// # Errors
    /// `WAIT_TIMED_OUT` after `timeout`, with nothing cancelled; `PUSH_STATE` when the push was not
    /// committed; otherwise as [`Push::commit`].
    pub async fn wait(&self, timeout: Option<Duration>) -> Result<Report> {
        let run = self.run().clone();
        let client = run.client.clone();
        client
            .run("push.wait", |_| async move {
                if run.journal.tally().state == PushState::Open
                    && run.status.borrow().ended.is_none()
                {
                    let text = "the push was not committed: call commit first";
                    return Err(Error::new(ErrorCode::PushState, text));
                }
                run.ask();
                let end = until(&run, |status| status.ended.clone());
                match timeout {
                    None => end.await?,
                    Some(limit) => tokio::time::timeout(limit, end).await.map_err(|_| {
                        let text = "the import had not ended when the time was over; nothing was \
                                    cancelled: wait again";
                        Error::new(ErrorCode::WaitTimedOut, text)
                    })??,
                }
                report(&run).await
            })
            .await
    }

    /// Stops the engine within a second. Nothing is initiated afterwards; the journal can be
    /// resumed, unless it was a temporary one.
    pub fn cancel(&self) {
        defect::planted("push.cancel");
        self.run().stop.cancel();
    }

    /// A snapshot; costs the same at any size.
    pub fn progress(&self) -> Progress {
        defect::planted("push.progress");
        self.run().progress()
    }

    /// The events of this push since it was opened or resumed, from the first: none is missed by a
    /// host that asks late. Each stream sees every event; none is lost when the host is slow.
    pub fn events(&self) -> Events {
        defect::planted("push.events");
        Events::new(self.run())
    }

    /// What is known now, as [`Push::wait`] returns it at the end.
    ///
    /// # Errors
    /// Journal errors.
    pub async fn report(&self) -> Result<Report> {
        let run = self.run();
        run.client.generation().check()?;
        defect::planted("push.report");
        report(run)
            .await
            .map_err(|e| e.with_operation("push.report"))
    }

    /// Every file with its state, in the order added.
    pub fn files(&self) -> Pager<FileReport> {
        defect::planted("push.files");
        open::pager(self.run(), |file| &file.external_id, listing::files)
    }

    /// Every client with its state, in the order added.
    pub fn clients(&self) -> Pager<ClientReport> {
        defect::planted("push.clients");
        open::pager(self.run(), |client| &client.external_id, listing::clients)
    }

    /// The job at Filed, once it was created.
    pub fn job_id(&self) -> Option<String> {
        defect::planted("push.job_id");
        self.run().job_id.get().cloned()
    }

    /// Where the journal is. When the host named none, where a temporary one was made: nothing can be
    /// found there, so that nothing is left behind.
    pub fn journal(&self) -> PathBuf {
        defect::planted("push.journal");
        self.run().journal.path().to_owned()
    }

    /// The client this push belongs to.
    pub fn client(&self) -> &Client {
        &self.run().client
    }

    fn run(&self) -> &Arc<Run> {
        self.handle.run()
    }

    /// Refuses additions to a run that the host itself has stopped. One that was stopped by an
    /// error still takes them: commit tells the error, and the next run goes on from the journal.
    fn usable(&self, operation: &'static str) -> Result<&Arc<Run>> {
        let run = self.run();
        run.client.generation().check()?;
        defect::planted(operation);
        match &run.status.borrow().ended {
            Some(Err(e)) if stopped_by_host(e) => Err(e.clone().with_operation(operation)),
            _ => Ok(run),
        }
    }
}

/// Waits until the status says something.
async fn until(run: &Run, said: impl Fn(&Status) -> Option<Result<()>>) -> Result<()> {
    let mut status = run.status.subscribe();
    let reached = status.wait_for(|status| said(status).is_some()).await;
    match reached.ok().and_then(|status| said(&status)) {
        Some(end) => end,
        // Cannot be while `run` is borrowed: the sender is in it.
        None => Err(open::closed()),
    }
}

async fn report(run: &Run) -> Result<Report> {
    let report = run.journal.run(listing::report).await?;
    Ok(Report {
        state: run.state(),
        ..report
    })
}
