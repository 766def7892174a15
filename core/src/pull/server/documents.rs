//! `GET /openapi.json` and `GET /docs`: what the API is, for everybody; no credentials in them.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};

use super::allowed::Anybody;
use super::app::App;
use crate::pull::problem::Problem;

/// The page is whole in itself: nothing is loaded and nothing runs.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The OpenAPI document.
pub async fn openapi(State(app): State<Arc<App>>, _: Anybody) -> Result<Response, Problem> {
    let headers = [(CONTENT_TYPE, "application/json")];
    Ok((headers, app.documents.openapi.clone()).into_response())
}

/// The page.
pub async fn page(State(app): State<Arc<App>>, _: Anybody) -> Result<Response, Problem> {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    Ok((headers, app.documents.html.clone()).into_response())
}
