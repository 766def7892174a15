//! `/api/v1/clients/{clientId}/files/tus`: resumable uploads by tus 1.0.0.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use serde::Serialize;
use utoipa::ToSchema;

use super::allowed::{Allowed, FilesWrite};
use super::answers;
use super::app::{App, in_path};
use super::body::{self, Received};
use super::input::{Named, NamedBoth};
use super::receive::{self, UploadStatus};
use crate::pull::problem::{Code, Problem};
use crate::pull::store::uploads::{About, Upload};
use crate::pull::tus::append::Append;
use crate::pull::tus::lock::Held;
use crate::pull::tus::{ALGORITHMS, CHUNK, EXTENSIONS, VERSION, deliver, header};
use crate::pull::{Caller, PullFile};

const FILE_ID: HeaderName = HeaderName::from_static("filed-file-id");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");

/// How far an upload is.
#[derive(Serialize, ToSchema)]
pub struct UploadState {
    /// The upload's id, the last part of its URL.
    id: String,
    /// Bytes received.
    #[schema(minimum = 0, example = 1048576)]
    offset: u64,
    /// Bytes in all.
    #[schema(minimum = 0, example = 4194304)]
    length: u64,
    /// `received` once the platform has the file.
    status: UploadStatus,
    /// When the upload ends, RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime, example = "2026-03-02T12:00:00Z")]
    expires: String,
    /// The file, once the platform has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    file: Option<PullFile>,
    /// SHA-256 of the content in hexadecimal, once the platform has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sha256: Option<String>,
}

/// Says what is spoken.
#[utoipa::path(options, path = "/api/v1/clients/{clientId}/files/tus", operation_id = "tusOptions", tag = "Resumable uploads",
    summary = "What the tus server speaks",
    params(("clientId" = String, Path, min_length = 1, max_length = 200, example = "client-12345")),
    responses((status = 204, description = "Tus-Version, Tus-Extension, Tus-Max-Size and Tus-Checksum-Algorithm")),
    security(()))]
pub async fn options(State(app): State<Arc<App>>, _: Named) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert("tus-version", HeaderValue::from_static(VERSION));
    headers.insert("tus-extension", HeaderValue::from_static(EXTENSIONS));
    headers.insert("tus-max-size", app.limits.file.into());
    headers.insert(
        "tus-checksum-algorithm",
        HeaderValue::from_static(ALGORITHMS),
    );
    response
}

/// Creates an upload, with its first bytes where they come along.
#[utoipa::path(post, path = "/api/v1/clients/{clientId}/files/tus", operation_id = "createUpload", tag = "Resumable uploads",
    summary = "Create a resumable upload",
    description = "Creates an upload (tus creation). With a body of type application/offset+octet-stream its first bytes are taken too (creation-with-upload). Go on with PATCH at the Location.",
    params(
        ("clientId" = String, Path, min_length = 1, max_length = 200, example = "client-12345"),
        ("Tus-Resumable" = String, Header, pattern = r"^1\.0\.0$", example = "1.0.0"),
        ("Upload-Length" = u64, Header, description = "Size of the file in bytes", minimum = 0, example = 48213),
        ("Upload-Metadata" = Option<String>, Header, nullable = false, description = "Pairs of a key and a base64 text in UTF-8, every key once: filename, filetype, description; others are kept as metadata. Without filename the file is called `file`. At most 8192 characters.", pattern = r"^(?:[!-+.-~-]+(?: (?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)?(?:, ?[!-+.-~-]+(?: (?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)?)*)?$", example = "filename VGF4,filetype YXBwbGljYXRpb24vcGRm"),
    ),
    responses((status = 201, description = "Created. Location is the upload's URL.",
        headers(("Location" = String), ("Upload-Expires" = String), ("Tus-Resumable" = String)))))]
