//! [`Client`]: the way in. It holds settings, tokens and connections; the operations live with
//! their nouns in [`crate::gateway`], [`crate::upload`] and [`crate::push`].

use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::config::{Config, Settings};
use crate::defect;
use crate::gateway::{
    Connections, Gateway, GraphqlAnswer, Jobs, Platform, User, Works, Workspaces,
};
use crate::push::{Push, PushOptions};
use crate::runtime::{self, Generation};
use crate::upload::{Uploader, Uploads};
use crate::{Error, ErrorCode, Result};

/// A connection to Filed for one account. Cheap to clone; every clone is the same client.
///
/// Methods may be called from any thread and awaited on any executor: the work itself runs on the
/// embedded runtime. Dropping a returned future cancels its work.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub settings: Arc<Settings>,
    pub gateway: Gateway,
    pub uploader: Uploader,
    pub generation: Arc<Generation>,
    pub closed: CancellationToken,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("gateway_url", &self.inner.settings.gateway_url.as_str())
            .field("role", &self.inner.settings.role)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Checks the settings and prepares the client. Sends nothing.
    ///
    /// # Errors
    /// `CONFIG_MISSING`, `CONFIG_INVALID`, `ROLE_MISMATCH` or `WIRE_PROFILE_INVALID` naming the
    /// setting and how to give it.
    pub fn new(config: Config) -> Result<Self> {
        defect::planted("client");
        let settings = Arc::new(config.check()?);
        let generation = runtime::current()?;
        let gateway = Gateway::new(settings.clone())?;
        let uploader = Uploader::new(settings.clone(), gateway.clone(), &generation)?;
        let closed = generation.stopping().child_token();
        Ok(Self {
            inner: Arc::new(Inner {
                settings,
                gateway,
                uploader,
                generation,
                closed,
            }),
        })
    }

    /// The user the API key belongs to.
    ///
    /// # Errors
    /// `AUTHENTICATION_FAILED` when the key is refused; network and gateway errors.
    pub async fn me(&self) -> Result<User> {
        self.run("me", |inner| async move { inner.gateway.me().await })
            .await
    }

    /// Operations on workspaces.
    pub fn workspaces(&self) -> Workspaces {
        Workspaces::new(self.clone())
    }

    /// Operations on provider connections.
    pub fn connections(&self) -> Connections {
        Connections::new(self.clone())
    }

    /// Operations on connection jobs.
    pub fn jobs(&self) -> Jobs {
        Jobs::new(self.clone())
    }

    /// Operations on works.
    pub fn works(&self) -> Works {
        Works::new(self.clone())
    }

    /// File uploads.
    pub fn uploads(&self) -> Uploads {
        Uploads::new(self.clone())
    }

    /// The platform's own clients and files, seen through a connection.
    pub fn platform(&self) -> Platform {
        Platform::new(self.clone())
    }

    /// Sends a GraphQL document of the caller's. A query is retried; a mutation is sent once.
    ///
    /// # Errors
    /// Network and authentication errors. Errors inside the answer are part of the result.
    pub async fn graphql(
        &self,
        document: impl Into<String>,
        variables: serde_json::Value,
    ) -> Result<GraphqlAnswer> {
        let document = document.into();
        self.run("graphql", |inner| async move {
            inner.gateway.raw(document, variables).await
        })
        .await
    }

    /// Opens a push: an open group of clients and files that is then committed.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`, `CONNECTION_NOT_ACTIVE`, `NOT_FOUND` or a journal error, before
    /// anything is created at Filed.
    pub async fn push(&self, options: PushOptions) -> Result<Push> {
        let client = self.clone();
        self.run("push", |_| async move { Push::open(client, options).await })
            .await
    }

    /// Goes on with the push a journal tells of.
    ///
    /// # Errors
    /// As [`Client::push`]; `JOURNAL_IO` when there is no file at `path`, `JOURNAL_CORRUPT` when it
    /// is no journal.
    pub async fn resume(&self, journal: impl AsRef<Path>) -> Result<Push> {
        let client = self.clone();
        let path = journal.as_ref().to_owned();
        self.run(
            "resume",
            |_| async move { Push::resume(client, path).await },
        )
        .await
    }

    /// Ends everything this client has running; later calls answer `CLOSED`. Journals of open
    /// pushes stay and can be resumed. Does not wait: requests of a push that change something and
    /// are under way get half a second to be answered, so that less is in doubt afterwards. A push
    /// that must be quiet before the program goes on is cancelled first, and its events read to
    /// their end.
    pub fn close(&self) {
        defect::planted("close");
        self.inner.closed.cancel();
    }

    /// The runtime generation this client belongs to; for language layers.
    pub fn generation(&self) -> &Arc<Generation> {
        &self.inner.generation
    }

    pub(crate) fn inner(&self) -> &Arc<Inner> {
        &self.inner
    }

    /// Runs one operation on the embedded runtime, ended by `close`, its errors named after it.
    pub(crate) async fn run<T, F>(
        &self,
        operation: &'static str,
        work: impl FnOnce(Arc<Inner>) -> F,
    ) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let inner = &self.inner;
        let result = match inner.generation.check() {
            Err(e) => Err(e),
            Ok(()) if inner.closed.is_cancelled() => Err(closed()),
            Ok(()) => {
                let work = work(inner.clone());
                // In a box, since it is moved a few times before it runs, and may be large.
                let work = Box::pin(async move {
                    defect::planted(operation);
                    work.await
                });
                let (token, generation) = (inner.closed.clone(), inner.generation.clone());
                let guarded = async move {
                    let ended = token.run_until_cancelled(work).await;
                    // The end of the runtime closes every client: its own error says more.
                    ended.unwrap_or_else(|| Err(generation.check().err().unwrap_or_else(closed)))
                };
                inner.generation.run(guarded).await
            }
        };
        result.map_err(|e| e.with_operation(operation))
    }
}

fn closed() -> Error {
    Error::new(ErrorCode::Closed, "this client was closed: make a new one")
}
