//! What the gateway's operations return. Field names are the API's own; instants are ISO 8601
//! strings in UTC, kept as sent.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::GraphqlError;

/// The user an API key belongs to, or a user added to a workspace.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct User {
    /// Identifies the user.
    pub id: String,
    /// The address the user signs in with.
    pub email: String,
    /// Unset until the user gives one.
    pub name: Option<String>,
    /// Such as `user`; an open set.
    pub role: String,
}

/// A tax firm's workspace.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Workspace {
    /// Identifies the workspace in every other call.
    pub id: String,
    /// URL-friendly name; used in deep links.
    pub slug: String,
    /// The firm's display name.
    pub display_name: String,
    /// Such as `active`.
    pub status: String,
    /// `partner` for workspaces made by partners; an open set.
    pub workspace_type: String,
}

/// A firm's connection to a provider. Which of the optional fields are set depends on the
/// operation that returned it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Connection {
    /// Identifies the connection.
    pub id: String,
    /// The firm's workspace.
    pub workspace_id: Option<String>,
    /// Such as `canopy`, `taxdome`, `karbon`.
    pub provider_key: String,
    /// `active`, `pending`, `failed`, `disconnected`; an open set.
    pub status: String,
    /// What to do next, typically `collect`; set by start.
    pub action: Option<String>,
    /// Human-readable name.
    pub display_name: Option<String>,
    /// `practice_management`, `document_management`, `tax_software`; set by list.
    pub category: Option<String>,
    /// Stored configuration; set by collect.
    pub settings: Option<Value>,
    /// Set by start.
    pub created_at: Option<String>,
    /// Set by collect.
    pub updated_at: Option<String>,
}

/// A connection job: one import.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Job {
    /// Identifies the job.
    pub id: String,
    /// The connection it imports through.
    pub connection_id: String,
    /// The firm's workspace.
    pub workspace_id: String,
    /// The name given at creation.
    pub name: String,
    /// Such as `pending`, `active`, `completed`; an open set.
    pub status: String,
    /// When it was made.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

/// What initiating an import returns.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImportStatus {
    /// The job's id, when the answer holds one.
    pub id: Option<String>,
    /// Progress word; an open set.
    pub status: Option<String>,
    /// Progress information or error details.
    pub metadata: Option<Value>,
}

/// A client or tax preparation to add to a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewWork {
    /// Client name or label, such as "John Smith - 2024 Tax Return".
    pub name: String,
    /// The caller's id, unique in the caller's platform.
    pub external_id: String,
}

/// A work as `jobs.add_works` returns it. The gateway tells no external id here and promises no
/// order: [`crate::gateway::Jobs::works`] tells which is which.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CreatedWork {
    /// The job work's id: what artifacts are added to.
    pub id: String,
    /// The underlying work.
    pub work_id: String,
    /// The job.
    pub connection_job_id: String,
    /// The firm's workspace.
    pub workspace_id: String,
    /// When it was made.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

/// A work of a job, with its artifacts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JobWork {
    /// The job work's id: what artifacts are added to.
    pub id: String,
    /// The underlying work.
    pub work_id: String,
    /// The job.
    pub connection_job_id: String,
    /// The firm's workspace.
    pub workspace_id: String,
    /// When it was made.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
    /// The name given at creation.
    pub name: String,
    /// The caller's id.
    pub external_id: Option<String>,
    /// Progress word; values are not documented.
    pub status: Option<String>,
    /// Values are not documented.
    pub tag: Option<String>,
    /// Its files.
    pub artifacts: Vec<Artifact>,
}

/// A file to attach to a work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewArtifact {
    /// File name or label.
    pub name: String,
    /// A category such as `w2`, or a MIME type: a free string.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where Filed reads the file: an upload's `file_url`, or a URL it can reach.
    pub url: Option<String>,
    /// The caller's id for the file.
    pub external_id: String,
    /// Size, dates, anything relevant.
    pub metadata: Option<Value>,
}

/// A file of a work. `jobs.works` fills every field it can; `works.add_artifacts` only the ids,
/// the instants and the external id.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Artifact {
    /// The job artifact's id.
    pub id: String,
    /// The underlying artifact.
    pub artifact_id: String,
    /// The id of the inner work artifact.
    pub work_artifact_id: String,
    /// The caller's id for the file.
    pub external_id: String,
    /// The name given at creation.
    pub name: Option<String>,
    /// The type given at creation.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Progress word; the literal values are not documented, see [`crate::wire`].
    pub status: Option<String>,
    /// Filed's own URL once the file was fetched.
    pub uploaded_url: Option<String>,
    /// What was given at creation, or error details.
    pub metadata: Option<Value>,
    /// When it was made.
    pub created_at: Option<String>,
    /// When it last changed.
    pub updated_at: Option<String>,
}

/// A client of the platform, as Filed sees it through a connection.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlatformClient {
    /// The platform's own id.
    pub id: String,
    /// Display name.
    pub name: Option<String>,
    /// Email address.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// Such as `individual`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// When the platform last changed it.
    pub last_modified: Option<String>,
}

/// A file of a platform client, as Filed sees it through a connection.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlatformFile {
    /// The platform's own id.
    pub id: String,
    /// File name.
    pub file_name: String,
    /// Size in bytes.
    pub file_size: Option<u64>,
    /// MIME type.
    pub mime_type: Option<String>,
    /// Where Filed fetches it.
    pub download_url: Option<String>,
    /// When it was made.
    pub date_created: Option<String>,
}

/// What sending a file back to the platform returns.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SentFile {
    /// `false` is an answer, not an error: see `message`.
    pub success: bool,
    /// Filed's explanation.
    pub message: Option<String>,
}

/// The answer to a raw GraphQL document: data, errors, or both.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphqlAnswer {
    /// `data`, or null.
    pub data: Value,
    /// `errors`, in the server's order.
    pub errors: Vec<GraphqlError>,
    /// The server's id of the request, when it gave one.
    pub request_id: Option<String>,
}
