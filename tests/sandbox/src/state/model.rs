//! The nouns of the simulated Filed, as plain data.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::Moment;

/// Whose API key a caller logged in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Account {
    Customer,
    Partner,
}

#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    pub(crate) id: String,
    pub(crate) slug: String,
    pub(crate) display_name: String,
    pub(crate) status: String,
    pub(crate) metadata: Option<Value>,
    pub(crate) firm_size: Option<String>,
    /// The seeded workspace is seen by both accounts, a created one by its creator.
    pub(crate) creator: Option<Account>,
}

#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) name: Option<String>,
    pub(crate) workspace_ids: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Connection {
    pub(crate) id: String,
    pub(crate) workspace_id: String,
    pub(crate) provider_key: String,
    pub(crate) category: String,
    pub(crate) state: String,
    pub(crate) action: Option<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) settings: Option<Value>,
    pub(crate) inputs: Option<Value>,
    /// What the call to a registered platform came to, when it was collected.
    pub(crate) verification: Option<Result<(), String>>,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
}

#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) connection_id: String,
    pub(crate) workspace_id: String,
    pub(crate) name: String,
    pub(crate) initial_state: String,
    pub(crate) forced: Option<String>,
    pub(crate) created: Moment,
    pub(crate) import: Option<Import>,
    /// How often an initiate took effect, and how often one was asked for.
    pub(crate) initiated: u32,
    pub(crate) initiate_calls: u32,
    /// Positions of the job's works in the world's list.
    pub(crate) works: Vec<usize>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Import {
    pub(crate) started: Moment,
    pub(crate) takes: Duration,
}

#[derive(Clone, Debug)]
pub(crate) struct Work {
    /// Id of the job work; artifacts are created under it.
    pub(crate) id: String,
    pub(crate) work_id: String,
    pub(crate) job_id: String,
    pub(crate) connection_id: String,
    pub(crate) workspace_id: String,
    pub(crate) external_id: String,
    pub(crate) name: String,
    pub(crate) tag: Option<String>,
    pub(crate) created: Moment,
    /// Positions of the work's artifacts in the world's list.
    pub(crate) artifacts: Vec<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct Artifact {
    /// Id of the job artifact, and of the underlying work artifact.
    pub(crate) id: String,
    pub(crate) artifact_id: String,
    pub(crate) job_work_id: String,
    pub(crate) work_id: String,
    pub(crate) job_id: String,
    pub(crate) connection_id: String,
    pub(crate) workspace_id: String,
    pub(crate) external_id: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) url: Option<String>,
    pub(crate) metadata: Option<Value>,
    pub(crate) created: Moment,
    pub(crate) ending: Option<Ending>,
}

/// How and when the import of one artifact ends.
#[derive(Clone, Debug)]
pub(crate) struct Ending {
    pub(crate) due: Moment,
    pub(crate) outcome: Outcome,
}

#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Uploaded {
        blake3: String,
        size: u64,
    },
    Failed(String),
    Terminated,
    Stuck,
    /// The URL is being fetched; becomes one of the others.
    Fetching,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Upload {
    pub(crate) id: String,
    pub(crate) host: UploadHost,
    pub(crate) file_url: String,
    /// As received, escapes included.
    pub(crate) file_name: String,
    pub(crate) mime_type: String,
    pub(crate) size: u64,
    pub(crate) blake3: String,
    pub(crate) chunked: bool,
    pub(crate) content_length: Option<u64>,
    #[serde(skip)]
    pub(crate) stored: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UploadHost {
    Customer,
    Partner,
    Url,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct SentFile {
    pub(crate) connection_id: String,
    pub(crate) client_key: String,
    pub(crate) file_name: String,
    pub(crate) content_type: Option<String>,
    pub(crate) tusd_endpoint: String,
    pub(crate) success: bool,
    /// `canned` without a registered platform, else `sending`, `sent`, `failed` or `refused`.
    pub(crate) transfer: &'static str,
    /// Where the platform takes it.
    pub(crate) upload_url: Option<String>,
    pub(crate) blake3: Option<String>,
    pub(crate) requests: u32,
    pub(crate) error: Option<String>,
}
