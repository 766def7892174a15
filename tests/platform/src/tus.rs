//! tus 1.0.0 with creation and termination: `POST /v2/customers/{id}/uploads`, then
//! `/v2/uploads/{id}`.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt as _;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::defect::Defect;
use crate::problem::Problem;
use crate::server::App;
use crate::store::Partial;
use crate::upload;

const VERSION: &str = "1.0.0";
const LARGEST: usize = 8 << 20;

fn answer(app: &App, status: StatusCode, headers: &[(&'static str, String)]) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let version = (!app.has(Defect::TusUnversioned)).then(|| ("tus-resumable", VERSION.to_owned()));
    for (name, value) in headers.iter().cloned().chain(version) {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn refused(app: &App, problem: Problem) -> Response {
    let mut response = problem.into_response();
    if !app.has(Defect::TusUnversioned) {
        response
            .headers_mut()
            .insert("tus-resumable", HeaderValue::from_static(VERSION));
    }
    response
}

/// What a version that is not ours meets.
fn version(app: &App, headers: &HeaderMap) -> Option<Response> {
    let ours = headers
        .get("tus-resumable")
        .is_some_and(|version| version == VERSION);
    let name = [("tus-version", VERSION.into())];
    (!ours).then(|| answer(app, StatusCode::PRECONDITION_FAILED, &name))
}

fn number(headers: &HeaderMap, name: &str) -> Option<usize> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

/// `OPTIONS /v2/customers/{id}/uploads`
pub(crate) async fn options(State(app): State<Arc<App>>) -> Response {
    let headers = [
        ("tus-version", VERSION.to_owned()),
        ("tus-extension", "creation,termination".to_owned()),
        ("tus-max-size", LARGEST.to_string()),
    ];
    answer(&app, StatusCode::NO_CONTENT, &headers)
}

/// `POST /v2/customers/{id}/uploads`
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    Path(customer): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    if let Some(refusal) = version(&app, &headers) {
        return Err(refusal);
    }
    let Some(length) = number(&headers, "upload-length") else {
        return Err(refused(&app, Problem::input("Upload-Length is missing.")));
    };
    if length > LARGEST {
        let large = Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "At most 8 MiB.");
        return Err(refused(&app, large));
    }
    let mut store = app.store();
    if store.customer(&customer).is_none() {
        return Err(refused(&app, Problem::not_found()));
    }
    let id = store.fresh("upload");
    let partial = Partial {
        customer,
        title: metadata(&headers, "filename").unwrap_or_else(|| "document".into()),
        kind: metadata(&headers, "filetype").unwrap_or_else(|| "application/octet-stream".into()),
        length,
        bytes: Vec::new(),
    };
    store.partials.insert(id.clone(), partial);
    let location = format!("{}/v2/uploads/{id}", app.base);
    Ok(answer(
        &app,
        StatusCode::CREATED,
        &[(LOCATION.as_str(), location)],
    ))
}

/// One value of `Upload-Metadata`.
fn metadata(headers: &HeaderMap, wanted: &str) -> Option<String> {
    let pairs = headers.get("upload-metadata")?.to_str().ok()?;
    let found = pairs.split(',').find_map(|pair| {
        let (name, value) = pair.trim().split_once(' ')?;
        (name == wanted).then_some(value)
    })?;
    String::from_utf8(STANDARD.decode(found).ok()?).ok()
}

/// `HEAD /v2/uploads/{id}`
pub(crate) async fn offset(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    if let Some(refusal) = version(&app, &headers) {
        return Err(refusal);
    }
    let store = app.store();
    let Some(partial) = store.partials.get(&id) else {
        return Err(answer(&app, StatusCode::NOT_FOUND, &[]));
    };
    let offset = partial.bytes.len() + usize::from(app.has(Defect::TusWrongOffset));
    let headers = [
        ("upload-offset", offset.to_string()),
        ("upload-length", partial.length.to_string()),
        (CACHE_CONTROL.as_str(), "no-store".to_owned()),
    ];
    Ok(answer(&app, StatusCode::OK, &headers))
}

/// `PATCH /v2/uploads/{id}`
pub(crate) async fn append(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    if let Some(refusal) = version(&app, &headers) {
        return Err(refusal);
    }
    if headers
        .get(CONTENT_TYPE)
        .is_none_or(|kind| kind != "application/offset+octet-stream")
    {
        let kind = Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "media_type",
            "Not a tus body.",
        );
        return Err(refused(&app, kind));
    }
    let Some(offset) = number(&headers, "upload-offset") else {
        return Err(refused(&app, Problem::input("Upload-Offset is missing.")));
    };
    place(&app, &id, offset).map_err(|problem| refused(&app, problem))?;
    let mut pieces = body.into_data_stream();
    // What has come before a break is kept: that is what tus is for.
    while let Some(Ok(piece)) = pieces.next().await {
        grow(&app, &id, &piece).map_err(|problem| refused(&app, problem))?;
    }
    let reached = finish(&app, &id).ok_or_else(|| refused(&app, Problem::not_found()))?;
    Ok(answer(
        &app,
        StatusCode::NO_CONTENT,
        &[("upload-offset", reached.to_string())],
    ))
}

/// Whether the next bytes belong where the caller says.
fn place(app: &App, id: &str, offset: usize) -> Result<(), Problem> {
    let store = app.store();
    let partial = store.partials.get(id).ok_or(Problem::not_found())?;
    match partial.bytes.len() == offset || app.has(Defect::TusTakesAnyOffset) {
        true => Ok(()),
        false => Err(Problem::new(
            StatusCode::CONFLICT,
            "offset",
            "The offset is another.",
        )),
    }
}

fn grow(app: &App, id: &str, piece: &Bytes) -> Result<(), Problem> {
    let mut store = app.store();
    let partial = store.partials.get_mut(id).ok_or(Problem::not_found())?;
    if partial.bytes.len() + piece.len() > partial.length {
        return Err(Problem::input("More bytes than Upload-Length."));
    }
    partial.bytes.extend_from_slice(piece);
    Ok(())
}

/// Keeps the document when it is whole; says how far the upload is.
fn finish(app: &App, id: &str) -> Option<usize> {
    let mut store = app.store();
    let partial = store.partials.get_mut(id)?;
    let reached = partial.bytes.len();
    if reached == partial.length && !partial.customer.is_empty() {
        let customer = std::mem::take(&mut partial.customer);
        let (title, kind) = (partial.title.clone(), partial.kind.clone());
        let bytes = Bytes::from(partial.bytes.clone());
        drop(store);
        upload::keep(app, &customer, title, kind, bytes);
    }
    Some(reached)
}

/// `DELETE /v2/uploads/{id}`
pub(crate) async fn end(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    if let Some(refusal) = version(&app, &headers) {
        return Err(refusal);
    }
    match app.store().partials.remove(&id) {
        Some(_) => Ok(answer(&app, StatusCode::NO_CONTENT, &[])),
        None => Err(answer(&app, StatusCode::NOT_FOUND, &[])),
    }
}