pub async fn create(
    State(app): State<Arc<App>>,
    Allowed(caller, _): Allowed<FilesWrite>,
    Named(client_id): Named,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    header::version(&parts.headers)?;
    let mut upload = begin(&app, &parts.headers, &caller, &client_id).await?;
    app.store.add(upload.clone()).await?;
    let location = app.url(&format!(
        "/api/v1/clients/{}/files/tus/{}",
        in_path(&client_id),
        upload.id
    ));
    let mut file_id = None;
    let with_bytes = is_chunk(&parts.headers);
    if with_bytes || upload.length == 0 {
        let held = app.locks.take(&upload.id).await?;
        let body = if with_bytes { body } else { Body::empty() };
        (upload, file_id) = write(&app, held, upload, &parts.headers, body).await?;
    }
    let mut response = progress(StatusCode::CREATED, &upload, file_id)?;
    response.headers_mut().insert(LOCATION, value(location)?);
    Ok(response)
}

async fn begin(
    app: &App,
    headers: &HeaderMap,
    caller: &Caller,
    client_id: &str,
) -> Result<Upload, Problem> {
    let length = header::number(headers, "upload-length")?.ok_or_else(|| {
        header::wrong(
            "upload-length",
            "must be there: deferred lengths are not spoken",
        )
    })?;
    if length > app.limits.file {
        let text = format!("At most {} bytes are taken.", app.limits.file);
        return Err(Problem::new(Code::TooLarge).saying(text));
    }
    let (metadata, file) = header::metadata(headers)?;
    receive::check(&file)?;
    if app.store.unfinished(&caller.id).await? >= app.limits.uploads {
        return Err(
            Problem::new(Code::TooManyUploads).retry_after(std::time::Duration::from_secs(60))
        );
    }
    receive::client_exists(app, caller, client_id).await?;
    Ok(Upload {
        id: uuid::Uuid::new_v4().simple().to_string(),
        caller: caller.id.clone(),
        client: client_id.to_owned(),
        about: About { file, metadata },
        length,
        offset: 0,
        ends: app.upload_ends(),
        answer: None,
    })
}

/// Says how far an upload is, in headers.
#[utoipa::path(head, path = "/api/v1/clients/{clientId}/files/tus/{uploadId}", operation_id = "uploadOffset", tag = "Resumable uploads",
    summary = "How far an upload is",
    params(
        ("clientId" = String, Path, min_length = 1, max_length = 200, example = "client-12345"),
        ("uploadId" = String, Path, min_length = 1, max_length = 200),
        ("Tus-Resumable" = String, Header, pattern = r"^1\.0\.0$", example = "1.0.0"),
    ),
    responses((status = 200, description = "Upload-Offset says where to go on",
        headers(("Upload-Offset" = u64), ("Upload-Length" = u64), ("Upload-Expires" = String), ("Tus-Resumable" = String)))))]
pub async fn head(
    State(app): State<Arc<App>>,
    Allowed(caller, _): Allowed<FilesWrite>,
    NamedBoth(client_id, id): NamedBoth,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    header::version(&headers)?;
    let (held, upload) = find(&app, &caller, &client_id, &id).await?;
    let (upload, file_id) = settle(&app, held, upload).await?;
    let mut response = progress(StatusCode::OK, &upload, file_id)?;
    let headers = response.headers_mut();
    headers.insert("upload-length", upload.length.into());
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(metadata) = upload.about.metadata {
        headers.insert("upload-metadata", value(metadata)?);
    }
    Ok(response)
}

/// Says how far an upload is, and what became of it.
#[utoipa::path(get, path = "/api/v1/clients/{clientId}/files/tus/{uploadId}", operation_id = "uploadState", tag = "Resumable uploads",
    summary = "What became of an upload",
    params(
        ("clientId" = String, Path, min_length = 1, max_length = 200, example = "client-12345"),
        ("uploadId" = String, Path, min_length = 1, max_length = 200),
    ),
    responses((status = 200, description = "The state of the upload", body = UploadState)))]
