//! What a host gives a push: options, clients, files. Checks live in `validate`.

use std::path::PathBuf;

use bytes::Bytes;

/// What to do when Filed already has an external id from an earlier import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnExisting {
    /// That client fails with `EXTERNAL_ID_EXISTS`. When it stands in a job that was never
    /// initiated, as after a journal was lost, the whole push stops before anything is created.
    #[default]
    Error,
    /// A job that an earlier run of this push began and whose journal is gone is gone on with, when
    /// it holds nothing but clients and files of this push: only what is missing there is created,
    /// and an import that has begun is watched. Works are created after the commit then.
    Adopt,
}

/// How to open a push.
#[derive(Debug, Clone, Default)]
pub struct PushOptions {
    /// The provider connection to import through; required, must be active.
    pub connection_id: String,
    /// The firm's workspace; required.
    pub workspace_id: String,
    /// Name of the import, such as "2024 Tax Season Import"; required.
    pub job_name: String,
    /// Journal file; a temporary one, removed at the end, when not given. An existing journal of
    /// the same push is continued.
    pub journal: Option<PathBuf>,
    /// Initiate the import of what succeeded even when some clients or files failed.
    pub allow_partial: bool,
    /// What to do about external ids that exist already.
    pub on_existing: OnExisting,
}

/// A client to add.
#[derive(Clone, PartialEq, Eq)]
pub struct NewClient {
    /// Client name or label, 1 to 500 characters.
    pub name: String,
    /// The caller's id, unique in the caller's platform, 1 to 255 characters.
    pub external_id: String,
}

impl std::fmt::Debug for NewClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The name stays out on purpose: Debug ends up in logs.
        f.debug_struct("NewClient")
            .field("external_id", &self.external_id)
            .finish_non_exhaustive()
    }
}

/// A client within its push.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientKey(pub u64);

/// Where a file's content comes from. The journal keeps paths and URLs, never content.
#[derive(Clone)]
pub enum FileContent {
    /// A regular file on disk, opened when its turn comes.
    Path(PathBuf),
    /// Bytes in memory; they must be added again when the push is resumed before they were sent.
    Bytes(Bytes),
    /// A URL that Filed fetches itself.
    Url(String),
}

/// A file to add.
#[derive(Clone)]
pub struct NewFile {
    /// The caller's id, unique within the push, 1 to 255 characters.
    pub external_id: String,
    /// Its content.
    pub content: FileContent,
    /// The name Filed is told; a path's own name is the default, required for bytes.
    pub file_name: Option<String>,
    /// The MIME type; otherwise decided by name, then by content.
    pub mime_type: Option<String>,
    /// The artifact's type, such as `w2`; the MIME type the upload returned is the default.
    pub category: Option<String>,
    /// A JSON object: size, dates, anything relevant.
    pub metadata: Option<serde_json::Value>,
}

impl std::fmt::Debug for NewFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let content = match &self.content {
            FileContent::Path(_) => "path",
            FileContent::Bytes(_) => "bytes",
            FileContent::Url(_) => "url",
        };
        // Names and paths stay out on purpose: Debug ends up in logs.
        f.debug_struct("NewFile")
            .field("external_id", &self.external_id)
            .field("content", &content)
            .finish_non_exhaustive()
    }
}
