//! `GET` and `HEAD /api/v1/files/{fileId}/download`: whole, or one range; with credentials, or by a
//! signed URL.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE,
    ETAG, LAST_MODIFIED, RANGE,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use serde::Deserialize;
use utoipa::IntoParams;

use super::allowed::{caller, charge, not_locked_out, peer};
use super::answers::short_hash;
use super::app::{App, signed};
use super::conditional;
use super::disposition::attachment;
use super::flow;
use super::input::{Asked, Named};
use crate::pull::auth::Scope;
use crate::pull::auth::seal::Purpose;
use crate::pull::problem::{Code, Problem};
use crate::pull::{Caller, Content, OpenedFile};

const OCTETS: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// What a signed URL carries.
#[derive(Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct SignatureParams {
    /// In a signed URL: when it ends, in seconds since 1970.
    #[param(nullable = false, example = 1772366400)]
    expires: Option<i64>,
    /// In a signed URL: the signature, for this file and this end.
    #[param(nullable = false)]
    signature: Option<String>,
}

/// Downloads a file.
#[utoipa::path(
    get,
    path = "/api/v1/files/{fileId}/download",
    operation_id = "downloadFile",
    tag = "Files",
    summary = "Download a file",
    description = "The content itself, not base64, with its media type. A download that broke goes on with Range and If-Range. A signed URL needs no credentials, is for its file only and ends at the time in `expires`.",
    params(
        ("fileId" = String, Path, description = "The file's id, from the list of files", min_length = 1, max_length = 200, example = "file-001"),
        SignatureParams,
        ("Range" = Option<String>, Header, nullable = false, description = "One range of bytes; several are answered with the whole file", example = "bytes=0-1023"),
        ("If-Range" = Option<String>, Header, nullable = false, description = "ETag or date: the range only if the file is still the same, else all of it"),
        ("If-None-Match" = Option<String>, Header, nullable = false, description = "ETag of the answer the caller has: 304 when it is still the same"),
    ),
    responses(
        (status = 200, description = "The whole file", body = Vec<u8>, content_type = "application/octet-stream", headers(("Content-Length" = u64), ("Content-Disposition" = String, description = "attachment, with the name by RFC 6266"), ("ETag" = String), ("Accept-Ranges" = String))),
        (status = 206, description = "The range", body = Vec<u8>, content_type = "application/octet-stream", headers(("Content-Length" = u64), ("Content-Range" = String), ("ETag" = String))),
        (status = 304, description = "The caller has this file"),
    )
)]
pub async fn get(
    State(app): State<Arc<App>>,
    Named(file_id): Named,
    Asked(params): Asked<SignatureParams>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = allowed(&parts, &app, &file_id, &params).await?;
    let open = app.provider.open_file(&caller, &file_id);
    let mut opened = app.ask(Code::FileNotFound, open).await?;
    settle(&mut opened);
    answer(&app, &parts, opened)
}

/// Says what a download would.
#[utoipa::path(
    head,
    path = "/api/v1/files/{fileId}/download",
    operation_id = "describeFile",
    tag = "Files",
    summary = "Describe a file",
    description = "The headers of the download, without its content.",
    params(
        ("fileId" = String, Path, description = "The file's id, from the list of files", min_length = 1, max_length = 200, example = "file-001"),
        SignatureParams,
        ("Range" = Option<String>, Header, nullable = false, description = "One range of bytes; several are answered with the whole file", example = "bytes=0-1023"),
        ("If-Range" = Option<String>, Header, nullable = false, description = "ETag or date: the range only if the file is still the same, else all of it"),
        ("If-None-Match" = Option<String>, Header, nullable = false, description = "ETag of the answer the caller has: 304 when it is still the same"),
    ),
    responses(
        (status = 200, description = "The whole file", headers(("Content-Length" = u64), ("Content-Disposition" = String, description = "attachment, with the name by RFC 6266"), ("ETag" = String), ("Accept-Ranges" = String))),
        (status = 206, description = "The range", headers(("Content-Length" = u64), ("Content-Range" = String), ("ETag" = String))),
        (status = 304, description = "The caller has this file"),
    )
)]
pub async fn head(
    app: State<Arc<App>>,
    named: Named,
    asked: Asked<SignatureParams>,
    request: Request,
) -> Result<Response, Problem> {
    get(app, named, asked, request).await
}

/// A signature decides where there is one; credentials beside it do not mend a wrong one.
async fn allowed(
    parts: &Parts,
    app: &App,
    file_id: &str,
    params: &SignatureParams,
) -> Result<Caller, Problem> {
    match (params.expires, &params.signature) {
        (None, None) => {
            let caller = caller(parts, app).await?;
            match caller.scopes.contains(&Scope::FilesRead) {
                true => Ok(caller),
                false => {
                    Err(Problem::new(Code::InsufficientScope)
                        .saying("The scope files.read is needed."))
                }
            }
        }
        (Some(expires), Some(signature)) => {
            let address = peer(parts);
            not_locked_out(app, address)?;
            charge(parts, app.rates.address(address))?;
            by_signature(app, file_id, expires, signature)
        }
        _ => Err(Problem::new(Code::SignatureInvalid)),
    }
}

