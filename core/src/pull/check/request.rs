//! A request of the check and what came back, as plain data.

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::Value;
use url::Url;

use super::caller::Caller;

/// A request.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Payload,
    pub(super) caller: Caller,
}

/// What a request carries.
#[derive(Clone)]
pub(super) enum Payload {
    Nothing,
    Whole(Bytes),
    /// These bytes of a longer body, and then the connection breaks.
    Broken(Bytes),
}

impl Request {
    pub(super) fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: Payload::Nothing,
            caller: Caller::Known,
        }
    }

    pub(super) fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    pub(super) fn by(mut self, caller: Caller) -> Self {
        self.caller = caller;
        self
    }

    /// Adds a header; values are our own, or came from the platform as headers.
    pub(super) fn with(mut self, name: &'static str, value: impl AsRef<str>) -> Self {
        if let Ok(value) = HeaderValue::try_from(value.as_ref()) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    pub(super) fn pair(mut self, name: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(name, value);
        self
    }

    pub(super) fn body(mut self, kind: &str, bytes: impl Into<Bytes>) -> Self {
        self.body = Payload::Whole(bytes.into());
        self.with("content-type", kind)
    }
}

impl Payload {
    pub(super) fn into_body(self) -> Option<reqwest::Body> {
        match self {
            Self::Nothing => None,
            Self::Whole(bytes) => Some(bytes.into()),
            Self::Broken(bytes) => {
                let breaks = stream::once(async {
                    // A pause lets what was handed over go out before the break.
                    tokio::task::yield_now().await;
                    Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
                });
                let body = stream::iter([Ok::<_, std::io::Error>(bytes)]).chain(breaks);
                Some(reqwest::Body::wrap_stream(body))
            }
        }
    }
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Whether the body came to its end.
    pub(super) whole: bool,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.header(name)?.trim().parse().ok()
    }

    /// The MIME type without parameters.
    pub(super) fn kind(&self) -> Option<String> {
        let kind = self.headers.get(CONTENT_TYPE)?.to_str().ok()?;
        Some(
            kind.split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase(),
        )
    }

    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    pub(super) fn succeeded(&self) -> bool {
        self.status.is_success()
    }
}
