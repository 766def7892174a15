//! The import of a job: how it starts, and what state everything is in at any moment of it.

use std::time::Duration;

use super::{Account, Artifact, Ending, Import, Job, Moment, Outcome, Refusal, Work, World};
use crate::settings::{InitiateAgain, Settings};

/// An artifact's URL that has to be fetched to know how its import ends.
pub(crate) struct Fetch {
    pub(crate) artifact_id: String,
    pub(crate) url: String,
}

impl World {
    /// Starts the import; the caller fetches the URLs that are not the sandbox's own.
    pub(crate) fn initiate(
        &mut self,
        account: Account,
        job_id: &str,
        settings: &Settings,
    ) -> Result<(Job, Vec<Fetch>), Refusal> {
        self.job(account, job_id)?;
        let Some((at, _, job)) = self.jobs.get_full_mut(job_id) else {
            return Err(Refusal::not_found("connection job", job_id));
        };
        job.initiate_calls += 1;
        let again = job.import.is_some();
        if again && settings.initiate_again == InitiateAgain::Reject {
            let message = format!("connection job {job_id} was initiated before");
            return Err(Refusal::new("ALREADY_INITIATED", message));
        }
        if job.forced.as_deref().unwrap_or(&job.initial_state) != "pending" {
            let message = format!("connection job {job_id} cannot be initiated in its state");
            return Err(Refusal::new("INVALID_JOB_STATE", message));
        }
        if job.works.is_empty() {
            return Err(Refusal::input(format!(
                "connection job {job_id} has no works"
            )));
        }
        job.initiated += 1;
        let fetches = if again {
            Vec::new()
        } else {
            self.plan_import(at, settings)
        };
        let job = self.jobs.get_index(at).map(|(_, job)| job.clone());
        job.map(|job| (job, fetches))
            .ok_or_else(|| Refusal::not_found("connection job", job_id))
    }

    fn plan_import(&mut self, at: usize, settings: &Settings) -> Vec<Fetch> {
        let import = Import {
            started: Moment::now(),
            takes: Duration::from_millis(settings.import_ms),
        };
        let Some((_, job)) = self.jobs.get_index_mut(at) else {
            return Vec::new();
        };
        job.import = Some(import);
        let job = job.clone();
        let positions: Vec<usize> = self
            .works_of(&job)
            .flat_map(|work| work.artifacts.iter().copied())
            .collect();
        let total = u32::try_from(positions.len()).unwrap_or(u32::MAX).max(1);
        let mut fetches = Vec::new();
        for (nth, position) in (1_u32..).zip(positions) {
            let due = import
                .started
                .after(import.takes.mul_f64(f64::from(nth) / f64::from(total)));
            fetches.extend(self.plan_artifact(position, due, settings));
        }
        fetches
    }

    fn plan_artifact(&mut self, at: usize, due: Moment, settings: &Settings) -> Option<Fetch> {
        let outcome = self.outcome(self.artifacts.get_index(at)?.1, settings);
        let (_, artifact) = self.artifacts.get_index_mut(at)?;
        let fetching = matches!(outcome, Outcome::Fetching);
        artifact.ending = Some(Ending { due, outcome });
        let url = artifact.url.clone().filter(|_| fetching)?;
        Some(Fetch {
            artifact_id: artifact.id.clone(),
            url,
        })
    }

    fn outcome(&self, artifact: &Artifact, settings: &Settings) -> Outcome {
        let id = &artifact.external_id;
        if settings.stuck_artifacts.contains(id) {
            return Outcome::Stuck;
        }
        if settings.terminated_artifacts.contains(id) {
            return Outcome::Terminated;
        }
        if settings.fail_artifacts.contains(id) {
            return Outcome::Failed("the file could not be processed".into());
        }
        let Some(url) = artifact.url.as_deref() else {
            return Outcome::Failed("the artifact has no URL".into());
        };
        match (self.upload_by_url(url), self.upload_id(url)) {
            (Some(upload), _) => Outcome::Uploaded {
                blake3: upload.blake3.clone(),
                size: upload.size,
            },
            (None, Some(_)) => Outcome::Failed("the URL leads to no uploaded file".into()),
            (None, None) => Outcome::Fetching,
        }
    }

