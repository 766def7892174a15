//! `POST /v2/customers/{id}/notes`

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::defect::Defect;
use crate::problem::Problem;
use crate::server::App;

/// Characters of the longest note.
pub(crate) const LONGEST: usize = 2_000;

/// `POST /v2/customers/{id}/notes`
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let wanted: Value =
        serde_json::from_slice(&body).map_err(|_| Problem::input("The body is not JSON."))?;
    let text = wanted["body"]
        .as_str()
        .filter(|text| !text.trim().is_empty());
    let text = text.ok_or(Problem::input("A note needs a body."))?;
    if text.chars().count() > LONGEST && !app.has(Defect::NoteLimitIgnored) {
        return Err(Problem::input("A note has at most 2000 characters."));
    }
    let format = wanted["format"].as_str().unwrap_or("plain");
    if !matches!(format, "plain" | "markdown") {
        return Err(Problem::input("The format is plain or markdown."));
    }
    let mut store = app.store();
    store.customer(&id).ok_or(Problem::not_found())?;
    let key = headers
        .get("idempotency-key")
        .and_then(|key| key.to_str().ok());
    let key = key.filter(|_| !app.has(Defect::NoteTwice));
    if let Some(known) = key.and_then(|key| store.keys.get(key)) {
        return Ok((StatusCode::CREATED, Json(known.clone())).into_response());
    }
    let mut note = json!({
        "note_id": store.fresh("note"),
        "body": text,
        "format": format,
        "author": wanted["author"],
        "created_at": "2025-02-01T10:00:00Z",
    });
    store.notes.push(note.clone());
    if let Some(key) = key {
        store.keys.insert(key.to_owned(), note.clone());
    }
    if let (true, Some(fields)) = (app.has(Defect::NoteNotReturned), note.as_object_mut()) {
        fields.remove("body");
    }
    Ok((StatusCode::CREATED, Json(note)).into_response())
}
