//! The push: an open group of clients and files that is committed, imported and watched.
//!
//! [`entry`] what a host adds, [`event`] and [`report`] what it learns; the journal is the single
//! source of truth, the engine does the work.

mod entry;
mod event;
mod journal;
mod report;

use std::path::PathBuf;
use std::time::Duration;

pub use entry::{ClientKey, FileContent, NewClient, NewFile, OnExisting, PushOptions};
pub use event::{Event, EventKind, Events};
pub use report::{ClientReport, Counts, FileReport, ItemState, Progress, PushState, Report};

use crate::Result;
use crate::client::Client;
use crate::gateway::Pager;

/// An open push. Cheap to clone; the engine stops when the last clone is dropped, and the journal
/// can be resumed.
#[derive(Clone)]
pub struct Push {
    client: Client,
}

#[allow(clippy::todo, unused_variables, reason = "skeleton")]
impl Push {
    pub(crate) async fn open(client: Client, options: PushOptions) -> Result<Self> {
        todo!()
    }

    pub(crate) async fn resume(client: Client, journal: PathBuf) -> Result<Self> {
        todo!()
    }

    /// Adds a client. Returns once the journal holds it. Adding the same client again is a no-op
    /// that returns the same key.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`, `DUPLICATE_EXTERNAL_ID`, `PUSH_STATE`, journal errors.
    pub async fn add_client(&self, new: NewClient) -> Result<ClientKey> {
        todo!()
    }

    /// Adds a file to a client. Returns once the journal holds it; the upload starts by itself.
    /// Adding the same file again is a no-op; on a resumed push it also gives back content that
    /// lived only in memory.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`, `DUPLICATE_EXTERNAL_ID`, `FILE_NAME_INVALID`, `PUSH_STATE`, journal
    /// errors. A file that is missing or unreadable is no error here: it fails by itself, with its
    /// path, and the rest goes on.
    pub async fn add_file(&self, client: ClientKey, new: NewFile) -> Result<()> {
        todo!()
    }

    /// Adds many files at once; one journal write for all.
    ///
    /// # Errors
    /// As [`Push::add_file`] for the first file that is refused; none is added then.
    pub async fn add_files(&self, client: ClientKey, new: Vec<NewFile>) -> Result<()> {
        todo!()
    }

    /// Uploads, attaches, verifies and initiates; returns once the import was initiated. Calling it
    /// again continues or returns at once.
    ///
    /// # Errors
    /// `PUSH_INCOMPLETE`, `VERIFY_FAILED`, `IMPORT_OUTCOME_UNKNOWN`, `CANCELLED`, gateway, network
    /// and journal errors.
    pub async fn commit(&self) -> Result<()> {
        todo!()
    }

    /// Watches the import until every client and file is terminal.
    ///
    /// # Errors
    /// `WAIT_TIMED_OUT` after `timeout`, with nothing cancelled; `PUSH_STATE` when the push was not
    /// committed; otherwise as [`Push::commit`].
    pub async fn wait(&self, timeout: Option<Duration>) -> Result<Report> {
        todo!()
    }

    /// Stops the engine within a second. Nothing is initiated afterwards; the journal can be
    /// resumed, unless it was a temporary one.
    pub fn cancel(&self) {
        todo!()
    }

    /// A snapshot; costs the same at any size.
    pub fn progress(&self) -> Progress {
        todo!()
    }

    /// The events from now on. Each stream sees every event; none is lost when the host is slow.
    pub fn events(&self) -> Events {
        todo!()
    }

    /// What is known now, as [`Push::wait`] returns it at the end.
    ///
    /// # Errors
    /// Journal errors.
    pub async fn report(&self) -> Result<Report> {
        todo!()
    }

    /// Every file with its state, in the order added.
    pub fn files(&self) -> Pager<FileReport> {
        todo!()
    }

    /// Every client with its state, in the order added.
    pub fn clients(&self) -> Pager<ClientReport> {
        todo!()
    }

    /// The job at Filed, once it was created.
    pub fn job_id(&self) -> Option<String> {
        todo!()
    }

    /// Where the journal is; a temporary file when the host named none.
    pub fn journal(&self) -> PathBuf {
        todo!()
    }

    /// The client this push belongs to.
    pub fn client(&self) -> &Client {
        &self.client
    }
}
