//! The outermost layer: gives every request an id, writes problems out, and says what is left of
//! the rate.

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderName, HeaderValue};

use super::allowed::Tab;
use super::rest::Rest;
use crate::pull::auth::rates::Left;
use crate::pull::problem::{Code, Problem};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Around every request.
pub async fn around(mut request: Request, next: Next) -> Response {
    let id = request_id(&request);
    let tab = Tab::default();
    request.extensions_mut().insert(tab.clone());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let (parts, body) = request.into_parts();
    let rest = Rest::new(body);
    let request = Request::from_parts(parts, Body::new(rest.clone()));
    let mut response = written(next.run(request).await, &id);
    if response.status().as_u16() >= 400 {
        rest.drain().await;
    }
    tracing::debug!(
        %method,
        // The template, since a path may hold ids.
        route = route.as_ref().map_or("-", |route| route.as_str()),
        status = response.status().as_u16(),
        request_id = %id,
        "pull request"
    );
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::try_from(id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if let Some(left) = tab.left() {
        show(left, headers);
    }
    response
}

/// For a path that leads nowhere.
pub async fn nowhere() -> Problem {
    Problem::new(Code::NotFound)
}

/// For a path that leads somewhere with another method.
pub async fn no_method() -> Problem {
    Problem::new(Code::MethodNotAllowed)
}

/// The caller's id where it is harmless, or a new one.
fn request_id(request: &Request) -> String {
    let given = request.headers().get(REQUEST_ID);
    let sound = |text: &&str| {
        let harmless = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        (1..=64).contains(&text.len()) && text.bytes().all(harmless)
    };
    match given.and_then(|value| value.to_str().ok()).filter(sound) {
        Some(id) => id.to_owned(),
        None => uuid::Uuid::now_v7().to_string(),
    }
}

fn written(mut response: Response, id: &str) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else {
        return response;
    };
    let mut rendered = problem.render(id);
    for (name, value) in response.headers() {
        // `Allow`, mostly.
        if name != CONTENT_TYPE && name != CONTENT_LENGTH {
            rendered.headers_mut().insert(name, value.clone());
        }
    }
    rendered
}

fn show(left: Left, headers: &mut http::HeaderMap) {
    headers.insert("ratelimit-limit", left.limit.into());
    headers.insert("ratelimit-remaining", left.remaining.into());
    headers.insert("ratelimit-reset", left.reset.as_secs().into());
}
