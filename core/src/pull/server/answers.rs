//! How answers look: the envelope of a page, JSON with its `ETag`.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, LINK};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::app::App;
use super::conditional;
use crate::pull::page::{self, Cursor};
use crate::pull::problem::Problem;
use crate::pull::{Caller, PullFile};

/// Where a page stands in its list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pagination {
    /// How many entries were asked for.
    #[schema(minimum = 1, maximum = 200, example = 50)]
    limit: usize,
    /// `cursor` of the next page; null on the last one.
    #[schema(required)]
    next_cursor: Option<String>,
    /// Whether there is a next page.
    has_more: bool,
    /// Entries on all pages together; left out when unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, example = 1)]
    total: Option<u64>,
}

impl Pagination {
    pub fn new(
        app: &App,
        context: &str,
        limit: usize,
        next: Option<Cursor>,
        total: Option<u64>,
    ) -> Result<Self, Problem> {
        let next_cursor = next
            .map(|cursor| page::seal(&app.seal, context, &cursor))
            .transpose()?;
        Ok(Self {
            limit,
            has_more: next_cursor.is_some(),
            next_cursor,
            total,
        })
    }

    /// The URL of the next page.
    pub fn next<P: Serialize>(
        &self,
        app: &App,
        path: &str,
        params: impl FnOnce(Option<String>) -> P,
    ) -> Option<String> {
        let cursor = self.next_cursor.clone()?;
        let query = serde_urlencoded::to_string(params(Some(cursor))).ok()?;
        Some(app.url(&format!("{path}?{query}")))
    }
}

impl App {
    /// Fills in what the server knows of a file.
    pub fn complete(&self, caller: &Caller, file: &mut PullFile) -> Result<(), Problem> {
        if file.download_url.is_none() {
            file.download_url = Some(self.download_url(caller, &file.id)?);
        }
        Ok(())
    }
}

/// A page, or 304 when the caller has it.
pub fn listed(
    asked: &HeaderMap,
    page: &impl Serialize,
    next: Option<String>,
) -> Result<Response, Problem> {
    let json = to_json(page)?;
    let etag = format!("\"{}\"", short_hash(&json));
    let mut response = match conditional::has(asked, &etag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => Body::from(json).into_response(),
    };
    let headers = response.headers_mut();
    if let Ok(etag) = HeaderValue::try_from(etag) {
        headers.insert(ETAG, etag);
    }
    if let Some(link) = next.and_then(|url| format!("<{url}>; rel=\"next\"").try_into().ok()) {
        headers.insert(LINK, link);
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// A JSON answer that nobody may keep.
pub fn json(status: StatusCode, body: &impl Serialize) -> Result<Response, Problem> {
    let media_type = [(CONTENT_TYPE, "application/json")];
    Ok((status, media_type, to_json(body)?).into_response())
}

/// 22 characters for a text.
pub fn short_hash(text: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(text)[..16])
}

fn to_json(body: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(body).map_err(|_| Problem::new(crate::pull::problem::Code::Internal))
}