pub async fn get(
    State(app): State<Arc<App>>,
    Allowed(caller, _): Allowed<FilesWrite>,
    NamedBoth(client_id, id): NamedBoth,
) -> Result<Response, Problem> {
    let (held, upload) = find(&app, &caller, &client_id, &id).await?;
    let (upload, _) = settle(&app, held, upload).await?;
    let received = match &upload.answer {
        Some(answer) => Some(receive::remembered(answer)?),
        None => None,
    };
    let (mut file, sha256) = match received {
        Some(received) => (Some(received.file), Some(received.sha256)),
        None => (None, None),
    };
    if let Some(file) = &mut file {
        app.complete(&caller, file)?;
    }
    let expires = Timestamp::from_second(upload.ends).unwrap_or(Timestamp::MAX);
    let state = UploadState {
        id: upload.id,
        offset: upload.offset,
        length: upload.length,
        status: match file.is_some() {
            true => UploadStatus::Received,
            false => UploadStatus::Uploading,
        },
        expires: expires.to_string(),
        file,
        sha256,
    };
    answers::json(StatusCode::OK, &state)
}

/// Takes more bytes.
#[utoipa::path(patch, path = "/api/v1/clients/{clientId}/files/tus/{uploadId}", operation_id = "continueUpload", tag = "Resumable uploads",
    summary = "Send the next bytes of an upload",
    description = "Bytes count once they are on the platform's disk; after a break ask with HEAD. The request that brings the last byte is answered when the platform has the file, whose id is in Filed-File-Id; when the platform fails then, HEAD or an empty PATCH at the same offset tries again.",
    params(
        ("clientId" = String, Path, min_length = 1, max_length = 200, example = "client-12345"),
        ("uploadId" = String, Path, min_length = 1, max_length = 200),
        ("Tus-Resumable" = String, Header, pattern = r"^1\.0\.0$", example = "1.0.0"),
        ("Upload-Offset" = u64, Header, minimum = 0, example = 0),
        ("Upload-Checksum" = Option<String>, Header, nullable = false, description = "sha1, sha256 or sha512 and the base64 hash of this body", pattern = r"^(sha1 [A-Za-z0-9+/]{26}[AEIMQUYcgkosw048]=|sha256 [A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=|sha512 [A-Za-z0-9+/]{85}[AQgw]==)$"),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "Upload-Offset says where to go on",
        headers(("Upload-Offset" = u64), ("Upload-Expires" = String), ("Tus-Resumable" = String), ("Filed-File-Id" = String)))))]
pub async fn patch(
    State(app): State<Arc<App>>,
    Allowed(caller, _): Allowed<FilesWrite>,
    NamedBoth(client_id, id): NamedBoth,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    header::version(&parts.headers)?;
    if !is_chunk(&parts.headers) {
        let text = format!("Send Content-Type: {CHUNK}.");
        return Err(Problem::new(Code::MediaType).saying(text));
    }
    let offset = header::number(&parts.headers, "upload-offset")?
        .ok_or_else(|| header::wrong("upload-offset", "must be there"))?;
    let (held, upload) = find(&app, &caller, &client_id, &id).await?;
    if offset != upload.offset {
        return Err(Problem::new(Code::OffsetMismatch).with(OFFSET, upload.offset));
    }
    let (upload, file_id) = write(&app, held, upload, &parts.headers, body).await?;
    progress(StatusCode::NO_CONTENT, &upload, file_id)
}

/// Ends an upload.
#[utoipa::path(delete, path = "/api/v1/clients/{clientId}/files/tus/{uploadId}", operation_id = "endUpload", tag = "Resumable uploads",
    summary = "End an upload",
    description = "Forgets an upload and its bytes (tus termination). A file that the platform has already stays.",
    params(
        ("clientId" = String, Path, min_length = 1, max_length = 200, example = "client-12345"),
        ("uploadId" = String, Path, min_length = 1, max_length = 200),
        ("Tus-Resumable" = String, Header, pattern = r"^1\.0\.0$", example = "1.0.0"),
    ),
    responses((status = 204, description = "Gone")))]
