//! File names: as they stand in `content-disposition`, and as they go into a URL.

use http::HeaderMap;
use http::header::CONTENT_DISPOSITION;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// The file name of a part as received: what stands between the quotes, escapes included. The
/// extended form `filename*` is decoded and goes first.
pub(super) fn file_name(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_DISPOSITION)?;
    let text = String::from_utf8_lossy(value.as_bytes());
    let mut plain = None;
    for (name, value) in parameters(&text) {
        match name.to_ascii_lowercase().as_str() {
            "filename*" => return Some(extended(&value)),
            "filename" => plain = plain.or(Some(value)),
            _ => {}
        }
    }
    plain
}

/// Parameters of a header value; a quoted one keeps its escapes.
fn parameters(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text.split_once(';').map_or("", |(_, rest)| rest);
    while let Some((name, after)) = rest.split_once('=') {
        let (value, tail) = match after.trim_start().strip_prefix('"') {
            Some(quoted) => until_quote(quoted),
            None => after.split_once(';').unwrap_or((after, "")),
        };
        found.push((name.trim().to_owned(), value.trim_end().to_owned()));
        rest = tail.trim_start().trim_start_matches(';');
    }
    found
}

fn until_quote(text: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, sign) in text.char_indices() {
        match sign {
            '"' if !escaped => return (&text[..at], &text[at + 1..]),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    (text, "")
}

/// `UTF-8''na%C3%AFve.pdf` → `naïve.pdf`
fn extended(value: &str) -> String {
    let encoded = value.splitn(3, '\'').nth(2).unwrap_or(value);
    percent_decode_str(encoded).decode_utf8_lossy().into_owned()
}

/// A file name as one segment of a URL's path.
pub(super) fn in_path(file_name: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');
    match file_name {
        "." | ".." => "file".into(),
        name => utf8_percent_encode(name, KEPT).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_in(value: &[u8]) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(
            CONTENT_DISPOSITION,
            http::HeaderValue::from_bytes(value).unwrap(),
        );
        file_name(&headers)
    }

    #[test]
    fn a_name_is_kept_as_received() {
        assert_eq!(
            name_in(b"form-data; name=\"file\"; filename=\"a b.pdf\"").unwrap(),
            "a b.pdf"
        );
        assert_eq!(
            name_in(b"form-data; filename=\"a%22b.pdf\"; name=x").unwrap(),
            "a%22b.pdf"
        );
        assert_eq!(
            name_in(b"form-data; filename=\"a\\\"b;c.pdf\"").unwrap(),
            "a\\\"b;c.pdf"
        );
        assert_eq!(
            name_in(b"form-data; filename=plain.pdf; name=x").unwrap(),
            "plain.pdf"
        );
        assert_eq!(
            name_in("form-data; filename=\"é.pdf\"".as_bytes()).unwrap(),
            "é.pdf"
        );
        assert_eq!(name_in(b"form-data; name=\"file\""), None);
    }

    #[test]
    fn the_extended_form_goes_first() {
        let value = b"form-data; filename=\"x.pdf\"; filename*=UTF-8''na%C3%AFve.pdf";
        assert_eq!(name_in(value).unwrap(), "naïve.pdf");
    }

    #[test]
    fn a_name_is_one_segment_of_a_path() {
        assert_eq!(in_path("../a b/é.pdf"), "..%2Fa%20b%2F%C3%A9.pdf");
    }
}
