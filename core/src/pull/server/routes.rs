//! Which path leads where. The same definitions make the router and the OpenAPI document.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, map_response};
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::app::App;
use super::{documents, download, layer, lists, notes, receive, token, tus};

/// The endpoints, with what the document says of them.
pub fn endpoints() -> OpenApiRouter<Arc<App>> {
    let tus = OpenApiRouter::default()
        .routes(routes!(tus::options, tus::create))
        .routes(routes!(tus::get, tus::head, tus::patch, tus::delete))
        .layer(map_response(tus::versioned));
    OpenApiRouter::default()
        .routes(routes!(lists::clients))
        .routes(routes!(lists::files, receive::post))
        .routes(routes!(download::get, download::head))
        .routes(routes!(notes::post))
        .routes(routes!(token::post))
        .merge(tus)
}

/// The whole API.
pub fn router(app: Arc<App>) -> Router {
    let (router, _) = endpoints().split_for_parts();
    router
        .route("/openapi.json", get(documents::openapi))
        .route("/docs", get(documents::page))
        .fallback(layer::nowhere)
        .method_not_allowed_fallback(layer::no_method)
        // Bodies have limits of their own, as each is read.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn(layer::around))
        .with_state(app)
}
