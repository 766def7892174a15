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
use super::once::{self, Begun};
use crate::hash;
use crate::pull::problem::{Code, Problem};
use crate::pull::{Caller, FileQuery, Incoming, NewFile, Outcome, PullFile};
use crate::upload::mime;

/// The longest file name, in characters.
const MOST_NAME: usize = 255;
/// The longest description, in characters.
pub const MOST_DESCRIPTION: usize = 1000;

/// What the query says of a file.
#[derive(Clone, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", default)]
#[into_params(parameter_in = Query)]
pub struct UploadParams {
    /// The file's name, unless a raw body's `Content-Disposition` or the form's part `name` says
    /// another. `file` when nothing names it.
    #[param(
        nullable = false,
        min_length = 1,
        max_length = 255,
        pattern = r"^(?!\.{1,2}$)[^/\\\x00-\x1f\x7f-\x9f]+$",
        example = "Return 2025.pdf"
    )]
    pub name: Option<String>,
    /// What the file is, unless a part of the form says so.
    #[param(nullable = false, max_length = 1000, example = "Prepared return")]
    pub description: Option<String>,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum UploadStatus {
    /// Not all of it is here.
    Uploading,
    /// The platform has it.
    Received,
}

/// A file that the platform has taken.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
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
#[utoipa::path(
    post,
    path = "/api/v1/clients/{clientId}/files",
    operation_id = "sendFile",
    tag = "Files",
    summary = "Send a file to a client",
    description = "One file, as multipart/form-data or as a raw body of any media type. In a form the part `file` is the last one; text parts that have no meaning of their own are kept as metadata. A raw body is named by Content-Disposition or by the query, a form's file by the part `name`, by the query or by its own filename. For large files on unsure lines there are resumable uploads.",
    params(
        ("clientId" = String, Path, description = "The client's id, from the list of clients", min_length = 1, max_length = 200, example = "client-12345"),
        UploadParams,
        ("Idempotency-Key" = Option<String>, Header, nullable = false, description = "The same request with the same key happens once: a repetition gets the first answer, with Idempotent-Replayed. Keys are kept for 24 hours", min_length = 1, max_length = 255, pattern = "^[!-~]+$", example = "5b1f0c9a-7e11-4c2b-9d3e-0193f7a25a0e"),
        ("Repr-Digest" = Option<String>, Header, nullable = false, description = "SHA-256 of the content as RFC 9530 has it: `sha-256=:base64:`. The file is kept only if it matches"),
    ),
    request_body(content(
        (form::FileForm = "multipart/form-data"),
        (Vec<u8> = "application/octet-stream"),
    )),
    responses((status = 201, description = "The platform has the file", body = ReceivedFile, headers(("Location" = String, description = "URL of the content"), ("Idempotent-Replayed" = String, description = "true when this is an earlier request's answer"))))
)]
pub async fn post(
    State(app): State<Arc<App>>,
    Allowed(caller, _): Allowed<FilesWrite>,
    Named(client_id): Named,
    Asked(params): Asked<UploadParams>,
    request: Request,
) -> Result<Response, Problem> {
    let received = Received::default();
    let (parts, body) = request.into_parts();
    small_enough(&parts.headers, &app)?;
    let said = by_query(params)?;
    let (mut file, content) = match form::boundary(&parts.headers)? {
        Some(boundary) => form::open(body, boundary, said, &app, &received).await?,
        None => raw(&parts.headers, said, body, &app, &received),
    };
    check(&file)?;
    let content = digested(content, digest(&parts.headers)?, &received);
    let content = body::watched(content, app.limits.file, &received);
    let place = format!("file\n{client_id}");
    let begun = once::begin(&app, &parts.headers, &caller.id, place, gist(&file)).await?;
    let turn = match begun {
        Some(Begun::Before(answer)) => {
            let again = same_again(&answer, content, &received).await?;
            return created(&app, &caller, again).map(once::replayed);
        }
        Some(Begun::Now(turn)) => Some(turn),
        None => None,
    };
    file.idempotency_key = once::key(&parts.headers)?;
    let taking = deliver(
        app.clone(),
        caller.clone(),
        client_id,
        file,
        content,
        received,
    );
    let work = async move {
        let received = taking.await?;
        if let Some(turn) = turn {
            turn.done(memory(&received)?).await?;
        }
        Ok(received)
    };
    let received = app.see_through(work).await?;
    created(&app, &caller, received)
}