    /// Says how the fetch of an artifact's URL ended.
    pub(crate) fn fetched(&mut self, artifact_id: &str, outcome: Outcome) {
        let ending = self
            .artifacts
            .get_mut(artifact_id)
            .and_then(|found| found.ending.as_mut());
        if let Some(ending) = ending {
            let now = Moment::now();
            ending.due = if ending.due.has_come() {
                now
            } else {
                ending.due
            };
            ending.outcome = outcome;
        }
    }

    pub(crate) fn job_state(&self, job: &Job) -> String {
        if let Some(forced) = &job.forced {
            return forced.clone();
        }
        let Some(import) = job.import else {
            return job.initial_state.clone();
        };
        let over = import.started.after(import.takes).has_come();
        let settled = || self.works_of(job).all(|work| self.settled(work));
        if over && settled() {
            "completed".into()
        } else {
            "processing".into()
        }
    }

    pub(crate) fn job_updated(&self, job: &Job) -> Moment {
        match job.import {
            Some(import) if self.job_state(job) == "completed" => {
                import.started.after(import.takes)
            }
            Some(import) => import.started,
            None => job.created,
        }
    }

    fn settled(&self, work: &Work) -> bool {
        self.artifacts_of(work)
            .all(|artifact| ended(artifact).is_some())
    }

    pub(crate) fn work_state(&self, work: &Work) -> &'static str {
        let Some(import) = self.jobs.get(&work.job_id).and_then(|job| job.import) else {
            return "pending";
        };
        let idle = work.artifacts.is_empty();
        if !self.settled(work) || (idle && !import.started.after(import.takes).has_come()) {
            return "processing";
        }
        let good = |artifact: &Artifact| matches!(ended(artifact), Some(Outcome::Uploaded { .. }));
        if idle || self.artifacts_of(work).any(good) {
            "completed"
        } else {
            "failed"
        }
    }

    pub(crate) fn work_updated(&self, work: &Work) -> Moment {
        let import = self.jobs.get(&work.job_id).and_then(|job| job.import);
        let started = import.map_or(work.created, |import| import.started);
        let latest = |last: Moment, next: Moment| if next.at > last.at { next } else { last };
        self.artifacts_of(work)
            .map(artifact_updated)
            .fold(started, latest)
    }
}

/// How an artifact's import ended, once it has.
pub(crate) fn ended(artifact: &Artifact) -> Option<&Outcome> {
    let ending = artifact
        .ending
        .as_ref()
        .filter(|ending| ending.due.has_come())?;
    match &ending.outcome {
        Outcome::Stuck | Outcome::Fetching => None,
        outcome => Some(outcome),
    }
}

pub(crate) fn artifact_updated(artifact: &Artifact) -> Moment {
    match (&artifact.ending, ended(artifact)) {
        (Some(ending), Some(_)) => ending.due,
        _ => artifact.created,
    }
}

impl Artifact {
    pub(crate) fn state(&self) -> &'static str {
        match ended(self) {
            None => "pending",
            Some(Outcome::Failed(_)) => "failed",
            Some(Outcome::Terminated) => "terminated",
            Some(_) => "uploaded",
        }
    }

    pub(crate) fn updated(&self) -> Moment {
        artifact_updated(self)
    }

    /// The caller's metadata, with the reason once the import has failed.
    pub(crate) fn shown_metadata(&self) -> Option<serde_json::Value> {
        let Some(Outcome::Failed(reason)) = ended(self) else {
            return self.metadata.clone();
        };
        let mut shown = match &self.metadata {
            Some(serde_json::Value::Object(given)) => given.clone(),
            _ => serde_json::Map::new(),
        };
        shown.insert("error".into(), reason.as_str().into());
        Some(shown.into())
    }

    /// Where the stored file is, once it is stored.
    pub(crate) fn uploaded_url(&self) -> Option<String> {
        matches!(ended(self), Some(Outcome::Uploaded { .. }))
            .then(|| self.url.clone())
            .flatten()
    }

    /// Hash and size of the stored file, once it is stored.
    pub(crate) fn content(&self) -> Option<(&str, u64)> {
        match ended(self) {
            Some(Outcome::Uploaded { blake3, size }) => Some((blake3, *size)),
            _ => None,
        }
    }
}
