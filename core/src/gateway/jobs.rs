//! Operations on connection jobs: one per import.

use crate::Result;
use crate::client::Client;
use crate::gateway::{CreatedWork, ImportStatus, Job, JobWork, NewWork, Pager};

/// Operations on connection jobs: one per import. Made by [`Client::jobs`].
#[derive(Debug, Clone)]
pub struct Jobs {
    client: Client,
}

/// Which works to list; empty lists do not filter. Without a job, the works of all jobs of the
/// connection are listed.
#[derive(Debug, Clone, Default)]
pub struct WorkFilter {
    /// Job ids.
    pub job_ids: Vec<String>,
    /// Job work ids (what [`Jobs::add_works`] returned as `id`).
    pub ids: Vec<String>,
    /// Ids of the underlying works.
    pub work_ids: Vec<String>,
}

impl Jobs {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Creates a job on an active connection. When the answer is lost another job is created: an
    /// empty job that is never initiated does no harm.
    ///
    /// # Errors
    /// `NOT_FOUND`, `CONNECTION_NOT_ACTIVE`, `INVALID_ARGUMENT`, network errors.
    pub async fn create(
        &self,
        connection_id: impl Into<String>,
        name: impl Into<String>,
    ) -> Result<Job> {
        let (connection_id, name) = (connection_id.into(), name.into());
        self.client
            .run("jobs.create", |inner| async move {
                inner.gateway.create_job(connection_id, name).await
            })
            .await
    }

    /// Adds works to a job in one batch. The result's order is not promised to be the input's.
    /// Not repeated when the answer is lost; a push reconciles instead.
    ///
    /// # Errors
    /// `EXTERNAL_ID_EXISTS`, `JOB_CLOSED`, `INVALID_ARGUMENT`, `OUTCOME_UNKNOWN`, network errors.
    pub async fn add_works(
        &self,
        job_id: impl Into<String>,
        works: Vec<NewWork>,
    ) -> Result<Vec<CreatedWork>> {
        let job_id = job_id.into();
        self.client
            .run("jobs.add_works", |inner| async move {
                inner.gateway.create_works(job_id, works).await
            })
            .await
    }

    /// The works of a connection or of some of its jobs, each with its artifacts.
    pub fn works(
        &self,
        workspace_id: impl Into<String>,
        connection_id: impl Into<String>,
        filter: WorkFilter,
    ) -> Pager<JobWork> {
        let client = self.client.clone();
        let (workspace_id, connection_id) = (workspace_id.into(), connection_id.into());
        let limit = client.inner().settings.wire.page_size.0;
        Pager::new(
            limit,
            |work| &work.id,
            move |offset, limit| {
                let (client, filter) = (client.clone(), filter.clone());
                let (workspace_id, connection_id) = (workspace_id.clone(), connection_id.clone());
                async move {
                    client
                        .run("jobs.works", |inner| async move {
                            inner
                                .gateway
                                .list_works(&workspace_id, &connection_id, filter, offset, limit)
                                .await
                        })
                        .await
                }
            },
        )
    }

    /// Starts the import of everything attached to the job. Runs asynchronously at Filed; sent
    /// once, never repeated.
    ///
    /// # Errors
    /// `NOT_FOUND`, `REQUEST_REJECTED`, `OUTCOME_UNKNOWN` when the answer was lost, network errors.
    pub async fn initiate(&self, job_id: impl Into<String>) -> Result<ImportStatus> {
        let job_id = job_id.into();
        self.client
            .run("jobs.initiate", |inner| async move {
                inner.gateway.initiate(job_id).await
            })
            .await
    }
}
