//! A whole HTTP answer, before it is decided how it goes down the line.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Boxed, since an answer is also the error of many a check.
    pub(crate) headers: Box<HeaderMap>,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn new(status: u16, content_type: &'static str, body: Bytes) -> Self {
        let mut headers = Box::new(HeaderMap::new());
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self {
            status,
            headers,
            body,
        }
    }

    pub(crate) fn json(status: u16, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => Self::new(status, "application/json", body.into()),
            Err(error) => Self::text(500, &error.to_string()),
        }
    }

    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self::new(
            status,
            "text/plain; charset=utf-8",
            Bytes::copy_from_slice(body.as_bytes()),
        )
    }

    /// An upload host's refusal.
    pub(crate) fn refused(status: u16, error: &str) -> Self {
        Self::json(status, &json!({ "error": error }))
    }

    /// The gateway's refusal of a whole request.
    pub(crate) fn graphql_error(status: u16, code: &str, message: &str) -> Self {
        let error = json!({ "message": message, "extensions": { "code": code } });
        Self::json(status, &json!({ "data": null, "errors": [error] }))
    }

    pub(crate) fn body_json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The `data` of a GraphQL answer.
    pub(crate) fn data(&self) -> Option<Value> {
        self.body_json().map(|mut body| body["data"].take())
    }

    pub(crate) fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = *self.headers;
        response
    }
}
