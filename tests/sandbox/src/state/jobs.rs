//! Connection jobs with their works and artifacts: creating them, and in which state.

use std::collections::HashSet;

use serde_json::Value;

use super::batch::{self, Checked};
use super::tenants::is_http;
use super::{Account, Artifact, Job, Moment, Refusal, Work, World};
use crate::settings::{DuplicateScope, Settings};

/// Input of a work.
pub(crate) struct NewWork {
    pub(crate) name: String,
    pub(crate) external_id: String,
}

/// Input of an artifact.
pub(crate) struct NewArtifact {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) url: Option<String>,
    pub(crate) external_id: String,
    pub(crate) metadata: Option<Value>,
}

/// What a batch created, and the refusal of the rest when the batch is not atomic.
pub(crate) struct Created<T> {
    pub(crate) items: Vec<T>,
    pub(crate) refusal: Option<Refusal>,
}

impl World {
    pub(crate) fn create_job(
        &mut self,
        account: Account,
        connection_id: &str,
        name: &str,
        settings: &Settings,
    ) -> Result<Job, Refusal> {
        let workspace_id = self
            .active_connection(account, connection_id)?
            .workspace_id
            .clone();
        if name.trim().is_empty() {
            return Err(Refusal::input("jobName must not be empty"));
        }
        let job = Job {
            id: self.next_id("job"),
            connection_id: connection_id.to_owned(),
            workspace_id,
            name: name.to_owned(),
            initial_state: settings.initial_job_state.clone(),
            forced: None,
            created: Moment::now(),
            import: None,
            initiated: 0,
            initiate_calls: 0,
            works: Vec::new(),
        };
        self.jobs.insert(job.id.clone(), job.clone());
        Ok(job)
    }

    pub(super) fn job(&self, account: Account, id: &str) -> Result<&Job, Refusal> {
        self.jobs
            .get(id)
            .filter(|job| self.sees(account, &job.workspace_id))
            .ok_or_else(|| Refusal::not_found("connection job", id))
    }

    fn pending_job(&self, account: Account, id: &str) -> Result<&Job, Refusal> {
        let job = self.job(account, id)?;
        let state = self.job_state(job);
        if state == "pending" {
            return Ok(job);
        }
        let message = format!("connection job {id} is {state} and takes nothing more");
        Err(Refusal::new("INVALID_JOB_STATE", message))
    }

    pub(crate) fn create_works(
        &mut self,
        account: Account,
        job_id: &str,
        inputs: Vec<NewWork>,
        settings: &Settings,
    ) -> Result<Created<Work>, Refusal> {
        let job = self.pending_job(account, job_id)?;
        let place = (job.connection_id.clone(), job.workspace_id.clone());
        let mut here = HashSet::new();
        let Checked { good, refusal } = batch::check(inputs, settings, |at, input| {
            batch::entry_fault(at, &input.name, &input.external_id, settings, |id| {
                settings.duplicate_scope == DuplicateScope::Off
                    || (!self.work_taken(job, id, settings.duplicate_scope)
                        && here.insert(id.to_owned()))
            })
        })?;
        let mut items: Vec<_> = good
            .into_iter()
            .map(|input| self.add_work(job_id, &place, input, settings))
            .collect();
        batch::arrange(&mut items, settings.result_order);
        Ok(Created { items, refusal })
    }

    /// Whether another work has this external id where it must be unique.
    fn work_taken(&self, job: &Job, external_id: &str, scope: DuplicateScope) -> bool {
        let same = |work: &Work| match scope {
            DuplicateScope::Connection => work.connection_id == job.connection_id,
            DuplicateScope::Job => work.job_id == job.id,
            DuplicateScope::Off => false,
        };
        let named = self.works_named.get(external_id);
        named
            .into_iter()
            .flatten()
            .filter_map(|at| self.works.get_index(*at))
            .any(|(_, work)| same(work))
    }

