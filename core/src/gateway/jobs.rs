//! Operations on connection jobs: one per import.

use serde_json::{Map, Value};

use crate::client::Client;
use crate::gateway::call::Call;
use crate::gateway::operations::{
    self, CreateConnectionJob, CreateJobWorks, create_connection_job, create_job_works,
};
use crate::gateway::{CreatedWork, Gateway, ImportStatus, Job, JobWork, NewWork, Pager};
use crate::{Effect, Error, ErrorCode, Result, check};

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

impl Gateway {
    pub async fn create_job(&self, connection_id: String, name: String) -> Result<Job> {
        check::id("connection_id", &connection_id)?;
        check::name("name", &name)?;
        let variables = create_connection_job::Variables {
            connection_id,
            job_name: name,
        };
        let answer = self.execute::<CreateConnectionJob>(variables).await?;
        let job = answer.create_connection_job;
        Ok(Job {
            id: job.id,
            connection_id: job.connection_id,
            workspace_id: job.workspace_id,
            name: job.name,
            status: job.status,
            created_at: job.created_at,
            updated_at: job.updated_at,
        })
    }

    pub async fn create_works(
        &self,
        job_id: String,
        works: Vec<NewWork>,
    ) -> Result<Vec<CreatedWork>> {
        check::id("job_id", &job_id)?;
        check::not_empty("works", &works)?;
        works.iter().try_for_each(check_work)?;
        check::distinct(works.iter().map(|work| work.external_id.as_str()))?;
        let inputs = works
            .into_iter()
            .map(|work| create_job_works::CreateJobWorksInput {
                name: work.name,
                external_id: work.external_id,
            });
        let variables = create_job_works::Variables {
            connection_job_id: job_id,
            inputs: inputs.collect(),
        };
        let created = self
            .execute::<CreateJobWorks>(variables)
            .await?
            .create_job_works;
        Ok(created
            .into_iter()
            .map(|work| CreatedWork {
                id: work.id,
                work_id: work.work_id,
                connection_job_id: work.connection_job_id,
                workspace_id: work.workspace_id,
                created_at: work.created_at,
                updated_at: work.updated_at,
            })
            .collect())
    }

    /// Sends the wire profile's mutation, once.
    pub async fn initiate(&self, job_id: String) -> Result<ImportStatus> {
        check::id("job_id", &job_id)?;
        let wire = &self.settings.wire.initiate;
        let variables = Map::from_iter([(wire.job_variable.clone(), Value::from(job_id))]);
        let call = Call::new(&wire.document, variables.into(), operations::INITIATE)?;
        let mut answer = self.send::<Map<String, Value>>(&call).await?.complete()?;
        match answer.remove(&wire.field) {
            Some(Value::Object(fields)) => Ok(import_status(fields)),
            // Not asked for any field, it can only say that it was accepted.
            Some(Value::Bool(true) | Value::String(_) | Value::Number(_)) => {
                Ok(import_status(Map::new()))
            }
            _ => Err(no_import_status(&wire.field)),
        }
    }
}

fn check_work(work: &NewWork) -> Result<()> {
    check::external_id(&work.external_id)?;
    check::name("name", &work.name).map_err(|e| e.with_external_id(&work.external_id))
}

fn import_status(mut fields: Map<String, Value>) -> ImportStatus {
    let mut word = |key: &str| match fields.remove(key) {
        Some(Value::String(text)) => Some(text),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    ImportStatus {
        id: word("id"),
        status: word("status"),
        metadata: fields.remove("metadata").filter(|value| !value.is_null()),
    }
}

fn no_import_status(field: &str) -> Error {
    Error::new(
        ErrorCode::ProtocolError,
        format!("the gateway's answer is not of the documented shape at data.{field}"),
    )
    .with_effect(Effect::Unknown)
}