/// What is said of a file, in short: the same in every repetition.
fn gist(file: &NewFile) -> String {
    let said = (
        &file.name,
        &file.mime_type,
        &file.description,
        &file.metadata,
    );
    answers::short_hash(&serde_json::to_vec(&said).unwrap_or_default())
}

/// The earlier answer, if this is the earlier content.
async fn same_again(
    answer: &str,
    mut content: Incoming,
    received: &Received,
) -> Result<ReceivedFile, Problem> {
    let earlier = remembered(answer)?;
    let read = content.drain().await;
    read.map_err(|error| received.problem(error))?;
    match earlier.sha256 == hash::hex(&received.sha256()) {
        true => Ok(earlier),
        false => Err(Problem::new(Code::KeyReused)),
    }
}

fn created(app: &App, caller: &Caller, mut received: ReceivedFile) -> Result<Response, Problem> {
    app.complete(caller, &mut received.file)?;
    let url = received.file.download_url.clone().unwrap_or_default();
    let mut response = answers::json(StatusCode::CREATED, &received)?;
    if let Ok(url) = HeaderValue::try_from(url) {
        response.headers_mut().insert(LOCATION, url);
    }
    Ok(response)
}

/// What is kept of an answer: URLs are made anew.
pub fn memory(received: &ReceivedFile) -> Result<String, Problem> {
    serde_json::to_string(received).map_err(|_| Problem::new(Code::Internal))
}

/// The other way round.
pub fn remembered(answer: &str) -> Result<ReceivedFile, Problem> {
    serde_json::from_str(answer).map_err(|_| Problem::new(Code::Internal))
}

/// Asks the provider before a byte is kept for a client that is not there.
pub async fn client_exists(app: &App, caller: &Caller, client_id: &str) -> Result<(), Problem> {
    let query = FileQuery {
        limit: 1,
        ..FileQuery::default()
    };
    let list = app.provider.list_files(caller, client_id, &query);
    app.ask(Code::ClientNotFound, list).await.map(|_| ())
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
    let file = taken.map_err(|error| received.problem(error))?;
    // So that the hash is of everything, also where a provider knew the file already.
    content
        .drain()
        .await
        .map_err(|error| received.problem(error))?;
    Ok(ReceivedFile {
        file,
        status: UploadStatus::Received,
        sha256: hash::hex(&received.sha256()),
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

/// A file of which only the query is known, which is held to the rules also where the body says
/// something else.
fn by_query(params: UploadParams) -> Result<NewFile, Problem> {
    if let Some(name) = &params.name {
        check_name(name)?;
    }
    check_description(params.description.as_deref())?;
    Ok(NewFile {
        name: params.name.unwrap_or_default(),
        description: params.description,
        ..NewFile::default()
    })
}

fn raw(
    headers: &HeaderMap,
    mut file: NewFile,
    body: Body,
    app: &App,
    received: &Received,
) -> (NewFile, Chunked) {
    let disposed = headers.get(CONTENT_DISPOSITION);
    if let Some(name) = disposed.and_then(disposition::file_name) {
        file.name = name;
    } else if file.name.is_empty() {
        file.name = "file".into();
    }
    let media_type = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
    file.mime_type = media_type.unwrap_or("application/octet-stream").into();
    file.size = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let content = body::paced(body, app.limits.stall, received);
    (file, content.boxed())
}

/// Refuses what no file system would take back, whatever the provider does with it.
pub fn check(file: &NewFile) -> Result<(), Problem> {
    check_name(&file.name)?;
    if mime::check(&file.mime_type).is_err() {
        return wrong("mimeType", "must be of the form type/subtype");
    }
    check_description(file.description.as_deref())
}

fn check_name(name: &str) -> Result<(), Problem> {
    if name.is_empty() || name.chars().count() > MOST_NAME {
        return wrong("name", "must have 1 to 255 characters");
    }
    let path = name.contains(['/', '\\']) || matches!(name, "." | "..");
    if path || name.chars().any(char::is_control) {
        return wrong(
            "name",
            "must be a file name without path or control characters",
        );
    }
    Ok(())
}

fn check_description(description: Option<&str>) -> Result<(), Problem> {
    match description {
        Some(text) if text.chars().count() > MOST_DESCRIPTION => {
            wrong("description", "must have at most 1000 characters")
        }
        _ => Ok(()),
    }
}

fn wrong(field: &str, message: &str) -> Result<(), Problem> {
    Err(Problem::field(Code::InvalidParameter, field, message))
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
