//! Operations on works: one per client or tax preparation.

use crate::Result;
use crate::client::Client;
use crate::gateway::{Artifact, NewArtifact};

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
