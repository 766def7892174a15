//! A platform of a dozen lines per route, written from the pull API's documentation: what the
//! sandbox calls in these tests.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, head, post};
use axum::{Json, Router};
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};

pub const KEY: &str = "platform-key";
const TOKEN: &str = "platform-token";

#[derive(Default)]
pub struct Store {
    /// Downloads that still break off half-way.
    pub breaks: usize,
    /// Tokens handed out.
    pub tokens: usize,
    /// Lets the token die after so many more requests.
    pub token_uses: Option<usize>,
    pub ranges: Vec<String>,
    pub notes: Vec<Value>,
    pub uploads: Vec<Upload>,
    pub queries: Vec<String>,
}

pub struct Upload {
    pub client: String,
    pub metadata: String,
    pub length: usize,
    pub bytes: Vec<u8>,
}

#[derive(Clone, Default)]
pub struct Platform {
    pub url: String,
    store: Arc<Mutex<Store>>,
}

impl Platform {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
            .await
            .unwrap();
        let platform = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            store: Arc::default(),
        };
        let guarded = Router::new()
            .route("/api/v1/clients", get(clients))
            .route("/api/v1/clients/{client}/files", get(files))
            .route("/api/v1/clients/{client}/notes", post(note))
            .route("/api/v1/files/{file}/download", get(download))
            .route("/api/v1/clients/{client}/files/tus", post(create))
            .route("/tus/{at}", head(offset).patch(append))
            .layer(middleware::from_fn_with_state(platform.clone(), guard));
        let routes = guarded
            .route("/api/v1/oauth/token", post(token))
            .with_state(platform.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        platform
    }

    pub fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap()
    }
}

/// Seven clients, the n-th with n files.
pub const CLIENTS: usize = 7;

pub fn content(client: usize, file: usize) -> Vec<u8> {
    (0..200_000 + client * 10 + file)
        .map(|at| (at * 31 + client + file) as u8)
        .collect()
}

async fn guard(State(platform): State<Platform>, request: Request, next: Next) -> Response {
    match may_enter(&platform, request.headers()) {
        true => next.run(request).await,
        false => {
            let problem = Json(json!({ "code": "CREDENTIALS_INVALID" }));
            (StatusCode::UNAUTHORIZED, problem).into_response()
        }
    }
}

fn may_enter(platform: &Platform, headers: &HeaderMap) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if header("authorization") != Some(&format!("Bearer {TOKEN}")) {
        return header("x-api-key") == Some(KEY);
    }
    let mut store = platform.store();
    let alive = store.token_uses != Some(0);
    store.token_uses = store.token_uses.map(|uses| uses.saturating_sub(1));
    alive
}

