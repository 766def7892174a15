//! Operations on works: one per client or tax preparation.

use crate::client::Client;
use crate::gateway::operations::list_job_works::{
    ListJobWorksMeWorkspacesConnectionsJobWorks as ListedWork,
    ListJobWorksMeWorkspacesConnectionsJobWorksJobWorkArtifacts as ListedArtifact,
};
use crate::gateway::operations::{
    CreateJobWorkArtifacts, ListJobWorks, create_job_work_artifacts, list_job_works,
};
use crate::gateway::{Artifact, Gateway, JobWork, NewArtifact, WorkFilter, filled, int, one};
use crate::{Result, check};

/// Operations on works: one per client or tax preparation. Made by [`Client::works`].
#[derive(Debug, Clone)]
pub struct Works {
    client: Client,
}

impl Works {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Attaches files to a work in one batch. `job_work_id` is the `id` of the job work, not its
    /// `work_id`. Not repeated when the answer is lost; a push reconciles instead.
    ///
    /// # Errors
    /// `NOT_FOUND`, `JOB_CLOSED`, `EXTERNAL_ID_EXISTS`, `INVALID_ARGUMENT`, `OUTCOME_UNKNOWN`,
    /// network errors.
    pub async fn add_artifacts(
        &self,
        job_work_id: impl Into<String>,
        artifacts: Vec<NewArtifact>,
    ) -> Result<Vec<Artifact>> {
        let job_work_id = job_work_id.into();
        self.client
            .run("works.add_artifacts", |inner| async move {
                inner.gateway.create_artifacts(job_work_id, artifacts).await
            })
            .await
    }
}

impl Gateway {
    pub async fn create_artifacts(
        &self,
        job_work_id: String,
        artifacts: Vec<NewArtifact>,
    ) -> Result<Vec<Artifact>> {
        check::id("job_work_id", &job_work_id)?;
        check::not_empty("artifacts", &artifacts)?;
        artifacts.iter().try_for_each(check_artifact)?;
        check::distinct(
            artifacts
                .iter()
                .map(|artifact| artifact.external_id.as_str()),
        )?;
        let inputs = artifacts.into_iter().map(|artifact| {
            create_job_work_artifacts::CreateJobWorkArtifactsInput {
                name: artifact.name,
                type_: artifact.kind,
                url: artifact.url,
                external_id: artifact.external_id,
                metadata: artifact.metadata,
            }
        });
        let variables = create_job_work_artifacts::Variables {
            job_work_id,
            inputs: inputs.collect(),
        };
        let answer = self.execute::<CreateJobWorkArtifacts>(variables).await?;
        let created = answer.create_job_work_artifacts.into_iter();
        Ok(created
            .map(|artifact| Artifact {
                id: artifact.id,
                artifact_id: artifact.artifact_id,
                work_artifact_id: artifact.work_artifact.id,
                external_id: artifact.work_artifact.external_id,
                name: None,
                kind: None,
                status: None,
                uploaded_url: None,
                metadata: None,
                created_at: Some(artifact.created_at),
                updated_at: Some(artifact.updated_at),
            })
            .collect())
    }

    pub async fn list_works(
        &self,
        workspace_id: &str,
        connection_id: &str,
        filter: WorkFilter,
        offset: u64,
        limit: u32,
    ) -> Result<Vec<JobWork>> {
        check::id("workspace_id", workspace_id)?;
        check::id("connection_id", connection_id)?;
        check::ids("job_ids", &filter.job_ids)?;
        check::ids("ids", &filter.ids)?;
        check::ids("work_ids", &filter.work_ids)?;
        let variables = list_job_works::Variables {
            workspace_id: workspace_id.to_owned(),
            connection_id: connection_id.to_owned(),
            filters: Some(list_job_works::JobWorkFilters {
                ids: filled(filter.ids),
                connection_job_ids: filled(filter.job_ids),
                work_ids: filled(filter.work_ids),
            }),
            sort_by: None,
            offset: int(offset),
            limit: int(limit),
        };
        let answer = self.execute::<ListJobWorks>(variables).await?;
        let workspaces = answer.me.map(|me| me.workspaces).unwrap_or_default();
        let workspace = one(workspaces, "workspace with this id")?;
        let connection = one(
            workspace.connections,
            "connection with this id in this workspace",
        )?;
        Ok(connection.job_works.into_iter().map(job_work).collect())
    }
}

fn check_artifact(artifact: &NewArtifact) -> Result<()> {
    check::external_id(&artifact.external_id)?;
    check_content(artifact).map_err(|e| e.with_external_id(&artifact.external_id))
}

fn check_content(artifact: &NewArtifact) -> Result<()> {
    check::name("name", &artifact.name)?;
    check::text("type", &artifact.kind, 255)?;
    match &artifact.url {
        Some(url) => check::https_url("url", url).map(|_| ()),
        None => Ok(()),
    }
}

fn job_work(listed: ListedWork) -> JobWork {
    JobWork {
        id: listed.id,
        work_id: listed.work_id,
        connection_job_id: listed.connection_job_id,
        workspace_id: listed.workspace_id,
        created_at: listed.created_at,
        updated_at: listed.updated_at,
        name: listed.work.name,
        external_id: listed.work.external_id,
        status: listed.work.status,
        tag: listed.work.tag,
        artifacts: listed
            .job_work_artifacts
            .into_iter()
            .map(artifact)
            .collect(),
    }
}

fn artifact(listed: ListedArtifact) -> Artifact {
    let inner = listed.work_artifact;
    Artifact {
        id: listed.id,
        artifact_id: listed.artifact_id,
        work_artifact_id: inner.id,
        external_id: inner.external_id,
        name: Some(inner.name),
        kind: Some(inner.type_),
        status: Some(inner.status),
        uploaded_url: inner.uploaded_url,
        metadata: inner.metadata,
        created_at: Some(inner.created_at),
        updated_at: Some(inner.updated_at),
    }
}
