//! multipart/form-data: a few small text parts, then exactly one file, read as it comes.

use axum::body::Body;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::try_unfold;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use multer::{Constraints, Field, Multipart, SizeLimit};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::app::App;
use super::body::{self, Received};
use super::receive::MOST_DESCRIPTION;
use crate::pull::problem::{Code, Problem};
use crate::pull::{NewFile, Outcome};

/// The largest text part.
const MOST_TEXT: u64 = 64 * 1024;
/// Text parts before the file.
const MOST_PARTS: usize = 16;
/// The longest name of a part.
const MOST_NAME: usize = 100;

type Chunked = std::pin::Pin<Box<dyn futures_util::Stream<Item = Outcome<Bytes>> + Send>>;

/// The parts of the form, the file last.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what is read part by part")]
pub struct FileForm {
    /// The file's name, when it is another than the query's or the file part's `filename`.
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
    /// What else there is to say, as a JSON object.
    #[schema(value_type = Option<Object>, nullable = false)]
    metadata: Option<()>,
    /// The file itself, after every other part.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// What the derived schema cannot say: any other text part is metadata.
pub fn others(schema: &mut Value) {
    schema["additionalProperties"] = json!({ "type": "string", "maxLength": MOST_DESCRIPTION });
    schema["propertyNames"] = json!({ "pattern": format!("^[A-Za-z0-9_.-]{{1,{MOST_NAME}}}$") });
    schema["maxProperties"] = json!(MOST_PARTS + 1);
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

/// Reads the text parts, which go before what was `said` of the file already; the file part is read
/// as its content is.
pub async fn open(
    body: Body,
    boundary: String,
    said: NewFile,
    app: &App,
    received: &Received,
) -> Result<(NewFile, Chunked), Problem> {
    let limits = SizeLimit::new().whole_stream(u64::MAX).per_field(u64::MAX);
    let bytes = body::paced(body, app.limits.stall, received);
    let constraints = Constraints::new().size_limit(limits);
    let mut form = Multipart::with_constraints(bytes, boundary, constraints);
    let mut file = said;
    let mut seen = Vec::new();
    while seen.len() <= MOST_PARTS {
        let part = form.next_field().await;
        let part = part.map_err(|e| broken(&e, received))?;
        let Some(part) = part else {
            return Err(wrong("The form has no part named file."));
        };
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" {
            take_headers(&part, &mut file);
            return Ok((file, content(form, part, received)));
        }
        check_name(&name, &seen)?;
        take_text(&name, text(part, received).await?, &mut file)?;
        seen.push(name);
    }
    Err(wrong("The form has too many parts."))
}

fn check_name(name: &str, seen: &[String]) -> Result<(), Problem> {
    let sound = |b: u8| b.is_ascii_alphanumeric() || b"_.-".contains(&b);
    if !(1..=MOST_NAME).contains(&name.len()) || !name.bytes().all(sound) {
        return Err(wrong(
            "A part's name must have 1 to 100 letters, digits, dots, hyphens and underscores.",
        ));
    }
    match seen.iter().any(|one| one == name) {
        true => Err(wrong("Every part of the form must be there once.")),
        false => Ok(()),
    }
}

/// What the query or the text parts said goes before what the file part says of itself.
fn take_headers(part: &Field<'_>, file: &mut NewFile) {
    if file.name.is_empty() {
        file.name = part.file_name().unwrap_or("file").to_owned();
    }
    if file.mime_type.is_empty() {
        let said = part.content_type().map(|one| one.as_ref());
        file.mime_type = said.unwrap_or("application/octet-stream").to_owned();
    }
}

fn take_text(name: &str, text: String, file: &mut NewFile) -> Result<(), Problem> {
    let refused = |message| Err(Problem::field(Code::InvalidBody, name, message));
    match name {
        "name" | "mimeType" if text.is_empty() => return refused("must not be empty"),
        "name" => file.name = text,
        "mimeType" => file.mime_type = text,
        "description" => file.description = Some(text),
        "metadata" => match serde_json::from_str::<Map<String, Value>>(&text) {
            Ok(said) => file.metadata.extend(said),
            Err(_) => return refused("must be a JSON object"),
        },
        _ if text.chars().count() > MOST_DESCRIPTION => {
            return refused("must have at most 1000 characters");
        }
        _ => drop(file.metadata.insert(name.to_owned(), text.into())),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_without_a_meaning_of_their_own_are_metadata() {
        let mut file = NewFile::default();
        for (name, text) in [
            ("preparer", "Grace"),
            ("metadata", r#"{"taxYear": 2025}"#),
            ("description", "Prepared"),
        ] {
            take_text(name, text.to_owned(), &mut file).ok().unwrap();
        }
        assert_eq!(
            Value::Object(file.metadata.clone()),
            json!({ "preparer": "Grace", "taxYear": 2025 })
        );
        assert_eq!(file.description.as_deref(), Some("Prepared"));
        let long = "x".repeat(MOST_DESCRIPTION + 1);
        assert!(take_text("other", long, &mut file).is_err());
    }
}