pub async fn delete(
    State(app): State<Arc<App>>,
    Allowed(caller, _): Allowed<FilesWrite>,
    NamedBoth(client_id, id): NamedBoth,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    header::version(&headers)?;
    let (_held, upload) = find(&app, &caller, &client_id, &id).await?;
    deliver::forget_part(&app, &upload.id).await;
    app.store.remove(&upload.id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// An upload of this caller for this client, held.
async fn find(
    app: &App,
    caller: &Caller,
    client_id: &str,
    id: &str,
) -> Result<(Held, Upload), Problem> {
    let missing = || Problem::new(Code::UploadNotFound);
    let own = |upload: &Upload| upload.caller == caller.id && upload.client == client_id;
    // Looked for before it is taken: who may not have it interrupts nobody.
    app.store
        .upload(id)
        .await?
        .filter(own)
        .ok_or_else(missing)?;
    let held = app.locks.take(id).await?;
    let upload = app.store.upload(id).await?.ok_or_else(missing)?;
    match upload.ends <= Timestamp::now().as_second() && !upload.complete() {
        true => Err(Problem::new(Code::UploadExpired)),
        false => Ok((held, upload)),
    }
}

/// Appends a body, and delivers the upload when that was its end; also when the caller hangs up.
async fn write(
    app: &Arc<App>,
    held: Held,
    mut upload: Upload,
    headers: &HeaderMap,
    body: Body,
) -> Result<(Upload, Option<String>), Problem> {
    let checksum = header::checksum(headers)?;
    let left = upload.length - upload.offset;
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > left) {
        let text = "The chunk is longer than what is left of the upload.";
        return Err(Problem::new(Code::TooLarge).saying(text));
    }
    let received = Received::default();
    let content = body::incoming(body, left, app, &received);
    let work_app = app.clone();
    app.see_through(async move {
        let app = work_app;
        let append = Append {
            store: &app.store,
            held: &held,
            received: &received,
            checksum,
            ends: app.upload_ends(),
        };
        append.run(&mut upload, content).await?;
        delivered(&app, held, upload).await
    })
    .await
}

/// Delivers an upload that is complete and was not.
async fn settle(
    app: &Arc<App>,
    held: Held,
    upload: Upload,
) -> Result<(Upload, Option<String>), Problem> {
    let work_app = app.clone();
    app.see_through(async move { delivered(&work_app, held, upload).await })
        .await
}

async fn delivered(
    app: &Arc<App>,
    held: Held,
    mut upload: Upload,
) -> Result<(Upload, Option<String>), Problem> {
    let _held = held;
    let file_id = match upload.complete() {
        true => Some(deliver::deliver(app, &mut upload).await?.file.id),
        false => None,
    };
    Ok((upload, file_id))
}

fn progress(
    status: StatusCode,
    upload: &Upload,
    file_id: Option<String>,
) -> Result<Response, Problem> {
    let mut response = status.into_response();
    let headers = response.headers_mut();
    headers.insert(OFFSET, upload.offset.into());
    let ends = Timestamp::from_second(upload.ends).unwrap_or(Timestamp::MAX);
    if let Ok(date) = DateTimePrinter::new().timestamp_to_rfc9110_string(&ends) {
        headers.insert("upload-expires", value(date)?);
    }
    if let Some(id) = file_id {
        headers.insert(FILE_ID, value(id)?);
    }
    Ok(response)
}

fn is_chunk(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .is_some_and(|value| value == CHUNK)
}

fn value(text: String) -> Result<HeaderValue, Problem> {
    HeaderValue::try_from(text).map_err(|_| Problem::new(Code::Internal))
}

/// Every answer of these endpoints says which version it speaks.
pub async fn versioned(mut response: Response) -> Response {
    let version = HeaderValue::from_static(VERSION);
    response.headers_mut().insert("tus-resumable", version);
    response
}
