//! `POST /api/v1/clients/{clientId}/files`: a file as a raw body or as multipart/form-data.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::allowed::{Allowed, FilesWrite};
use super::answers;
use super::app::App;
use super::body::{self, Received};
use super::disposition;
use super::form;
use super::input::{Asked, Named};
use super::once;
use crate::pull::problem::{Code, Problem};
use crate::pull::{Caller, Incoming, NewFile, Outcome, PullFile};
use crate::upload::mime;

/// The longest file name, in characters.
const MOST_NAME: usize = 255;
/// The longest description, in characters.
pub const MOST_DESCRIPTION: usize = 1000;

/// What is said of a file that comes as a raw body.
#[derive(Clone, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", default)]
#[into_params(parameter_in = Query)]
pub struct RawParams {
    /// For a raw body without `Content-Disposition`: the file's name; `file` when left out.
    #[param(
        nullable = false,
        min_length = 1,
        max_length = 255,
        pattern = r"^(?!\.{1,2}$)[^/\\\x00-\x1f\x7f-\x9f]+$",
        example = "Return 2025.pdf"
    )]
    pub name: Option<String>,
    /// For a raw body: what the file is.
    #[param(nullable = false, max_length = 1000, example = "Prepared return")]
    pub description: Option<String>,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum UploadStatus {
    /// Not all of it is here.
    Uploading,
    /// The platform has it.
    Received,
}

/// A file that the platform has taken.
#[derive(Serialize, ToSchema)]
pub struct ReceivedFile {
    pub file: PullFile,
    pub status: UploadStatus,
    /// SHA-256 of the content as it arrived, in hexadecimal.
    #[schema(
        min_length = 64,
        max_length = 64,
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub sha256: String,
}

/// Takes a file.
pub async fn post(
    State(app): State<Arc<App>>,
    Allowed(caller, _): Allowed<FilesWrite>,
    Named(client_id): Named,
    Asked(params): Asked<RawParams>,
    request: Request,
) -> Result<Response, Problem> {
    let received = Received::default();
    let (parts, body) = request.into_parts();
    small_enough(&parts.headers, &app)?;
    let (mut file, content) = match form::boundary(&parts.headers)? {
        Some(boundary) => form::open(body, boundary, &app, &received).await?,
        None => raw(&parts.headers, params, body, &app, &received),
    };
    check(&file)?;
    file.idempotency_key = once::key(&parts.headers)?;
    let content = digested(content, digest(&parts.headers)?, &received);
    let content = body::watched(content, app.limits.file, &received);
    let delivery = deliver(
        app.clone(),
        caller.clone(),
        client_id,
        file,
        content,
        received,
    );
    let received = app.see_through(delivery).await?;
    let url = received.file.download_url.clone().unwrap_or_default();
    let mut response = answers::json(StatusCode::CREATED, &received)?;
    if let Ok(url) = HeaderValue::try_from(url) {
        response.headers_mut().insert(LOCATION, url);
    }
    Ok(response)
}

/// Hands a file to the provider, which may take as long as it likes as long as it goes on.
pub async fn deliver(
    app: Arc<App>,
    caller: Caller,
    client_id: String,
    file: NewFile,
    mut content: Incoming,
    received: Received,
) -> Result<ReceivedFile, Problem> {
    received.begin();
    let take = app
        .provider
        .receive_file(&caller, &client_id, file, &mut content);
    let taken = tokio::select! {
        taken = take => taken,
        () = received.overdue(app.limits.provider) => {
            return Err(Problem::new(Code::ProviderTimeout));
        }
    };
    let mut file = taken.map_err(|error| received.problem(error))?;
    // A provider that did not read to the end cannot have the file.
    content
        .drain()
        .await
        .map_err(|error| received.problem(error))?;
    app.complete(&caller, &mut file)?;
    Ok(ReceivedFile {
        file,
        status: UploadStatus::Received,
        sha256: hex(&received.sha256()),
    })
}

/// Refuses an announced size before a byte is read.
fn small_enough(headers: &HeaderMap, app: &App) -> Result<(), Problem> {
    // What a form adds to its file.
    const AROUND: u64 = 64 * 1024;
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    match length {
        Some(length) if length > app.limits.file.saturating_add(AROUND) => {
            let text = format!("At most {} bytes are taken.", app.limits.file);
            Err(Problem::new(Code::TooLarge).saying(text))
        }
        _ => Ok(()),
    }
}

type Chunked = std::pin::Pin<Box<dyn Stream<Item = Outcome<Bytes>> + Send>>;

fn raw(
    headers: &HeaderMap,
    params: RawParams,
    body: Body,
    app: &App,
    received: &Received,
) -> (NewFile, Chunked) {
    let disposed = headers.get(CONTENT_DISPOSITION);
    let name = disposed.and_then(disposition::file_name).or(params.name);
    let media_type = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let file = NewFile {
        name: name.unwrap_or_else(|| "file".into()),
        mime_type: media_type.unwrap_or("application/octet-stream").into(),
        size: length,
        description: params.description,
        ..NewFile::default()
    };
    let content = body::paced(body, app.limits.stall, received);
    (file, content.boxed())
}

/// Refuses what no file system would take back, whatever the provider does with it.
pub fn check(file: &NewFile) -> Result<(), Problem> {
    let name = &file.name;
    let wrong = |field, message| Err(Problem::field(Code::InvalidParameter, field, message));
    if name.is_empty() || name.chars().count() > MOST_NAME {
        return wrong("name", "must have 1 to 255 characters");
    }
    let path = name.contains(['/', '\\']) || matches!(name.as_str(), "." | "..");
    if path || name.chars().any(char::is_control) {
        return wrong(
            "name",
            "must be a file name without path or control characters",
        );
    }
    if mime::check(&file.mime_type).is_err() {
        return wrong("mimeType", "must be of the form type/subtype");
    }
    let description = file.description.as_ref();
    if description.is_some_and(|text| text.chars().count() > MOST_DESCRIPTION) {
        return wrong("description", "must have at most 1000 characters");
    }
    Ok(())
}

/// `Repr-Digest: sha-256=:…:` (RFC 9530); other algorithms are not looked at.
fn digest(headers: &HeaderMap) -> Result<Option<[u8; 32]>, Problem> {
    let Some(value) = headers.get("repr-digest") else {
        return Ok(None);
    };
    let refused = || {
        let message = "must be sha-256=:base64: of the content";
        Problem::field(Code::InvalidParameter, "Repr-Digest", message)
    };
    let text = value.to_str().map_err(|_| refused())?;
    let encoded = text
        .split(',')
        .find_map(|one| one.trim().strip_prefix("sha-256=:")?.strip_suffix(':'));
    let Some(encoded) = encoded else {
        return Ok(None);
    };
    let hash = STANDARD.decode(encoded).map_err(|_| refused())?;
    hash.try_into().map(Some).map_err(|_| refused())
}

/// Fails at the end when the content is another than was announced.
fn digested(content: Chunked, expected: Option<[u8; 32]>, received: &Received) -> Chunked {
    let Some(expected) = expected else {
        return content;
    };
    let received = received.clone();
    let end = futures_util::stream::once(async move {
        match received.sha256() == expected {
            true => Ok(Bytes::new()),
            false => Err(received.fail(Problem::new(Code::DigestMismatch))),
        }
    });
    content.chain(end).boxed()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
