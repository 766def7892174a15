//! multipart/form-data: a few small text parts, then exactly one file, read as it comes.

use axum::body::Body;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::try_unfold;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use multer::{Constraints, Field, Multipart, SizeLimit};
use utoipa::ToSchema;

use super::app::App;
use super::body::{self, Received};
use crate::pull::problem::{Code, Problem};
use crate::pull::{NewFile, Outcome};

/// The largest text part.
const MOST_TEXT: u64 = 64 * 1024;
/// Text parts before the file.
const MOST_PARTS: usize = 16;

type Chunked = std::pin::Pin<Box<dyn futures_util::Stream<Item = Outcome<Bytes>> + Send>>;

/// The parts of the form, the file last.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what is read part by part")]
pub struct FileForm {
    /// The file's name, when it is another than the file part's `filename`.
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 255,
        pattern = r"^(?!\.{1,2}$)[^/\\\x00-\x1f\x7f-\x9f]+$",
        example = "Return 2025.pdf"
    )]
    name: Option<String>,
    /// The media type, when it is another than the file part's `Content-Type`.
    #[serde(rename = "mimeType")]
    #[schema(
        nullable = false,
        pattern = r"^[A-Za-z0-9!#$&^_.+-]{1,100}/[A-Za-z0-9!#$&^_.+-]{1,100}$",
        example = "application/pdf"
    )]
    mime_type: Option<String>,
    /// What the file is.
    #[schema(nullable = false, max_length = 1000, example = "Prepared return")]
    description: Option<String>,
    /// The file itself, after every other part.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// The boundary, when the body is a form.
pub fn boundary(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let media_type = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
    match media_type.map(multer::parse_boundary) {
        None | Some(Err(multer::Error::NoMultipart | multer::Error::DecodeContentType(_))) => {
            Ok(None)
        }
        Some(Ok(boundary)) => Ok(Some(boundary)),
        Some(Err(_)) => Err(wrong("The form has no boundary.")),
    }
}

/// Reads the text parts; the file part is read as its content is.
pub async fn open(
    body: Body,
    boundary: String,
    app: &App,
    received: &Received,
) -> Result<(NewFile, Chunked), Problem> {
    let limits = SizeLimit::new().whole_stream(u64::MAX).per_field(u64::MAX);
    let bytes = body::paced(body, app.limits.stall, received);
    let constraints = Constraints::new().size_limit(limits);
    let mut form = Multipart::with_constraints(bytes, boundary, constraints);
    let mut file = NewFile::default();
    for _ in 0..=MOST_PARTS {
        let part = form.next_field().await;
        let part = part.map_err(|e| broken(&e, received))?;
        let Some(part) = part else {
            return Err(wrong("The form has no part named file."));
        };
        if part.name() == Some("file") {
            take_headers(&part, &mut file);
            return Ok((file, content(form, part, received)));
        }
        take_text(part, &mut file, received).await?;
    }
    Err(wrong("The form has too many parts."))
}

/// What the text parts said goes before what the file part says of itself.
fn take_headers(part: &Field<'_>, file: &mut NewFile) {
    if file.name.is_empty() {
        file.name = part.file_name().unwrap_or("file").to_owned();
    }
    if file.mime_type.is_empty() {
        let said = part.content_type().map(|one| one.as_ref());
        file.mime_type = said.unwrap_or("application/octet-stream").to_owned();
    }
}

async fn take_text(
    part: Field<'static>,
    file: &mut NewFile,
    received: &Received,
) -> Result<(), Problem> {
    let name = part.name().unwrap_or_default().to_owned();
    let text = text(part, received).await?;
    match name.as_str() {
        "name" => file.name = text,
        "mimeType" => file.mime_type = text,
        "description" => file.description = Some(text),
        "metadata" => {
            file.metadata = serde_json::from_str(&text).map_err(|_| {
                Problem::field(Code::InvalidBody, "metadata", "must be a JSON object")
            })?;
        }
        _ => {}
    }
    Ok(())
}

async fn text(mut part: Field<'static>, received: &Received) -> Result<String, Problem> {
    let mut text = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(|e| broken(&e, received))? {
        text.extend_from_slice(&chunk);
        if text.len() as u64 > MOST_TEXT {
            return Err(wrong("A text part of the form is too long."));
        }
    }
    String::from_utf8(text).map_err(|_| wrong("A text part of the form is not UTF-8."))
}

fn content(form: Multipart<'static>, part: Field<'static>, received: &Received) -> Chunked {
    let start = (form, Some(part), received.clone());
    try_unfold(start, |(mut form, mut part, received)| async move {
        let Some(field) = &mut part else {
            return Ok(None);
        };
        let chunk = field.chunk().await;
        match chunk.map_err(|e| received.fail(broken(&e, &received)))? {
            Some(chunk) => Ok(Some((chunk, (form, part, received)))),
            None => {
                drop(part.take());
                let next = form.next_field().await;
                match next.map_err(|e| received.fail(broken(&e, &received)))? {
                    None => Ok(None),
                    Some(_) => Err(received.fail(wrong("The file must be the form's last part."))),
                }
            }
        }
    })
    .boxed()
}

/// What is wrong with the form, unless it is the body beneath it.
fn broken(error: &multer::Error, received: &Received) -> Problem {
    match error {
        multer::Error::StreamReadFailed(_) => received.problem(crate::pull::ProviderError::Failed),
        _ => wrong("The form is malformed."),
    }
}

fn wrong(text: &str) -> Problem {
    Problem::new(Code::InvalidBody).saying(text)
}
