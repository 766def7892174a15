//! Files going out: uploads to whoever has a credential, hosted files to everyone.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use tokio_util::io::ReaderStream;

use crate::answer::Answer;
use crate::gateway::bearer;
use crate::hub::{Epoch, Hub};

/// GET of a `fileUrl`.
pub(crate) async fn file(
    State(hub): State<Arc<Hub>>,
    Path((id, _name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let epoch = hub.epoch();
    let known = bearer(&headers).is_some_and(|token| {
        let world = epoch.world();
        world.account(&token).is_some() || world.partner_token_lives(&token)
    });
    if !known {
        return Answer::refused(401, "a live credential is needed").into_response();
    }
    stored(&epoch, &id)
        .await
        .unwrap_or_else(|| Answer::refused(404, "no such file").into_response())
}

async fn stored(epoch: &Epoch, id: &str) -> Option<Response> {
    let upload = epoch
        .world()
        .uploads
        .get(id)
        .filter(|upload| upload.stored)
        .cloned()?;
    let file = tokio::fs::File::open(epoch.stored_path(id)).await.ok()?;
    let mut response = Response::new(Body::from_stream(ReaderStream::with_capacity(
        file,
        1 << 18,
    )));
    response
        .headers_mut()
        .insert(CONTENT_LENGTH, upload.size.into());
    if let Ok(mime_type) = HeaderValue::try_from(upload.mime_type) {
        response.headers_mut().insert(CONTENT_TYPE, mime_type);
    }
    Some(response)
}

/// GET of a file the control endpoint put up; `?status=404` makes it answer so.
pub(crate) async fn hosted(
    State(hub): State<Arc<Hub>>,
    Path(name): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    if let Some(status) = query.get("status").and_then(|status| status.parse().ok()) {
        return Answer::refused(status, "as asked for").into_response();
    }
    let Some(found) = hub.epoch().hosted(&name) else {
        return Answer::refused(404, "no such file").into_response();
    };
    let mut response = Response::new(Body::from(found.bytes));
    if let Some(value) = found
        .content_type
        .and_then(|text| HeaderValue::try_from(text).ok())
    {
        response.headers_mut().insert(CONTENT_TYPE, value);
    }
    response
}
