//! Everything the simulated Filed remembers: accounts, workspaces, connections, jobs, works,
//! artifacts, uploads. No HTTP and no GraphQL in here; states that move with time are computed
//! from time stamps when they are read.

mod batch;
mod import;
mod jobs;
mod model;
mod platform;
mod seed;
mod snapshot;
mod tenants;
mod time;
mod tokens;

pub(crate) use import::Fetch;
pub(crate) use jobs::{NewArtifact, NewWork};
pub(crate) use model::*;
pub(crate) use platform::{PlatformClient, PlatformFile, clients};
pub(crate) use seed::{
    CONNECTION_ID, FAILED_CONNECTION_ID, PENDING_CONNECTION_ID, PROVIDER_KEY, WORKSPACE_ID,
    WORKSPACE_SLUG,
};
pub(crate) use time::{Moment, date};
pub(crate) use tokens::jwt;

use std::collections::HashMap;

use indexmap::IndexMap;

/// A request the simulated Filed refuses, with the code its error carries.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new("BAD_USER_INPUT", message)
    }

    /// A platform that did not answer as its documentation says.
    #[allow(clippy::needless_pass_by_value, reason = "it ends an error's way")]
    pub(crate) fn platform(error: anyhow::Error) -> Self {
        Self::new("PROVIDER_ERROR", format!("{error:#}"))
    }

    pub(crate) fn not_found(what: &str, id: &str) -> Self {
        Self::new("NOT_FOUND", format!("{what} {id} was not found"))
    }
}

/// The memory of one sandbox between two resets.
#[derive(Debug)]
pub(crate) struct World {
    ids: HashMap<&'static str, u64>,
    files_url: String,
    access_tokens: HashMap<String, tokens::AccessToken>,
    partner_tokens: HashMap<String, tokio::time::Instant>,
    pub(crate) workspaces: IndexMap<String, Workspace>,
    pub(crate) users: IndexMap<String, User>,
    pub(crate) connections: IndexMap<String, Connection>,
    pub(crate) jobs: IndexMap<String, Job>,
    pub(crate) works: IndexMap<String, Work>,
    /// External id → positions of works with it, so that a batch costs the same at any size.
    works_named: HashMap<String, Vec<usize>>,
    pub(crate) artifacts: IndexMap<String, Artifact>,
    pub(crate) uploads: IndexMap<String, Upload>,
    pub(crate) sent_files: Vec<SentFile>,
    /// Notes posted to platforms, as they came back.
    pub(crate) notes: Vec<serde_json::Value>,
    /// What pulling everything brought, each time.
    pub(crate) pulls: Vec<serde_json::Value>,
}

impl World {
    fn next_id(&mut self, prefix: &'static str) -> String {
        let next = self
            .ids
            .entry(prefix)
            .or_insert_with(|| seed::first_id(prefix));
        let id = format!("{prefix}_{next}");
        *next += 1;
        id
    }

    /// The upload a file URL of this sandbox points to.
    pub(crate) fn upload_by_url(&self, url: &str) -> Option<&Upload> {
        let id = self.upload_id(url)?;
        self.uploads.get(id).filter(|upload| upload.file_url == url)
    }

    /// The id in a URL below the sandbox's own files, whether or not that file exists.
    fn upload_id<'u>(&self, url: &'u str) -> Option<&'u str> {
        url.strip_prefix(&self.files_url)?
            .strip_prefix('/')?
            .split('/')
            .next()
    }
}
