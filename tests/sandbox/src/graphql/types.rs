//! Object types of the schema and how they are made from the state. Lists that hang below an
//! object are resolved in `query`.

use std::sync::Arc;

use async_graphql::{ID, SimpleObject};
use serde_json::Value;

use super::call::Call;
use super::inputs::{Role, WorkspaceType};
use super::scalars::Date;
use crate::pull::{Platform, RemoteClient, RemoteFile};
use crate::settings::word;
use crate::state::{self, PlatformClient, PlatformFile, World};

#[derive(SimpleObject)]
pub(super) struct LoginResult {
    pub(super) access_token: String,
}

#[derive(SimpleObject)]
#[graphql(complex)]
pub(super) struct User {
    id: ID,
    email: String,
    name: Option<String>,
    role: Role,
}

impl From<&state::User> for User {
    fn from(user: &state::User) -> Self {
        Self {
            id: user.id.clone().into(),
            email: user.email.clone(),
            name: user.name.clone(),
            role: Role::User,
        }
    }
}

#[derive(SimpleObject)]
#[graphql(complex)]
pub(super) struct Workspace {
    pub(super) id: ID,
    slug: String,
    display_name: String,
    status: String,
    workspace_type: WorkspaceType,
}

impl From<&state::Workspace> for Workspace {
    fn from(workspace: &state::Workspace) -> Self {
        Self {
            id: workspace.id.clone().into(),
            slug: workspace.slug.clone(),
            display_name: workspace.display_name.clone(),
            status: workspace.status.clone(),
            workspace_type: WorkspaceType::Partner,
        }
    }
}

#[derive(SimpleObject)]
#[graphql(complex)]
pub(super) struct ProviderConnection {
    pub(super) id: ID,
    workspace_id: ID,
    provider_key: String,
    status: String,
    action: Option<String>,
    display_name: Option<String>,
    settings: Option<Value>,
    created_at: Date,
    updated_at: Date,
    provider: Provider,
    #[graphql(skip)]
    pub(super) active: bool,
}

#[derive(SimpleObject)]
pub(super) struct Provider {
    name: Option<String>,
    category: String,
}

impl ProviderConnection {
    pub(super) fn new(found: &state::Connection, call: &Call) -> Self {
        Self {
            id: found.id.clone().into(),
            workspace_id: found.workspace_id.clone().into(),
            provider_key: found.provider_key.clone(),
            status: word(&call.settings.words.connection, &found.state),
            action: found.action.clone(),
            display_name: found.display_name.clone(),
            settings: found.settings.clone(),
            created_at: found.created.into(),
            updated_at: found.updated.into(),
            provider: Provider {
                name: found.display_name.clone(),
                category: found.category.clone(),
            },
            active: found.state == "active",
        }
    }
}

#[derive(SimpleObject)]
#[graphql(complex)]
pub(super) struct ConnectionClient {
    pub(super) id: String,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    r#type: Option<String>,
    last_modified: Option<Date>,
    #[graphql(skip)]
    pub(super) files_of: FilesOf,
}

/// Where a client's files come from.
pub(super) enum FilesOf {
    /// The sandbox's own made-up platform.
    Canned(&'static [PlatformFile]),
    /// A registered platform.
    Registered(Arc<Platform>),
}

impl ConnectionClient {
    pub(super) fn remote(client: RemoteClient, platform: &Arc<Platform>) -> Self {
        Self {
            id: client.id,
            name: Some(client.name),
            email: client.email,
            phone: client.phone,
            r#type: client.r#type,
            last_modified: client.last_modified.map(Date),
            files_of: FilesOf::Registered(Arc::clone(platform)),
        }
    }
}

impl From<&'static PlatformClient> for ConnectionClient {
    fn from(client: &'static PlatformClient) -> Self {
        Self {
            id: client.id.into(),
            name: Some(client.name.into()),
            email: client.email.map(Into::into),
            phone: client.phone.map(Into::into),
            r#type: Some(client.kind.into()),
            last_modified: Some(Date(client.last_modified.into())),
            files_of: FilesOf::Canned(client.files),
        }
    }
}

#[derive(SimpleObject)]
pub(super) struct ClientFile {
    id: String,
    file_name: String,
    file_size: Option<i32>,
    mime_type: Option<String>,
    download_url: Option<String>,
    date_created: Option<Date>,
}

