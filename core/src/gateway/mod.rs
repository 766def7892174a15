//! The gateway's operations, typed, one file per noun. The operations' text is in
//! `core/graphql/`; how requests travel is in `http`, tokens are in `auth`.

mod connections;
mod jobs;
mod pager;
mod platform;
mod types;
mod works;
mod workspaces;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

pub use connections::{ConnectionFilter, Connections};
pub use jobs::{Jobs, WorkFilter};
pub use pager::Pager;
pub use platform::{FileToSend, Platform};
pub use types::{
    Artifact, Connection, CreatedWork, GraphqlAnswer, ImportStatus, Job, JobWork, NewArtifact,
    NewWork, PlatformClient, PlatformFile, SentFile, User, Workspace,
};
pub use works::Works;
pub use workspaces::{NewWorkspace, Workspaces};

use crate::Result;
use crate::config::Settings;

/// Sends typed operations with a valid token.
#[derive(Clone)]
pub(crate) struct Gateway {
    _settings: Arc<Settings>,
}

#[allow(clippy::todo, unused_variables, reason = "skeleton")]
impl Gateway {
    pub fn new(settings: Arc<Settings>) -> Result<Self> {
        Ok(Self {
            _settings: settings,
        })
    }

    pub async fn me(&self) -> Result<User> {
        todo!()
    }

    pub async fn raw(&self, document: String, variables: Value) -> Result<GraphqlAnswer> {
        todo!()
    }

    pub async fn create_workspace(&self, workspace: NewWorkspace) -> Result<Workspace> {
        todo!()
    }

    pub async fn add_users(&self, workspace_id: String, emails: Vec<String>) -> Result<Vec<User>> {
        todo!()
    }

    pub async fn start_connection(
        &self,
        workspace_id: String,
        provider_key: String,
        inputs: Option<Value>,
    ) -> Result<Connection> {
        todo!()
    }

    pub async fn collect_connection(
        &self,
        connection_id: String,
        inputs: Option<Value>,
    ) -> Result<Connection> {
        todo!()
    }

    pub async fn list_connections(
        &self,
        workspace_id: String,
        filter: ConnectionFilter,
        offset: u64,
        limit: u32,
    ) -> Result<Vec<Connection>> {
        todo!()
    }

    pub async fn wait_active(
        &self,
        workspace_id: String,
        connection_id: String,
        timeout: Duration,
    ) -> Result<Connection> {
        todo!()
    }

    pub async fn create_job(&self, connection_id: String, name: String) -> Result<Job> {
        todo!()
    }

    pub async fn create_works(
        &self,
        job_id: String,
        works: Vec<NewWork>,
    ) -> Result<Vec<CreatedWork>> {
        todo!()
    }

    pub async fn list_works(
        &self,
        workspace_id: &str,
        connection_id: &str,
        filter: WorkFilter,
        offset: u64,
        limit: u32,
    ) -> Result<Vec<JobWork>> {
        todo!()
    }

    pub async fn create_artifacts(
        &self,
        job_work_id: String,
        artifacts: Vec<NewArtifact>,
    ) -> Result<Vec<Artifact>> {
        todo!()
    }

    pub async fn initiate(&self, job_id: String) -> Result<ImportStatus> {
        todo!()
    }

    pub async fn platform_clients(
        &self,
        workspace_id: String,
        connection_id: String,
        options: Value,
    ) -> Result<Vec<PlatformClient>> {
        todo!()
    }

    pub async fn platform_files(
        &self,
        workspace_id: String,
        connection_id: String,
        client_id: String,
        options: Value,
    ) -> Result<Vec<PlatformFile>> {
        todo!()
    }

    pub async fn send_file(
        &self,
        connection_id: String,
        client_key: String,
        file: FileToSend,
    ) -> Result<SentFile> {
        todo!()
    }
}