fn by_signature(
    app: &App,
    file_id: &str,
    expires: i64,
    signature: &str,
) -> Result<Caller, Problem> {
    let id = app
        .seal
        .open(Purpose::Url, &signed(file_id, expires), signature)
        .and_then(|id| String::from_utf8(id).ok())
        .ok_or_else(|| Problem::new(Code::SignatureInvalid))?;
    if expires <= Timestamp::now().as_second() {
        return Err(Problem::new(Code::UrlExpired));
    }
    let scopes = vec![Scope::FilesRead];
    Ok(Caller { id, scopes })
}

/// Takes from an open file what it says better than the provider's listing.
fn settle(opened: &mut OpenedFile) {
    let Content::File(file) = &opened.content else {
        return;
    };
    let Ok(metadata) = file.metadata() else {
        return;
    };
    opened.file.size = metadata.len();
    if let Ok(modified) = metadata.modified() {
        let nanos = modified
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |age| age.as_nanos());
        opened
            .version
            .get_or_insert_with(|| format!("{nanos}-{}", metadata.len()));
    }
}

fn answer(app: &App, parts: &Parts, opened: OpenedFile) -> Result<Response, Problem> {
    let etag = etag(&opened);
    let common = headers(&opened, etag.as_deref());
    if etag.is_some_and(|etag| conditional::has(&parts.headers, &etag)) {
        return Ok((StatusCode::NOT_MODIFIED, common).into_response());
    }
    let size = opened.file.size;
    let part = match wanted(&parts.headers, &common, &opened) {
        Wanted::All => None,
        Wanted::Part(from, to) => Some((from, to)),
        Wanted::Nothing => {
            return Err(
                Problem::new(Code::Range).with(CONTENT_RANGE, text(format!("bytes */{size}")))
            );
        }
    };
    let (from, to) = part.unwrap_or((0, size));
    let body = match parts.method {
        Method::HEAD => Body::empty(),
        _ => flow::body(opened.content, from, to, size, app.limits.provider),
    };
    let mut response = (common, body).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, (to - from).into());
    if part.is_some() {
        let range = format!("bytes {from}-{}/{size}", to - 1);
        headers.insert(CONTENT_RANGE, text(range));
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

/// Changes with the content; none where nobody knows when that happens.
fn etag(opened: &OpenedFile) -> Option<String> {
    let file = &opened.file;
    let version = match (&opened.version, file.date_modified) {
        (Some(version), _) => version.clone(),
        (None, Some(modified)) => modified.to_string(),
        (None, None) => return None,
    };
    let hash = short_hash(format!("{}\n{}\n{version}", file.id, file.size).as_bytes());
    Some(format!("\"{hash}\""))
}

fn headers(opened: &OpenedFile, etag: Option<&str>) -> HeaderMap {
    let file = &opened.file;
    let mut headers = HeaderMap::new();
    let media_type = HeaderValue::try_from(&file.mime_type).unwrap_or(OCTETS);
    headers.insert(CONTENT_TYPE, media_type);
    headers.insert(CONTENT_DISPOSITION, attachment(&file.name));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if let Some(etag) = etag {
        headers.insert(ETAG, text(etag.to_owned()));
    }
    let date = |time| DateTimePrinter::new().timestamp_to_rfc9110_string(&time);
    if let Some(Ok(date)) = file.date_modified.map(date) {
        headers.insert(LAST_MODIFIED, text(date));
    }
    headers
}

fn text(value: String) -> HeaderValue {
    HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static(""))
}

enum Wanted {
    All,
    /// From this byte up to, not including, that one.
    Part(u64, u64),
    Nothing,
}

/// Several ranges, and what is no range, are answered with the whole file (RFC 9110, 14.2).
fn wanted(asked: &HeaderMap, common: &HeaderMap, opened: &OpenedFile) -> Wanted {
    let etag = common.get(ETAG).and_then(|value| value.to_str().ok());
    let ranges = asked
        .get(RANGE)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| http_range_header::parse_range_header(text).ok());
    match ranges {
        Some(ranges)
            if ranges.len() == 1
                && conditional::range_holds(asked, etag, opened.file.date_modified) =>
        {
            let valid = ranges.validate(opened.file.size).ok();
            match valid.and_then(|ranges| ranges.first().cloned()) {
                Some(range) => Wanted::Part(*range.start(), range.end() + 1),
                None => Wanted::Nothing,
            }
        }
        _ => Wanted::All,
    }
}