impl From<&PlatformFile> for ClientFile {
    fn from(file: &PlatformFile) -> Self {
        Self {
            id: file.id.into(),
            file_name: file.name.into(),
            file_size: Some(file.size),
            mime_type: Some(file.mime_type.into()),
            download_url: Some(format!(
                "https://platform.example/files/{}/download",
                file.id
            )),
            date_created: Some(Date(file.created.into())),
        }
    }
}

impl From<RemoteFile> for ClientFile {
    fn from(file: RemoteFile) -> Self {
        Self {
            id: file.id,
            file_name: file.name,
            // `Int` has 32 bits; a larger size cannot be shown.
            file_size: i32::try_from(file.size).ok(),
            mime_type: Some(file.mime_type),
            download_url: Some(file.download_url),
            date_created: file.date_created.map(Date),
        }
    }
}

#[derive(SimpleObject)]
pub(super) struct ConnectionJob {
    id: ID,
    connection_id: ID,
    workspace_id: ID,
    name: String,
    status: String,
    created_at: Date,
    updated_at: Date,
    metadata: Option<Value>,
}

impl ConnectionJob {
    pub(super) fn new(job: &state::Job, world: &World, call: &Call) -> Self {
        let state = match call.settings.job_status_readable {
            true => world.job_state(job),
            false => "pending".into(),
        };
        let started = job.import.map(|import| state::date(import.started));
        Self {
            id: job.id.clone().into(),
            connection_id: job.connection_id.clone().into(),
            workspace_id: job.workspace_id.clone().into(),
            name: job.name.clone(),
            status: word(&call.settings.words.job, &state),
            created_at: job.created.into(),
            updated_at: world.job_updated(job).into(),
            metadata: started
                .map(|at| serde_json::json!({ "works": job.works.len(), "startedAt": at })),
        }
    }
}

#[derive(SimpleObject)]
#[graphql(complex)]
pub(super) struct JobWork {
    pub(super) id: ID,
    created_at: Date,
    updated_at: Date,
    workspace_id: ID,
    work_id: ID,
    connection_job_id: ID,
    work: Work,
}

#[derive(SimpleObject)]
pub(super) struct Work {
    id: ID,
    name: String,
    external_id: Option<String>,
    status: Option<String>,
    tag: Option<String>,
}

impl JobWork {
    pub(super) fn new(work: &state::Work, world: &World, call: &Call) -> Self {
        Self {
            id: work.id.clone().into(),
            created_at: work.created.into(),
            updated_at: world.work_updated(work).into(),
            workspace_id: work.workspace_id.clone().into(),
            work_id: work.work_id.clone().into(),
            connection_job_id: work.job_id.clone().into(),
            work: Work {
                id: work.work_id.clone().into(),
                name: work.name.clone(),
                external_id: Some(work.external_id.clone()),
                status: Some(word(&call.settings.words.work, world.work_state(work))),
                tag: work.tag.clone(),
            },
        }
    }
}

#[derive(SimpleObject)]
pub(super) struct JobArtifact {
    id: ID,
    created_at: Date,
    updated_at: Date,
    workspace_id: ID,
    artifact_id: ID,
    connection_job_id: ID,
    job_work_id: ID,
    work_artifact: WorkArtifact,
}

#[derive(SimpleObject)]
pub(super) struct WorkArtifact {
    id: ID,
    external_id: String,
    created_at: Date,
    updated_at: Date,
    work_id: ID,
    connection_id: ID,
    name: String,
    r#type: String,
    status: String,
    uploaded_url: Option<String>,
    metadata: Option<Value>,
}

impl JobArtifact {
    pub(super) fn new(found: &state::Artifact, call: &Call) -> Self {
        Self {
            id: found.id.clone().into(),
            created_at: found.created.into(),
            updated_at: found.updated().into(),
            workspace_id: found.workspace_id.clone().into(),
            artifact_id: found.artifact_id.clone().into(),
            connection_job_id: found.job_id.clone().into(),
            job_work_id: found.job_work_id.clone().into(),
            work_artifact: WorkArtifact {
                id: found.artifact_id.clone().into(),
                external_id: found.external_id.clone(),
                created_at: found.created.into(),
                updated_at: found.updated().into(),
                work_id: found.work_id.clone().into(),
                connection_id: found.connection_id.clone().into(),
                name: found.name.clone(),
                r#type: found.kind.clone(),
                status: word(&call.settings.words.artifact, found.state()),
                uploaded_url: found.uploaded_url(),
                metadata: found.shown_metadata(),
            },
        }
    }
}

#[derive(SimpleObject)]
pub(super) struct UploadResult {
    pub(super) success: bool,
    pub(super) message: Option<String>,
}
