//! What a host is told while a push runs.

use std::collections::VecDeque;
use std::sync::{Arc, Weak};

use tokio::sync::watch;

use super::journal::events;
use super::run::{Run, Status};
use crate::runtime::Generation;
use crate::{Error, Result};

macro_rules! kinds {
    ($($variant:ident = $name:literal, $doc:literal;)*) => {
        /// What happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum EventKind { $(#[doc = $doc] $variant,)* }

        impl EventKind {
            /// Every kind.
            pub const ALL: &'static [EventKind] = &[$(EventKind::$variant,)*];

            /// The word used in every language.
            pub fn as_str(self) -> &'static str {
                match self { $(EventKind::$variant => $name,)* }
            }
        }
    };
}

kinds! {
    JobCreated = "job_created", "The job exists at Filed.";
    ClientAdded = "client_added", "The journal holds the client.";
    ClientCreated = "client_created", "Its work exists at Filed.";
    ClientAttached = "client_attached", "All its files are attached.";
    ClientImported = "client_imported", "Filed imported it; terminal.";
    ClientFailed = "client_failed", "It failed; terminal.";
    ClientCancelled = "client_cancelled", "Filed ended its import; terminal.";
    FileAdded = "file_added", "The journal holds the file.";
    FileUploading = "file_uploading", "Its upload began.";
    FileUploaded = "file_uploaded", "The upload host holds it.";
    FileAttached = "file_attached", "Its artifact exists at Filed.";
    FileImported = "file_imported", "Filed imported it; terminal.";
    FileFailed = "file_failed", "It failed; terminal.";
    FileCancelled = "file_cancelled", "Filed ended its import; terminal.";
    PushCommitting = "push_committing", "Nothing more can be added.";
    PushInitiated = "push_initiated", "Verified, and the import was initiated.";
    PushDone = "push_done", "Every client and file is terminal; the last event.";
    PushFailed = "push_failed", "The push stopped with an error; the last event of this run.";
    PushCancelled = "push_cancelled", "The host cancelled; the last event of this run.";
}

/// Something that happened to a push, a client or a file.
#[derive(Debug, Clone)]
pub struct Event {
    /// Rises by at least one from event to event.
    pub sequence: u64,
    /// What happened.
    pub kind: EventKind,
    /// The client or file it happened to; `None` for the push itself.
    pub external_id: Option<String>,
    /// For a file, the client it belongs to.
    pub client_external_id: Option<String>,
    /// Why, for the failed kinds.
    pub error: Option<Error>,
}

/// A stream of events. It ends after the last event of the run.
///
/// It does not keep the push open: when the last [`crate::push::Push`] is dropped, it ends.
pub struct Events {
    run: Weak<Run>,
    generation: Arc<Generation>,
    cursor: u64,
    sequence: watch::Receiver<u64>,
    status: watch::Receiver<Status>,
    buffer: VecDeque<Event>,
    over: bool,
}

/// Events read from the journal at once when a host takes them one by one.
const PAGE: usize = 128;

impl Events {
    pub(super) fn new(run: &Arc<Run>) -> Self {
        Self {
            run: Arc::downgrade(run),
            generation: run.client.generation().clone(),
            cursor: run.first_event,
            sequence: run.journal.sequence(),
            status: run.status.subscribe(),
            buffer: VecDeque::new(),
            over: false,
        }
    }

    /// The next event, or `None` after the last. Nothing is lost when the returned future is
    /// dropped.
    ///
    /// # Errors
    /// Journal errors.
    pub async fn next(&mut self) -> Result<Option<Event>> {
        if self.buffer.is_empty() {
            self.buffer = self.page(PAGE).await?.into();
        }
        Ok(self.buffer.pop_front())
    }

    /// Up to `max` events that are there, waiting for the first; empty after the last. A binding
    /// crosses its boundary once per batch.
    ///
    /// # Errors
    /// Journal errors.
    pub async fn next_batch(&mut self, max: usize) -> Result<Vec<Event>> {
        if self.buffer.is_empty() {
            return self.page(max.max(1)).await;
        }
        let count = max.clamp(1, self.buffer.len());
        Ok(self.buffer.drain(..count).collect())
    }

    async fn page(&mut self, max: usize) -> Result<Vec<Event>> {
        while !self.over {
            self.generation.check()?;
            // Both are looked at before the journal is read: what comes after that wakes us.
            self.sequence.mark_unchanged();
            let ended = self.status.borrow_and_update().ended.is_some();
            let Some(run) = self.run.upgrade() else {
                self.over = true;
                break;
            };
            let cursor = self.cursor;
            let page = run
                .journal
                .run(move |db| events::page(db, cursor, max))
                .await?;
            drop(run);
            if let Some(last) = page.last() {
                self.cursor = last.sequence;
                self.over = last.kind.ends_run();
                return Ok(page);
            }
            self.over = ended || !self.changed().await;
        }
        Ok(Vec::new())
    }

    /// Waits for an event or the end of the run; `false` when neither can come any more.
    async fn changed(&mut self) -> bool {
        tokio::select! {
            changed = self.sequence.changed() => changed.is_ok(),
            changed = self.status.changed() => changed.is_ok(),
            () = self.generation.stopping().cancelled() => false,
        }
    }
}

impl EventKind {
    fn ends_run(self) -> bool {
        matches!(
            self,
            EventKind::PushDone | EventKind::PushFailed | EventKind::PushCancelled
        )
    }
}