    fn add_work(
        &mut self,
        job_id: &str,
        (connection_id, workspace_id): &(String, String),
        input: NewWork,
        settings: &Settings,
    ) -> Work {
        let work = Work {
            id: self.next_id("job_work"),
            work_id: self.next_id("work"),
            job_id: job_id.to_owned(),
            connection_id: connection_id.clone(),
            workspace_id: workspace_id.clone(),
            external_id: input.external_id,
            name: input.name,
            tag: settings.work_tag.clone(),
            created: Moment::now(),
            artifacts: Vec::new(),
        };
        let (at, _) = self.works.insert_full(work.id.clone(), work.clone());
        let named = self.works_named.entry(work.external_id.clone());
        named.or_default().push(at);
        if let Some(job) = self.jobs.get_mut(job_id) {
            job.works.push(at);
        }
        work
    }

    pub(crate) fn create_artifacts(
        &mut self,
        account: Account,
        job_work_id: &str,
        inputs: Vec<NewArtifact>,
        settings: &Settings,
    ) -> Result<Created<Artifact>, Refusal> {
        let work = self
            .works
            .get(job_work_id)
            .filter(|work| self.sees(account, &work.workspace_id))
            .cloned()
            .ok_or_else(|| Refusal::not_found("job work", job_work_id))?;
        self.pending_job(account, &work.job_id)?;
        let mut taken = self.taken_artifacts(&work, settings.duplicate_scope);
        let Checked { good, refusal } = batch::check(inputs, settings, |at, input| {
            artifact_fault(at, input).or_else(|| {
                batch::entry_fault(at, &input.name, &input.external_id, settings, |id| {
                    taken.as_mut().is_none_or(|ids| ids.insert(id.to_owned()))
                })
            })
        })?;
        let mut items: Vec<_> = good
            .into_iter()
            .map(|input| self.add_artifact(&work, input))
            .collect();
        batch::arrange(&mut items, settings.result_order);
        Ok(Created { items, refusal })
    }

    fn taken_artifacts(&self, work: &Work, scope: DuplicateScope) -> Option<HashSet<String>> {
        (scope != DuplicateScope::Off).then(|| {
            self.artifacts_of(work)
                .map(|artifact| artifact.external_id.clone())
                .collect()
        })
    }

    fn add_artifact(&mut self, work: &Work, input: NewArtifact) -> Artifact {
        let artifact = Artifact {
            id: self.next_id("job_artifact"),
            artifact_id: self.next_id("artifact"),
            job_work_id: work.id.clone(),
            work_id: work.work_id.clone(),
            job_id: work.job_id.clone(),
            connection_id: work.connection_id.clone(),
            workspace_id: work.workspace_id.clone(),
            external_id: input.external_id,
            name: input.name,
            kind: input.kind,
            url: input.url,
            metadata: input.metadata,
            created: Moment::now(),
            ending: None,
        };
        let (at, _) = self
            .artifacts
            .insert_full(artifact.id.clone(), artifact.clone());
        if let Some(work) = self.works.get_mut(&work.id) {
            work.artifacts.push(at);
        }
        artifact
    }

    pub(crate) fn works_of<'w>(&'w self, job: &'w Job) -> impl Iterator<Item = &'w Work> {
        job.works
            .iter()
            .filter_map(|at| self.works.get_index(*at))
            .map(|(_, work)| work)
    }

    pub(crate) fn artifacts_of<'w>(&'w self, work: &'w Work) -> impl Iterator<Item = &'w Artifact> {
        let found = work
            .artifacts
            .iter()
            .filter_map(|at| self.artifacts.get_index(*at));
        found.map(|(_, artifact)| artifact)
    }
}

fn artifact_fault(at: usize, input: &NewArtifact) -> Option<Refusal> {
    if input.kind.trim().is_empty() {
        return Some(Refusal::input(format!(
            "inputs[{at}].type must not be empty"
        )));
    }
    if input.url.as_deref().is_some_and(|url| !is_http(url)) {
        return Some(Refusal::input(format!(
            "inputs[{at}].url must be an http or https URL"
        )));
    }
    None
}
