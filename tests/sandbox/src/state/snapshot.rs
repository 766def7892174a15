//! The whole state as JSON, for tests that prove what arrived. Not what GraphQL shows.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{Artifact, Connection, Job, Upload, Work, World, date};
use crate::settings::{Settings, word};

impl World {
    pub(crate) fn snapshot(&self, settings: &Settings) -> Map<String, Value> {
        let words = &settings.words;
        let attached: HashSet<&str> = self
            .artifacts
            .values()
            .filter_map(|artifact| artifact.url.as_deref())
            .collect();
        let mut all = Map::new();
        let mut put = |name: &str, items: Vec<Value>| all.insert(name.into(), items.into());
        put(
            "jobs",
            self.jobs
                .values()
                .map(|job| self.show_job(job, settings))
                .collect(),
        );
        put(
            "works",
            self.works
                .values()
                .map(|work| self.show_work(work, settings))
                .collect(),
        );
        put(
            "artifacts",
            self.artifacts
                .values()
                .map(|found| self.show_artifact(found, &word(&words.artifact, found.state())))
                .collect(),
        );
        let upload = |upload: &Upload| show_upload(upload, attached.contains(&*upload.file_url));
        put("uploads", self.uploads.values().map(upload).collect());
        put("workspaces", self.show_workspaces());
        put("users", self.show_users());
        let connection = |found: &Connection| show_connection(found, settings);
        put(
            "connections",
            self.connections.values().map(connection).collect(),
        );
        put(
            "sent_files",
            self.sent_files.iter().map(|sent| json!(sent)).collect(),
        );
        put("notes", self.notes.clone());
        put("pulls", self.pulls.clone());
        all
    }

    /// Numbers alone: how many there are of each kind, how many works and artifacts are there more
    /// than once in their job or work, and how many uploads no artifact points to.
    pub(crate) fn totals(&self) -> Map<String, Value> {
        let attached: HashSet<&str> = self
            .artifacts
            .values()
            .filter_map(|artifact| artifact.url.as_deref())
            .collect();
        let works: HashSet<_> = self
            .works
            .values()
            .map(|work| (&work.job_id, &work.external_id))
            .collect();
        let artifacts: HashSet<_> = self
            .artifacts
            .values()
            .map(|artifact| (&artifact.job_work_id, &artifact.external_id))
            .collect();
        let orphans = self
            .uploads
            .values()
            .filter(|upload| !attached.contains(&*upload.file_url));
        let initiated: u32 = self.jobs.values().map(|job| job.initiated).sum();
        let numbers = [
            ("jobs", self.jobs.len()),
            ("works", self.works.len()),
            ("works_twice", self.works.len() - works.len()),
            ("artifacts", self.artifacts.len()),
            ("artifacts_twice", self.artifacts.len() - artifacts.len()),
            ("uploads", self.uploads.len()),
            ("uploads_not_attached", orphans.count()),
        ];
        let mut all: Map<String, Value> = numbers
            .into_iter()
            .map(|(name, number)| (name.to_owned(), number.into()))
            .collect();
        all.insert("initiated".into(), initiated.into());
        all
    }

    fn show_job(&self, job: &Job, settings: &Settings) -> Value {
        json!({
            "id": job.id,
            "connection_id": job.connection_id,
            "workspace_id": job.workspace_id,
            "name": job.name,
            "status": word(&settings.words.job, &self.job_state(job)),
            "initiated": job.initiated,
            "initiate_calls": job.initiate_calls,
            "created_at": date(job.created),
        })
    }

    fn show_work(&self, work: &Work, settings: &Settings) -> Value {
        json!({
            "id": work.id,
            "work_id": work.work_id,
            "job_id": work.job_id,
            "connection_id": work.connection_id,
            "external_id": work.external_id,
            "name": work.name,
            "status": word(&settings.words.work, self.work_state(work)),
            "tag": work.tag,
        })
    }

    /// Hash and size come from the upload as soon as its URL is given, not only after the import.
    fn show_artifact(&self, artifact: &Artifact, status: &str) -> Value {
        let upload = artifact
            .url
            .as_deref()
            .and_then(|url| self.upload_by_url(url));
        let content = artifact
            .content()
            .or_else(|| upload.map(|upload| (upload.blake3.as_str(), upload.size)));
        json!({
            "id": artifact.id,
            "artifact_id": artifact.artifact_id,
            "job_work_id": artifact.job_work_id,
            "job_id": artifact.job_id,
            "external_id": artifact.external_id,
            "name": artifact.name,
            "type": artifact.kind,
            "url": artifact.url,
            "status": status,
            "metadata": artifact.shown_metadata(),
            "blake3": content.map(|(blake3, _)| blake3),
            "size": content.map(|(_, size)| size),
        })
    }

    fn show_workspaces(&self) -> Vec<Value> {
        let show = |workspace: &super::Workspace| {
            json!({
                "id": workspace.id,
                "slug": workspace.slug,
                "display_name": workspace.display_name,
                "status": workspace.status,
                "metadata": workspace.metadata,
                "firm_size": workspace.firm_size,
                "creator": workspace.creator,
            })
        };
        self.workspaces.values().map(show).collect()
    }

    fn show_users(&self) -> Vec<Value> {
        let show = |user: &super::User| {
            json!({
                "id": user.id,
                "email": user.email,
                "name": user.name,
                "workspace_ids": user.workspace_ids,
            })
        };
        self.users.values().map(show).collect()
    }
}

fn show_connection(connection: &Connection, settings: &Settings) -> Value {
    json!({
        "id": connection.id,
        "workspace_id": connection.workspace_id,
        "provider_key": connection.provider_key,
        "status": word(&settings.words.connection, &connection.state),
        "inputs": connection.inputs,
        "settings": connection.settings,
        "verification": connection.verification.as_ref().map(|outcome| match outcome {
            Ok(()) => "passed",
            Err(error) => error,
        }),
    })
}

fn show_upload(upload: &Upload, attached: bool) -> Value {
    let mut shown = json!(upload);
    shown["attached"] = attached.into();
    shown
}
