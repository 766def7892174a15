//! The gateway's operations, typed, one file per noun. The operations' text is in
//! `core/graphql/`; how requests travel is in `http`, tokens are in `auth`.

pub(crate) mod call;
mod connections;
#[cfg(any(test, feature = "fuzz"))]
pub(crate) mod fuzz;
mod jobs;
pub(crate) mod operations;
mod pager;
mod platform;
pub(crate) mod protocol;
mod raw;
pub(crate) mod redact;
mod refusal;
mod types;
mod works;
mod workspaces;

use std::sync::Arc;

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

use crate::auth::Auth;
use crate::config::Settings;
use crate::http::Http;
use crate::{Error, ErrorCode, Result};

/// Sends typed operations with a valid token. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Gateway {
    settings: Arc<Settings>,
    http: Http,
    auth: Auth,
}

impl Gateway {
    /// # Errors
    /// `CONFIG_INVALID` naming the setting that cannot be used.
    pub fn new(settings: Arc<Settings>) -> Result<Self> {
        let http = Http::new(settings.clone())?;
        let auth = Auth::new(settings.clone(), http.clone());
        Ok(Self {
            settings,
            http,
            auth,
        })
    }

    /// The HTTP client, shared with the uploads.
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// The tokens, shared with the uploads.
    pub fn auth(&self) -> &Auth {
        &self.auth
    }

    /// The user the API key belongs to.
    pub async fn me(&self) -> Result<User> {
        let answer = self
            .execute::<operations::Me>(operations::me::Variables)
            .await?;
        let user = answer
            .me
            .ok_or_else(|| missing("user behind this API key"))?;
        Ok(User {
            id: user.id,
            email: user.email,
            name: user.name,
            role: user.role,
        })
    }
}

fn missing(what: &str) -> Error {
    Error::new(
        ErrorCode::NotFound,
        format!("Filed has no {what}, or this account may not see it"),
    )
}

/// `None` for an empty list: an empty filter could be read as one that nothing passes.
fn filled(list: Vec<String>) -> Option<Vec<String>> {
    (!list.is_empty()).then_some(list)
}

/// A page's limits as the schema's `Int`s.
fn int(number: impl TryInto<i64>) -> Option<i64> {
    number.try_into().ok()
}

/// The one entry of a list that was asked for by id.
fn one<T>(list: Vec<T>, what: &str) -> Result<T> {
    list.into_iter().next().ok_or_else(|| missing(what))
}
