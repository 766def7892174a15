//! Which path leads where.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::routing::{get, post};

use super::app::App;
use super::{download, layer, lists, notes, receive, token};

/// The whole API.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/api/v1/clients", get(lists::clients))
        .route(
            "/api/v1/clients/{clientId}/files",
            get(lists::files).post(receive::post),
        )
        .route("/api/v1/clients/{clientId}/notes", post(notes::post))
        .route("/api/v1/oauth/token", post(token::post))
        .route("/api/v1/files/{fileId}/download", get(download::get))
        .fallback(layer::nowhere)
        .method_not_allowed_fallback(layer::no_method)
        // Bodies have limits of their own, as each is read.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn(layer::around))
        .with_state(app)
}