async fn token(State(platform): State<Platform>, body: String) -> Response {
    if !body.contains("client_id=filed&client_secret=s3cret") {
        return (
            StatusCode::UNAUTHORIZED,
            Json(json!({ "error": "invalid_client" })),
        )
            .into_response();
    }
    let mut store = platform.store();
    store.tokens += 1;
    store.token_uses = store.token_uses.map(|_| 1000);
    Json(json!({ "access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600 }))
        .into_response()
}

fn page(all: Vec<Value>, query: &HashMap<String, String>) -> Json<Value> {
    let number = |name: &str| query.get(name).and_then(|text| text.parse::<usize>().ok());
    let from = number("cursor").or(number("offset")).unwrap_or(0);
    // Smaller pages than anybody asks for: more than one request is needed for everything.
    let limit = number("limit").unwrap_or(3).min(3);
    let data: Vec<Value> = all.iter().skip(from).take(limit).cloned().collect();
    let end = from + data.len();
    let next = (end < all.len()).then(|| end.to_string());
    Json(
        json!({ "data": data, "pagination": { "limit": limit, "nextCursor": next, "hasMore": next.is_some() } }),
    )
}

async fn clients(
    State(platform): State<Platform>,
    Query(query): Query<HashMap<String, String>>,
    request: Request,
) -> Json<Value> {
    platform
        .store()
        .queries
        .push(request.uri().query().unwrap_or_default().to_owned());
    let all = (0..CLIENTS).map(|at| json!({ "id": format!("c{at}"), "name": format!("Client {at}"), "type": "individual" }));
    let wanted = |client: &Value| query.get("id").is_none_or(|id| client["id"] == **id);
    page(all.filter(wanted).collect(), &query)
}

async fn files(
    State(platform): State<Platform>,
    Path(client): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let Some(at) = known(&client) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let all = (0..at).map(|file| {
        json!({
            "id": format!("f{at}-{file}"),
            "name": format!("file {file}.bin"),
            "size": content(at, file).len(),
            "mimeType": "application/octet-stream",
            "downloadUrl": format!("{}/api/v1/files/f{at}-{file}/download", platform.url),
        })
    });
    page(all.collect(), &query).into_response()
}

fn known(client: &str) -> Option<usize> {
    client
        .strip_prefix('c')?
        .parse()
        .ok()
        .filter(|at| *at < CLIENTS)
}

async fn download(
    State(platform): State<Platform>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Response {
    let (client, number) = file[1..].split_once('-').unwrap();
    let all = Bytes::from(content(client.parse().unwrap(), number.parse().unwrap()));
    let mut store = platform.store();
    let range = headers
        .get(header::RANGE)
        .map(|range| range.to_str().unwrap().to_owned());
    let from = match &range {
        None => 0,
        Some(range) => range
            .strip_prefix("bytes=")
            .unwrap()
            .trim_end_matches('-')
            .parse()
            .unwrap(),
    };
    let status = if range.is_some() {
        StatusCode::PARTIAL_CONTENT
    } else {
        StatusCode::OK
    };
    store.ranges.extend(range);
    let rest = all.slice(from..);
    let mut sent = rest.clone();
    if store.breaks > 0 {
        store.breaks -= 1;
        sent.truncate(rest.len() / 2);
    }
    let breaks = (sent.len() < rest.len()).then_some(async {
        // A pause lets what was handed over go out before the break.
        tokio::task::yield_now().await;
        Err(io::Error::other("a planned break"))
    });
    let pieces = stream::iter([Ok(sent)]).chain(stream::iter(breaks).then(|breaks| breaks));
    let head = [
        (header::CONTENT_LENGTH, rest.len().to_string()),
        (
            header::CONTENT_RANGE,
            format!("bytes {from}-{}/{}", all.len() - 1, all.len()),
        ),
        (header::ETAG, format!("\"{file}\"")),
    ];
    (status, head, Body::from_stream(pieces)).into_response()
}

async fn note(
    State(platform): State<Platform>,
    Path(client): Path<String>,
    Json(note): Json<Value>,
) -> Response {
    if known(&client).is_none() {
        return (
            StatusCode::NOT_FOUND,
            Json(json!({ "code": "CLIENT_NOT_FOUND" })),
        )
            .into_response();
    }
    let mut created = note.clone();
    created["id"] = "note-1".into();
    created["clientId"] = client.into();
    platform.store().notes.push(created.clone());
    (StatusCode::CREATED, Json(created)).into_response()
}

const RESUMABLE: (&str, &str) = ("tus-resumable", "1.0.0");

async fn create(
    State(platform): State<Platform>,
    Path(client): Path<String>,
    headers: HeaderMap,
) -> Response {
    if known(&client).is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let text = |name: &str| headers[name].to_str().unwrap().to_owned();
    let upload = Upload {
        client,
        metadata: text("upload-metadata"),
        length: text("upload-length").parse().unwrap(),
        bytes: Vec::new(),
    };
    let mut store = platform.store();
    store.uploads.push(upload);
    let place = format!("/tus/{}", store.uploads.len() - 1);
    (StatusCode::CREATED, [RESUMABLE, ("location", &place)]).into_response()
}

async fn offset(State(platform): State<Platform>, Path(at): Path<usize>) -> Response {
    let reached = platform.store().uploads[at].bytes.len().to_string();
    (StatusCode::OK, [RESUMABLE, ("upload-offset", &reached)]).into_response()
}

async fn append(
    State(platform): State<Platform>,
    Path(at): Path<usize>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let reached = platform.store().uploads[at].bytes.len().to_string();
    if headers["upload-offset"] != reached {
        return (StatusCode::CONFLICT, [RESUMABLE]).into_response();
    }
    let mut pieces = body.into_data_stream();
    while let Some(Ok(piece)) = pieces.next().await {
        platform.store().uploads[at].bytes.extend_from_slice(&piece);
    }
    let reached = platform.store().uploads[at].bytes.len().to_string();
    (
        StatusCode::NO_CONTENT,
        [RESUMABLE, ("upload-offset", &reached)],
    )
        .into_response()
}
