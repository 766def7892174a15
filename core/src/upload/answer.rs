//! What an upload host answers, read by the wire profile's names and believed only when it can be
//! used. Statuses are judged in `http`.

use serde_json::{Map, Value};
use url::Url;

use crate::config::is_loopback;
use crate::wire::UploadWire;
use crate::{Error, ErrorCode, Result};

const LONGEST_URL: usize = 8 * 1024;
const LONGEST_TEXT: usize = 1024;
const MOST_KEYS: usize = 12;

/// The three facts of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub file_url: String,
    pub file_name: String,
    pub mime_type: String,
}

/// An answer that cannot be used.
#[derive(Debug)]
pub(super) enum Unusable {
    /// No JSON at all: cut off, or from something between here and the host. Another attempt may
    /// fare better.
    Unreadable(Error),
    /// JSON of another shape: it would come again.
    Wrong(Error),
}

impl Unusable {
    /// The error, and whether another attempt may mend it.
    pub fn into_error(self) -> (Error, bool) {
        match self {
            Self::Unreadable(error) => (error, true),
            Self::Wrong(error) => (error, false),
        }
    }
}

/// Reads an answer.
///
/// # Errors
/// `PROTOCOL_ERROR` saying which field is missing or unusable, and what came instead.
pub(super) fn read(body: &[u8], wire: &UploadWire) -> Result<Stored, Unusable> {
    let answer: Value = serde_json::from_slice(body)
        .map_err(|_| Unusable::Unreadable(refuse("is not valid JSON".to_owned())))?;
    stored(&answer, wire).map_err(Unusable::Wrong)
}

fn stored(answer: &Value, wire: &UploadWire) -> Result<Stored> {
    let fields = answer
        .as_object()
        .ok_or_else(|| refuse("is not a JSON object".to_owned()))?;
    let file_url = field(fields, &wire.file_url_field)?;
    check_url(file_url, &wire.file_url_field)?;
    Ok(Stored {
        file_url: file_url.to_owned(),
        file_name: short(fields, &wire.file_name_field)?,
        mime_type: short(fields, &wire.answer_mime_type_field)?,
    })
}

fn short(fields: &Map<String, Value>, name: &str) -> Result<String> {
    let text = field(fields, name)?;
    if text.len() > LONGEST_TEXT {
        return Err(refuse(format!("has {} bytes in `{name}`", text.len())));
    }
    Ok(text.to_owned())
}

fn field<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<&'a str> {
    match fields.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text),
        Some(Value::String(_)) => Err(refuse(format!("has an empty `{name}`"))),
        Some(other) => Err(refuse(format!("has {} as `{name}`", kind(other)))),
        None => Err(refuse(format!("lacks `{name}`; it has {}", keys(fields)))),
    }
}

fn check_url(text: &str, name: &str) -> Result<()> {
    if text.len() > LONGEST_URL {
        return Err(refuse(format!("has {} bytes in `{name}`", text.len())));
    }
    let url = Url::parse(text).map_err(|e| match e {
        url::ParseError::RelativeUrlWithoutBase => {
            refuse(format!("has a relative URL in `{name}`"))
        }
        _ => refuse(format!("has no valid URL in `{name}`")),
    })?;
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(&url) => Ok(()),
        "http" => Err(refuse(format!("has an http URL in `{name}`, not https"))),
        _ => Err(refuse(format!("has a URL in `{name}` that is not https"))),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The names of the fields that came, few and short enough for a message and unable to forge one.
fn keys(fields: &Map<String, Value>) -> String {
    if fields.is_empty() {
        return "no fields".to_owned();
    }
    let shown = fields.keys().take(MOST_KEYS).map(|key| plain(key));
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if fields.len() > MOST_KEYS {
        text.push_str(", …");
    }
    text
}

fn plain(key: &str) -> String {
    let keep = |c: char| match c.is_ascii_alphanumeric() || "_-.".contains(c) {
        true => c,
        false => '?',
    };
    format!("`{}`", key.chars().take(32).map(keep).collect::<String>())
}

fn refuse(problem: String) -> Error {
    Error::new(
        ErrorCode::ProtocolError,
        format!("the upload host's answer {problem}: check upload_url and the wire profile"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(body: &str) -> String {
        let unusable = read(body.as_bytes(), &UploadWire::default()).unwrap_err();
        let (error, transient) = unusable.into_error();
        assert_eq!(transient, serde_json::from_str::<Value>(body).is_err());
        assert_eq!(error.code(), ErrorCode::ProtocolError, "{body}");
        error.message().to_owned()
    }

    fn with_url(url: &str) -> String {
        serde_json::json!({"fileUrl": url, "fileName": "a", "mimeType": "b/c"}).to_string()
    }

    #[test]
    fn the_three_fields_are_read_and_others_ignored() {
        let body = r#"{"id":1,"fileUrl":"https://f/a?b=c","fileName":"a.pdf","mimeType":"x/y"}"#;
        let stored = read(body.as_bytes(), &UploadWire::default()).unwrap();
        assert_eq!(stored.file_url, "https://f/a?b=c");
        assert_eq!((&*stored.file_name, &*stored.mime_type), ("a.pdf", "x/y"));
        assert!(
            read(
                with_url("http://127.0.0.1:1/a").as_bytes(),
                &UploadWire::default()
            )
            .is_ok()
        );
    }

    #[test]
    fn a_profile_renames_the_fields() {
        let wire = UploadWire {
            file_url_field: "u".into(),
            file_name_field: "n".into(),
            answer_mime_type_field: "m".into(),
            ..UploadWire::default()
        };
        let stored = read(br#"{"u":"https://f/a","n":"a","m":"b/c"}"#, &wire).unwrap();
        assert_eq!(stored.mime_type, "b/c");
    }

    #[test]
    fn what_is_missing_is_named_with_what_came() {
        let text = message(r#"{"url":"https://f/a","bad\r\nkey":1}"#);
        assert!(text.contains("lacks `fileUrl`") && text.contains("`url`"));
        assert!(text.contains("`bad??key`") && !text.contains('\n'));
        let many: Map<_, _> = (0..1000)
            .map(|n| (format!("{n:0>200}"), Value::Null))
            .collect();
        assert!(message(&Value::Object(many).to_string()).len() < 700);
    }

    #[test]
    fn a_url_that_cannot_be_used_is_refused() {
        assert!(message(&with_url("/files/1")).contains("relative"));
        assert!(message(&with_url("http://files.example/1")).contains("http URL"));
        assert!(message(&with_url("file:///etc/passwd")).contains("not https"));
        let long = format!("https://f/{}", "a".repeat(64 * 1024));
        assert!(message(&with_url(&long)).contains("65546 bytes"));
    }

    #[test]
    fn other_shapes_are_refused() {
        for body in [
            "",
            "<html>",
            "[]",
            "null",
            "{}",
            r#"{"fileUrl":1}"#,
            r#"{"fileUrl":""}"#,
            r#"{"fileUrl":"https://f/a","fileName":null,"mimeType":"b/c"}"#,
            "{\"fileUrl\":\"\u{fffd}",
        ] {
            message(body);
        }
        let deep = "[".repeat(100_000);
        message(&deep);
        let truncated = &[b'{', b'"', 0xc3];
        assert!(read(truncated, &UploadWire::default()).is_err());
    }
}
