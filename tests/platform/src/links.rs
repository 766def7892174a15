//! Signed links to documents: they need no credentials and end after three seconds.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::{HeaderMap, Method, StatusCode};
use sha2::{Digest as _, Sha256};

use crate::defect::Defect;
use crate::documents;
use crate::problem::Problem;
use crate::query::Pairs;
use crate::server::App;

const LIFE_SECONDS: u64 = 3;
const SECRET: &str = "what the links are signed with";

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

fn signature(id: &str, end: &str) -> String {
    let digest = Sha256::digest(format!("{SECRET}\n{id}\n{end}"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A link that works from now on, for a short time.
pub(crate) fn make(base: &str, id: &str) -> String {
    let end = (now() + LIFE_SECONDS).to_string();
    // Both are in every link, so that the defect of not signing the end needs no other form.
    let (signed, unsigned) = (signature(id, &end), signature(id, ""));
    format!("{base}/v2/shared/{id}?expires={end}&signature={signed}{unsigned}")
}

/// `GET /v2/shared/{id}`
pub(crate) async fn follow(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(pairs): Query<Pairs>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    const REFUSED: Problem = Problem::new(
        StatusCode::FORBIDDEN,
        "link_refused",
        "The link is wrong or has ended.",
    );
    let (Some(end), Some(found)) = (pairs.get("expires"), pairs.get("signature")) else {
        return Err(REFUSED);
    };
    let signed = match app.has(Defect::LinkForgeable) {
        true => found.ends_with(&signature(&id, "")),
        false => *found == format!("{}{}", signature(&id, end), signature(&id, "")),
    };
    let alive = end.parse().is_ok_and(|end: u64| now() < end) || app.has(Defect::LinkForEver);
    if !signed || !alive {
        return Err(REFUSED);
    }
    let document = app
        .store()
        .document(&id)
        .cloned()
        .ok_or(Problem::not_found())?;
    Ok(documents::send(&app, &document, &method, &headers))
}
