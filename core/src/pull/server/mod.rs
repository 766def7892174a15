//! [`PullServer`]: the API on the shared runtime, from its start to its end.
//!
//! `listener` takes connections, `layer` stands around every request, `allowed` says who calls,
//! and each endpoint has a file: `lists`, `download`, `notes`, `receive`,
//! `token`, `tus`.

mod allowed;
mod answers;
pub(super) mod app;
pub(super) mod body;
mod conditional;
mod disposition;
mod documents;
mod download;
mod flow;
pub(super) mod form;
mod input;
mod layer;
mod listener;
mod lists;
mod notes;
mod once;
mod paced;
pub(super) mod receive;
mod rest;
pub(super) mod routes;
mod token;
mod tus;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::auth::seal::Seal;
use super::config::invalid;
use super::store::Store;
use super::tus::deliver;
use super::{Provider, PullConfig};
use crate::Result;
use crate::runtime::{self, Generation};
use app::App;
use listener::Service;

/// The pull API, listening. Dropping it ends it at once; [`PullServer::shutdown`] lets transfers
/// finish.
pub struct PullServer {
    address: SocketAddr,
    url: String,
    closing: CancellationToken,
    app: Arc<App>,
    generation: Arc<Generation>,
    serving: Option<JoinHandle<Option<()>>>,
}

impl PullServer {
    /// Starts to listen. Works from any thread and any executor.
    ///
    /// # Errors
    /// `CONFIG_INVALID` when a setting cannot be used or the address is taken; `INTERNAL` when the
    /// runtime cannot start.
    pub async fn start(config: PullConfig, provider: Arc<dyn Provider>) -> Result<Self> {
        config.check()?;
        let generation = runtime::current()?;
        let tls = config.tls.as_ref().map(listener::acceptor).transpose()?;
        let address = config.listen;
        let listener = generation.run(async move { bind(address).await }).await?;
        let address = listener.local_addr().map_err(|_| taken())?;
        let url = match &config.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http{}://{address}", if tls.is_some() { "s" } else { "" }),
        };
        let folder = config.state_dir.clone();
        let opened =
            generation.run(async move { blocking(move || Store::open(folder.as_deref())).await });
        let (store, secret) = opened.await?;
        let seal = Seal::new(&secret)?;
        let app = Arc::new(App::new(&config, provider, seal, store, url.clone()));
        let closing = CancellationToken::new();
        let service = Service {
            app: routes::router(app.clone()),
            tls,
            stall: config.limits.stall,
            closing: closing.clone(),
        };
        let most = config.limits.connections;
        let rounds = deliver::rounds(app.clone(), closing.clone());
        generation.spawn(app.work.track_future(rounds))?;
        let serving = generation.spawn(listener::serve(listener, service, most))?;
        Ok(Self {
            address,
            url,
            closing,
            app,
            generation,
            serving: Some(serving),
        })
    }

    /// Where it listens, with the port that was taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL that every path of the API is appended to.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Takes no more requests, waits up to `timeout` for those that run, and ends. Returns whether
    /// all of them finished.
    pub async fn shutdown(mut self, timeout: Duration) -> bool {
        self.closing.cancel();
        self.app.work.close();
        let Some(serving) = self.serving.take() else {
            return true;
        };
        let (app, abort) = (self.app.clone(), serving.abort_handle());
        let ended = self.generation.run(async move {
            let all = async {
                // A server whose runtime was shut down has ended too.
                let _ended = serving.await;
                app.work.wait().await;
            };
            let in_time = tokio::time::timeout(timeout, all).await.is_ok();
            abort.abort();
            app.cut.cancel();
            Ok(in_time)
        });
        ended.await.unwrap_or(false)
    }
}

impl Drop for PullServer {
    fn drop(&mut self) {
        self.closing.cancel();
        self.app.cut.cancel();
        if let Some(serving) = &self.serving {
            serving.abort();
        }
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|_| taken())
}

fn taken() -> crate::Error {
    invalid("listen: the address cannot be listened on: it is taken, or not this machine's")
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(invalid("state_dir: the opening was cut short")))
}
