//! What a host is told while a push runs.

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
pub struct Events {
    _private: (),
}

#[allow(clippy::todo, unused_variables, reason = "skeleton")]
impl Events {
    /// The next event, or `None` after the last.
    ///
    /// # Errors
    /// Journal errors.
    pub async fn next(&mut self) -> Result<Option<Event>> {
        todo!()
    }

    /// Up to `max` events that are there, waiting for the first; empty after the last. A binding
    /// crosses its boundary once per batch.
    ///
    /// # Errors
    /// Journal errors.
    pub async fn next_batch(&mut self, max: usize) -> Result<Vec<Event>> {
        todo!()
    }
}
