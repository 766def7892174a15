//! What a host learns about a push as a whole: progress and the final report.

use std::path::PathBuf;

use crate::Error;

/// Where a push stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PushState {
    /// Clients and files can be added.
    #[default]
    Open,
    /// Uploading, attaching and verifying what is left.
    Committing,
    /// The import was initiated.
    Initiated,
    /// The import is being watched.
    Watching,
    /// Every client and file is terminal.
    Done,
    /// Stopped by an error; can be resumed.
    Failed,
    /// Stopped by the host; can be resumed.
    Cancelled,
}

impl PushState {
    /// The word used in every language.
    pub fn as_str(self) -> &'static str {
        match self {
            PushState::Open => "open",
            PushState::Committing => "committing",
            PushState::Initiated => "initiated",
            PushState::Watching => "watching",
            PushState::Done => "done",
            PushState::Failed => "failed",
            PushState::Cancelled => "cancelled",
        }
    }
}

/// Where a client or a file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemState {
    /// In the journal.
    Added,
    /// A file on its way.
    Uploading,
    /// A file the upload host holds.
    Uploaded,
    /// A client whose work exists.
    Created,
    /// Attached at Filed.
    Attached,
    /// Imported; terminal.
    Imported,
    /// Failed; terminal.
    Failed,
    /// Ended by Filed; terminal.
    Cancelled,
}

impl ItemState {
    /// The word used in every language.
    pub fn as_str(self) -> &'static str {
        match self {
            ItemState::Added => "added",
            ItemState::Uploading => "uploading",
            ItemState::Uploaded => "uploaded",
            ItemState::Created => "created",
            ItemState::Attached => "attached",
            ItemState::Imported => "imported",
            ItemState::Failed => "failed",
            ItemState::Cancelled => "cancelled",
        }
    }
}

/// How many, of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Added.
    pub total: u64,
    /// Files: uploaded. Clients: created.
    pub sent: u64,
    /// Attached at Filed.
    pub attached: u64,
    /// Imported.
    pub imported: u64,
    /// Failed.
    pub failed: u64,
    /// Ended by Filed.
    pub cancelled: u64,
}

/// A snapshot of a running push.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Where the push stands.
    pub state: PushState,
    /// Clients; `sent` and `attached` count those that got at least so far.
    pub clients: Counts,
    /// Files; `sent` and `attached` count those that got at least so far.
    pub files: Counts,
    /// Bytes of all files whose size is known.
    pub bytes_total: u64,
    /// Bytes on their way or arrived.
    pub bytes_sent: u64,
    /// Uploads running now.
    pub uploading: u32,
}

/// A client in a report.
#[derive(Debug, Clone)]
pub struct ClientReport {
    /// Its key in the push.
    pub key: u64,
    /// The caller's id.
    pub external_id: String,
    /// Where it stands.
    pub state: ItemState,
    /// The job work's id at Filed.
    pub job_work_id: Option<String>,
    /// The underlying work's id at Filed.
    pub work_id: Option<String>,
    /// Filed's own status word, as last seen.
    pub status: Option<String>,
    /// Why it failed.
    pub error: Option<Error>,
}

/// A file in a report.
#[derive(Clone)]
pub struct FileReport {
    /// The caller's id.
    pub external_id: String,
    /// The client it belongs to.
    pub client_external_id: String,
    /// Where it stands.
    pub state: ItemState,
    /// Its path, for files from disk.
    pub path: Option<PathBuf>,
    /// Bytes sent.
    pub size: Option<u64>,
    /// BLAKE3 of the bytes sent, lower-case hex.
    pub blake3: Option<String>,
    /// SHA-256 of the bytes sent, lower-case hex, of a file that an earlier version of the library sent:
    /// those kept no BLAKE3.
    pub sha256: Option<String>,
    /// The MIME type the upload host returned.
    pub mime_type: Option<String>,
    /// Where the upload host holds it.
    pub file_url: Option<String>,
    /// The artifact's id at Filed.
    pub artifact_id: Option<String>,
    /// Filed's own status word, as last seen.
    pub status: Option<String>,
    /// Why it failed.
    pub error: Option<Error>,
}

impl std::fmt::Debug for FileReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Path and URL hold names and stay out on purpose: Debug ends up in logs.
        f.debug_struct("FileReport")
            .field("external_id", &self.external_id)
            .field("client_external_id", &self.client_external_id)
            .field("state", &self.state)
            .field("size", &self.size)
            .field("status", &self.status)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// The outcome of a push. Failures are listed; everything else is counted, and can be walked with
/// [`crate::push::Push::files`] and [`crate::push::Push::clients`].
#[derive(Debug, Clone)]
pub struct Report {
    /// Where the push stands.
    pub state: PushState,
    /// The job at Filed.
    pub job_id: Option<String>,
    /// Clients by state.
    pub clients: Counts,
    /// Files by state.
    pub files: Counts,
    /// Bytes sent.
    pub bytes_sent: u64,
    /// Clients that failed or were cancelled.
    pub failed_clients: Vec<ClientReport>,
    /// Files that failed or were cancelled.
    pub failed_files: Vec<FileReport>,
    /// What was found out of the ordinary and settled, in words without names or paths.
    pub notes: Vec<String>,
}
