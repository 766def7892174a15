//! The server as JavaScript holds it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use filed_core::pull::{FolderProvider, Provider, PullServer};
use filed_core::runtime::{self, Generation};
use filed_core::{Error, ErrorCode, Result};
use napi_derive::napi;
use serde::Deserialize;
use serde_json::json;

use super::host::Host;
use super::settings::Settings;
use crate::bridge::Shared;
use crate::client::arguments;

type Slot = Mutex<Option<PullServer>>;

/// A pull API: there once the call that starts it has been answered, until it is closed. One that
/// is forgotten, or whose environment goes away, ends at once.
#[napi]
pub struct NativePullServer {
    slot: Arc<Slot>,
    generation: Option<Arc<Generation>>,
    shared: Arc<Shared>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    /// The number of a provider, or
    provider: Option<i64>,
    /// whether it knows callers itself, or
    #[serde(default)]
    authenticates: bool,
    /// the path of a folder of clients.
    folder: Option<String>,
    settings: Settings,
}

#[napi]
impl NativePullServer {
    /// Answers once the server has ended without having been closed: with an error.
    #[napi(catch_unwind)]
    pub fn ended(&self, call: i64) {
        if let Some(generation) = &self.generation {
            self.shared.start(generation, call, std::future::pending());
        }
    }

    /// Takes no more requests and lets those that run finish; answers whether all did.
    #[napi(catch_unwind)]
    pub fn close(&self, call: i64, timeout_ms: f64) {
        let Some(generation) = &self.generation else {
            return;
        };
        let timeout = Duration::try_from_secs_f64(timeout_ms / 1000.0).unwrap_or(Duration::MAX);
        let server = lock(&self.slot).take();
        self.shared.start(generation, call, async move {
            Ok(match server {
                Some(server) => server.shutdown(timeout).await.to_string(),
                None => true.to_string(),
            })
        });
    }
}

impl NativePullServer {
    /// Starts one; the answer of the call has its URL.
    pub fn start(shared: &Arc<Shared>, call: i64, given: String) -> Self {
        let slot: Arc<Slot> = Arc::default();
        let generation = match runtime::current() {
            Ok(generation) => {
                let (slot, host) = (slot.clone(), shared.clone());
                shared.start(&generation, call, async move {
                    let server = serve(host, &given).await?;
                    let url = server.url().to_owned();
                    lock(&slot).replace(server);
                    Ok(json!({ "url": url }).to_string())
                });
                Some(generation)
            }
            Err(e) => {
                shared.deliver(call, Err(e));
                None
            }
        };
        Self {
            slot,
            generation,
            shared: shared.clone(),
        }
    }
}

async fn serve(shared: Arc<Shared>, given: &str) -> Result<PullServer> {
    let given: Arguments = arguments(given)?;
    let provider: Arc<dyn Provider> = match (given.provider, given.folder) {
        (Some(number), _) => Arc::new(Host::new(shared, number, given.authenticates)),
        (None, Some(folder)) => {
            let open = tokio::task::spawn_blocking(move || FolderProvider::open(folder));
            Arc::new(open.await.unwrap_or_else(|_| Err(defect()))?)
        }
        (None, None) => return Err(defect()),
    };
    PullServer::start(given.settings.config()?, provider).await
}

fn defect() -> Error {
    let text = "a defect in this library ended the call; please report it";
    Error::new(ErrorCode::Internal, text)
}

// An Option cannot be half-changed by a panic.
fn lock(slot: &Slot) -> MutexGuard<'_, Option<PullServer>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}
