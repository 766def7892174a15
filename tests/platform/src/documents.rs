//! A customer's documents: the list, paged by offset, and their content, with ranges.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE,
    ETAG, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::defect::Defect;
use crate::problem::Problem;
use crate::query::{Pairs, number};
use crate::server::App;
use crate::store::Document;

/// `GET /v2/customers/{id}/documents`
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(pairs): Query<Pairs>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let limit = number(&pairs, "limit", 50, 1..=100)?;
    let offset = number(&pairs, "offset", 0, 0..=1_000_000)?;
    let mut documents = app
        .store()
        .customer(&id)
        .ok_or(Problem::not_found())?
        .documents
        .clone();
    let total = documents.len();
    if app.has(Defect::PagingShifts) {
        documents.reverse();
    }
    let mut page: Vec<Value> = documents
        .iter()
        .skip(offset)
        .take(limit)
        .map(|document| document.show(&app.base))
        .collect();
    if app.has(Defect::WrongType) {
        for document in &mut page {
            document["bytes"] = document["bytes"].to_string().into();
        }
    }
    let total = total + usize::from(app.has(Defect::TotalLies));
    Ok(tagged(
        &app,
        &json!({ "documents": page, "total": total }),
        &headers,
    ))
}

/// `GET /v2/documents/{id}/content`
pub(crate) async fn content(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let document = app
        .store()
        .document(&id)
        .cloned()
        .ok_or(Problem::not_found())?;
    Ok(send(&app, &document, &method, &headers))
}

/// A JSON answer with its tag, or 304. Links change with time and are not part of the tag.
pub(crate) fn tagged(app: &App, answer: &Value, headers: &HeaderMap) -> Response {
    let mut lasting = answer.clone();
    for document in lasting["documents"].as_array_mut().into_iter().flatten() {
        document["link"] = Value::Null;
    }
    let tag = tag(lasting.to_string().as_bytes());
    if fresh(app, headers, &tag) {
        return not_modified(&tag);
    }
    let mut response = Response::new(Body::from(answer.to_string()));
    put(&mut response, CONTENT_TYPE.as_str(), "application/json");
    put(&mut response, ETAG.as_str(), &tag);
    response
}

fn tag(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let short = digest.iter().take(8).map(|byte| format!("{byte:02x}"));
    format!("\"{}\"", short.collect::<String>())
}

fn fresh(app: &App, headers: &HeaderMap, tag: &str) -> bool {
    let Some(known) = headers.get(IF_NONE_MATCH) else {
        return false;
    };
    !app.has(Defect::EtagNever304)
        && (app.has(Defect::EtagAlways304) || known == tag || known == "*")
}

fn not_modified(tag: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    put(&mut response, ETAG.as_str(), tag);
    response
}

fn put(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::try_from(value) {
        response.headers_mut().insert(name, value);
    }
}

/// Sends a document, or the part of it that was asked for.
pub(crate) fn send(
    app: &App,
    document: &Document,
    method: &Method,
    headers: &HeaderMap,
) -> Response {
    let tag = tag(&document.bytes);
    if fresh(app, headers, &tag) {
        return not_modified(&tag);
    }
    let all = match app.has(Defect::Truncated) {
        true => document.bytes.slice(..document.bytes.len() - 100),
        false => document.bytes.clone(),
    };
    let mut response = match part(app, headers, &tag, all.len()) {
        Part::Whole => body(app, all, method),
        Part::Beyond => return beyond(all.len()),
        Part::Range(from, to) => partial(app, &all, from, to),
    };
    let kind = if app.has(Defect::WrongMime) {
        "text/html"
    } else {
        &document.kind
    };
    put(&mut response, CONTENT_TYPE.as_str(), kind);
    put(
        &mut response,
        CONTENT_DISPOSITION.as_str(),
        &disposition(app, &document.title),
    );
    put(&mut response, ETAG.as_str(), &tag);
    put(&mut response, CACHE_CONTROL.as_str(), "private, no-cache");
    put(&mut response, ACCEPT_RANGES.as_str(), "bytes");
    response
}

fn disposition(app: &App, title: &str) -> String {
    if app.has(Defect::UnsafeName) {
        return "attachment; filename=\"../../etc/cron.d/x.pdf\"".into();
    }
    let name = utf8_percent_encode(title, NON_ALPHANUMERIC);
    format!("attachment; filename=\"document\"; filename*=UTF-8''{name}")
}

fn body(app: &App, bytes: Bytes, method: &Method) -> Response {
    let length = bytes.len();
    if app.has(Defect::NoContentLength) {
        return Response::new(Body::from_stream(stream::iter([Ok::<_, std::io::Error>(
            bytes,
        )])));
    }
    let mut response = Response::new(Body::from(bytes));
    if method == Method::HEAD && app.has(Defect::HeadDiffers) {
        response = Response::new(Body::empty());
        put(&mut response, CONTENT_LENGTH.as_str(), "7");
        return response;
    }
    put(&mut response, CONTENT_LENGTH.as_str(), &length.to_string());
    response
}

enum Part {
    Whole,
    Range(usize, usize),
    Beyond,
}

/// The one range asked for, first and last byte included.
fn part(app: &App, headers: &HeaderMap, tag: &str, length: usize) -> Part {
    let value = headers.get(RANGE).and_then(|value| value.to_str().ok());
    let stale = headers.get(IF_RANGE).is_some_and(|known| known != tag);
    let Some((from, to)) = value
        .and_then(|value| value.strip_prefix("bytes="))
        .and_then(|range| range.split_once('-'))
        .filter(|_| !stale && !app.has(Defect::RangeIgnored))
    else {
        return Part::Whole;
    };
    let last = length.saturating_sub(1);
    let (from, to) = match (from.parse::<usize>(), to.parse::<usize>()) {
        (Ok(from), Ok(to)) => (from, to.min(last)),
        (Ok(from), Err(_)) => (from, last),
        (Err(_), Ok(suffix)) => (length.saturating_sub(suffix), last),
        (Err(_), Err(_)) => return Part::Whole,
    };
    match from <= to && from < length {
        true => Part::Range(from, to),
        false => Part::Beyond,
    }
}

fn beyond(length: usize) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
    put(
        &mut response,
        CONTENT_RANGE.as_str(),
        &format!("bytes */{length}"),
    );
    response
}

fn partial(app: &App, all: &Bytes, from: usize, to: usize) -> Response {
    let mut bytes = all.slice(from..=to);
    if app.has(Defect::RangeShifted) && to + 1 < all.len() {
        bytes = all.slice(from + 1..=to + 1);
    }
    let length = bytes.len();
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    let range = format!("bytes {from}-{to}/{}", all.len());
    put(&mut response, CONTENT_RANGE.as_str(), &range);
    put(&mut response, CONTENT_LENGTH.as_str(), &length.to_string());
    response
}
