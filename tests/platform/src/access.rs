//! Who may ask: the key, the tokens, and what every answer carries.

use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Query, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::json;

use crate::defect::Defect;
use crate::problem::Problem;
use crate::query::Pairs;
use crate::server::{App, CLIENT_ID, CLIENT_SECRET, KEY};

const TOKEN: &str = "ledger-token-";

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// Lets through who has a key or a token.
pub(crate) async fn guard(
    State(app): State<Arc<App>>,
    Query(pairs): Query<Pairs>,
    request: Request,
    next: Next,
) -> Response {
    if may_enter(&app, request.headers(), &pairs) {
        return next.run(request).await;
    }
    if app.has(Defect::WrongAuthStatus) {
        return Problem::not_found().into_response();
    }
    let detail = "A valid key or token is needed.";
    let mut refused =
        Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail).into_response();
    let challenge = HeaderValue::from_static("Bearer realm=\"ledger\"");
    refused.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    refused
}

fn may_enter(app: &App, headers: &HeaderMap, pairs: &Pairs) -> bool {
    let key = text(headers, "x-ledger-key");
    let bearer = text(headers, AUTHORIZATION.as_str());
    let token = bearer.and_then(|value| value.strip_prefix("Bearer ")?.strip_prefix(TOKEN));
    let anything = key.is_some() || bearer.is_some();
    key == Some(KEY)
        || token == Some(KEY)
        || (app.has(Defect::AnyKey) && anything)
        || (app.has(Defect::OpenToAll) && !anything)
        || (app.has(Defect::KeyInQuery) && pairs.values().any(|value| value == KEY))
}

/// Adds to every answer what every answer has, and spoils errors when that is the defect.
pub(crate) async fn dress(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if response.status() == StatusCode::NOT_FOUND {
        response = spoil(&app, response);
    }
    if !app.has(Defect::NoRateLimits) {
        let headers = response.headers_mut();
        headers.insert("ratelimit-limit", HeaderValue::from_static("1000"));
        headers.insert("ratelimit-remaining", HeaderValue::from_static("999"));
        headers.insert("ratelimit-reset", HeaderValue::from_static("60"));
    }
    response
}

fn spoil(app: &App, sound: Response) -> Response {
    let (status, kind, body) = if app.has(Defect::ErrorAsSuccess) {
        (
            StatusCode::OK,
            "application/json",
            r#"{"error":"not found"}"#,
        )
    } else if app.has(Defect::FailsOnUnknown) {
        (
            StatusCode::INTERNAL_SERVER_ERROR,
            "application/problem+json",
            "{\"status\":500,\"code\":\"failed\",\"title\":\"Failed\",\"type\":\"about:blank\",\"detail\":\"It failed.\"}",
        )
    } else if app.has(Defect::StackTrace) {
        (
            StatusCode::NOT_FOUND,
            "application/problem+json",
            "{\"status\":404,\"code\":\"not_found\",\"title\":\"Not Found\",\"type\":\"about:blank\",\"detail\":\"Traceback (most recent call last):\\n  File \\\"/srv/app/views.py\\\", line 12, in get\"}",
        )
    } else if app.has(Defect::HtmlErrors) {
        (
            StatusCode::NOT_FOUND,
            "text/html",
            "<html><body>Not found</body></html>",
        )
    } else {
        return sound;
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// `POST /oauth/token`, the client credentials grant.
pub(crate) async fn token(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = String::from_utf8_lossy(&body);
    let basic = format!(
        "Basic {}",
        STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"))
    );
    let in_form = form
        .split('&')
        .any(|pair| pair == format!("client_secret={CLIENT_SECRET}"));
    let known = text(&headers, AUTHORIZATION.as_str()) == Some(&basic) || in_form;
    let (status, mut answer) = if !form
        .split('&')
        .any(|pair| pair == "grant_type=client_credentials")
    {
        (
            StatusCode::BAD_REQUEST,
            json!({ "error": "unsupported_grant_type" }),
        )
    } else if known || app.has(Defect::AnySecret) {
        let token = format!("{TOKEN}{KEY}");
        (
            StatusCode::OK,
            json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600 }),
        )
    } else {
        (
            StatusCode::UNAUTHORIZED,
            json!({ "error": "invalid_client" }),
        )
    };
    if let (true, Some(answer)) = (app.has(Defect::EternalToken), answer.as_object_mut()) {
        answer.remove("expires_in");
    }
    let mut response = (status, Json(answer)).into_response();
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
