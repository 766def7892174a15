//! `POST /v2/customers/{id}/documents`: multipart, or the bytes alone with a name in the query.

use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Multipart, Path, Query, Request, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::defect::Defect;
use crate::problem::Problem;
use crate::query::Pairs;
use crate::server::App;

/// `POST /v2/customers/{id}/documents`
pub(crate) async fn take(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(pairs): Query<Pairs>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    app.store().customer(&id).ok_or(Problem::not_found())?;
    let kind = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or("application/octet-stream").to_owned();
    let (title, kind, bytes) = if kind.starts_with("multipart/form-data") {
        part(request).await?
    } else {
        let title = pairs
            .get("title")
            .cloned()
            .ok_or(Problem::input("The title is missing."))?;
        let read = Bytes::from_request(request, &()).await;
        let bytes = read.map_err(|_| Problem::input("The body cannot be read."))?;
        (title, kind, bytes)
    };
    Ok((
        StatusCode::CREATED,
        Json(keep(&app, &id, title, kind, bytes)),
    )
        .into_response())
}

async fn part(request: Request<Body>) -> Result<(String, String, Bytes), Problem> {
    const UNREADABLE: Problem = Problem::input("The form cannot be read.");
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| UNREADABLE)?;
    while let Some(field) = form.next_field().await.map_err(|_| UNREADABLE)? {
        if field.name() == Some("document") {
            let title = field.file_name().unwrap_or("document").to_owned();
            let kind = field
                .content_type()
                .unwrap_or("application/octet-stream")
                .to_owned();
            return Ok((title, kind, field.bytes().await.map_err(|_| UNREADABLE)?));
        }
    }
    Err(Problem::input("The part `document` is missing."))
}

/// Keeps what has come, and says what it became.
pub(crate) fn keep(app: &App, customer: &str, title: String, kind: String, bytes: Bytes) -> Value {
    let bytes = match app.has(Defect::UploadAltered) {
        true => bytes.slice(..bytes.len().saturating_sub(1)),
        false => bytes,
    };
    let whom = if app.has(Defect::UploadLost) {
        "nobody"
    } else {
        customer
    };
    let document = app.store().add(whom, title, kind, bytes);
    let mut answer = json!({
        "document_id": document.id,
        "title": document.title,
        "bytes": document.bytes.len(),
        "status": "stored",
    });
    if let (true, Some(fields)) = (app.has(Defect::UploadWithoutId), answer.as_object_mut()) {
        fields.remove("document_id");
    }
    answer
}
