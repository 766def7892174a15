//! Starting the platform, and what its handlers share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context as _;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, head, post};
use axum::{Json, Router};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::defect::Defect;
use crate::store::Store;
use crate::{access, customers, documents, links, notes, openapi, tus, upload};

/// The key the platform takes in `X-Ledger-Key`.
pub const KEY: &str = "ledger-key-8f41c2";
/// The id for its tokens.
pub const CLIENT_ID: &str = "filed";
/// The secret for its tokens.
pub const CLIENT_SECRET: &str = "ledger-secret-77aa01";

/// What every handler knows.
pub(crate) struct App {
    pub(crate) base: String,
    defect: Option<Defect>,
    store: Mutex<Store>,
}

impl App {
    /// Whether this defect is planted.
    pub(crate) fn has(&self, defect: Defect) -> bool {
        self.defect == Some(defect)
    }

    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running platform; it ends when this is dropped.
pub struct Platform {
    /// Root of its addresses.
    pub base_url: String,
    server: JoinHandle<()>,
}

impl Platform {
    /// Starts it on a free port of 127.0.0.1, sound or with one defect.
    ///
    /// # Errors
    /// When there is no port to listen on.
    pub async fn start(defect: Option<Defect>) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .context("no port to listen on")?;
        let base = format!("http://{}", listener.local_addr()?);
        let app = Arc::new(App {
            base: base.clone(),
            defect,
            store: Mutex::new(Store::seeded()),
        });
        let routes = routes(app);
        let server = tokio::spawn(async move {
            // It runs until it is aborted; accepting does not fail for good.
            let _ = axum::serve(listener, routes).await;
        });
        Ok(Self {
            base_url: base,
            server,
        })
    }

    /// Waits for ever, serving.
    pub async fn serve(mut self) {
        let _ = (&mut self.server).await;
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn routes(app: Arc<App>) -> Router {
    const LARGEST: usize = 8 << 20;
    let guarded = Router::new()
        .route("/v2/customers", get(customers::list))
        .route(
            "/v2/customers/{id}/documents",
            get(documents::list).post(upload::take),
        )
        .route("/v2/customers/{id}/notes", post(notes::add))
        .route("/v2/documents/{id}/content", get(documents::content))
        .route(
            "/v2/customers/{id}/uploads",
            post(tus::create).options(tus::options),
        )
        .route(
            "/v2/uploads/{id}",
            head(tus::offset).patch(tus::append).delete(tus::end),
        )
        .layer(middleware::from_fn_with_state(
            Arc::clone(&app),
            access::guard,
        ))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&app),
            access::dress,
        ))
        .layer(DefaultBodyLimit::max(LARGEST));
    let document = openapi::document(&app.base, app.has(Defect::NoRateLimits));
    Router::new()
        .route("/v2/shared/{id}", get(links::follow))
        .route("/oauth/token", post(access::token))
        .route("/v2/openapi.json", get(|| async { Json(document) }))
        .with_state(Arc::clone(&app))
        .merge(guarded.with_state(app))
}
