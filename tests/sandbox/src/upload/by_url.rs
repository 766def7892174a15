//! Uploads by URL: the caller names a URL, the simulated Filed fetches it.

use http::header::CONTENT_TYPE;
use serde_json::Value;
use url::Url;

use super::body::Source;
use super::{Received, Visit};
use crate::answer::Answer;
use crate::faults::Fault;
use crate::fetch;
use crate::settings::{UrlEncoding, UrlUpload};
use crate::state::UploadHost;

const MAX_BODY: usize = 1 << 20;

/// What the caller asked for.
struct Wanted {
    url: String,
    mime_type: Option<String>,
}

pub(super) async fn receive(
    visit: &Visit,
    mut source: Source,
    mut strike: impl FnMut(&str) -> Option<Fault>,
) -> Result<Received, Answer> {
    let body = source
        .whole(MAX_BODY)
        .await
        .map_err(|error| Answer::refused(400, &format!("the body did not come whole: {error}")))?
        .ok_or_else(|| Answer::refused(413, "the body is too large"))?;
    if visit.host == UploadHost::Partner && !visit.settings.partner_by_url {
        return Err(Answer::refused(
            400,
            "the partner host takes multipart/form-data only",
        ));
    }
    let wanted = read(visit, &body)?;
    strike(&String::from_utf8_lossy(&body));
    let (id, place) = visit.new_place();
    let fetched = fetch::fetch(&visit.epoch, &wanted.url, place.as_deref())
        .await
        .map_err(|error| Answer::refused(422, &format!("{error:#}")))?;
    Ok(Received {
        id,
        file_name: last_segment(&wanted.url),
        mime_type: wanted
            .mime_type
            .or(fetched.content_type)
            .unwrap_or_else(|| "application/octet-stream".into()),
        stored: fetched.stored,
    })
}

fn read(visit: &Visit, body: &[u8]) -> Result<Wanted, Answer> {
    let UrlUpload {
        field,
        mime_field,
        encoding,
    } = &visit.settings.url_upload;
    let content_type = visit
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let wanted_type = match encoding {
        UrlEncoding::Json => "application/json",
        UrlEncoding::Form => "application/x-www-form-urlencoded",
    };
    if !content_type.is_some_and(|given| given.to_ascii_lowercase().starts_with(wanted_type)) {
        let message = format!("content-type must be multipart/form-data or {wanted_type}");
        return Err(Answer::refused(400, &message));
    }
    let texts = match encoding {
        UrlEncoding::Json => from_json(body)?,
        UrlEncoding::Form => url::form_urlencoded::parse(body).into_owned().collect(),
    };
    let text = |name: &str| {
        texts
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, text)| text.clone())
    };
    let url = text(field).ok_or_else(|| Answer::refused(400, &format!("{field} is missing")))?;
    if !Url::parse(&url).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
        return Err(Answer::refused(
            400,
            &format!("{field} must be an http or https URL"),
        ));
    }
    Ok(Wanted {
        url,
        mime_type: text(mime_field),
    })
}

fn from_json(body: &[u8]) -> Result<Vec<(String, String)>, Answer> {
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else {
        return Err(Answer::refused(400, "the body must be a JSON object"));
    };
    let mut texts = Vec::new();
    for (name, value) in fields {
        match value {
            Value::String(text) => texts.push((name, text)),
            Value::Null => {}
            _ => return Err(Answer::refused(400, &format!("{name} must be a string"))),
        }
    }
    Ok(texts)
}

fn last_segment(url: &str) -> String {
    let parsed = Url::parse(url).ok();
    let segment = parsed
        .as_ref()
        .and_then(|url| url.path_segments()?.next_back())
        .filter(|segment| !segment.is_empty());
    segment.map_or_else(
        || "file".into(),
        |segment| {
            percent_encoding::percent_decode_str(segment)
                .decode_utf8_lossy()
                .into_owned()
        },
    )
}
