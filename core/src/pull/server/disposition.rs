//! `Content-Disposition` (RFC 6266) for any Unicode name: going out with a plain name for old
//! clients and the real one as RFC 8187 has it; coming in, the name of a raw body.

use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// `attr-char` of RFC 8187.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// The header for a download under this name.
pub fn attachment(name: &str) -> HeaderValue {
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let plain: String = name.chars().map(plain).collect();
    let exact = utf8_percent_encode(&name, KEPT);
    let value = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}");
    HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("attachment"))
}

/// What stands for a character in the quoted name: no escape, since clients read those
/// differently, and no percent sign, since some decode it.
fn plain(c: char) -> char {
    match c {
        '"' | '\\' | '%' | '/' => '_',
        ' '..='~' => c,
        _ => '_',
    }
}

/// The file name a header gives; the extended form goes first.
pub fn file_name(value: &HeaderValue) -> Option<String> {
    let text = std::str::from_utf8(value.as_bytes()).ok()?;
    let (mut exact, mut plain) = (None, None);
    let mut rest = text.split_once(';')?.1;
    while let Some((name, after)) = rest.split_once('=') {
        let (value, tail) = parameter(after.trim_start())?;
        match name.trim().to_ascii_lowercase().as_str() {
            "filename*" => exact = extended(&value),
            "filename" => plain = Some(value),
            _ => {}
        }
        rest = tail.trim_start().trim_start_matches(';');
    }
    exact.or(plain)
}

/// A value, quoted or not, and what follows it.
fn parameter(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(';').unwrap_or(text.len());
        return Some((text[..end].trim_end().to_owned(), &text[end..]));
    };
    let mut value = String::new();
    let mut signs = quoted.char_indices();
    while let Some((at, sign)) = signs.next() {
        match sign {
            '"' => return Some((value, &quoted[at + 1..])),
            '\\' => value.push(signs.next()?.1),
            _ => value.push(sign),
        }
    }
    None
}

/// `UTF-8''na%C3%AFve.pdf`
fn extended(value: &str) -> Option<String> {
    let (charset, rest) = value.split_once('\'')?;
    let (_language, encoded) = rest.split_once('\'')?;
    if !charset.eq_ignore_ascii_case("utf-8") {
        return None;
    }
    let decoded = percent_decode_str(encoded).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_name_comes_back_from_its_header(name in "\\PC{1,40}") {
            let header = attachment(&name);
            prop_assert!(header.as_bytes().iter().all(|b| (0x20..0x7f).contains(b)));
            prop_assert_eq!(file_name(&header), Some(name));
        }

        #[test]
        fn no_name_adds_a_header_or_ends_one(name: String) {
            let header = attachment(&name);
            let text = header.to_str().unwrap();
            prop_assert_eq!(text.matches('"').count(), 2);
            prop_assert!(text.starts_with("attachment; filename=\""));
        }

        #[test]
        fn no_header_breaks_the_reader(text in "[ -~]{0,60}") {
            let _ = file_name(&HeaderValue::from_str(&text).unwrap());
        }
    }

    #[test]
    fn names_are_read_as_they_are_written_elsewhere() {
        let read = |text: &str| file_name(&HeaderValue::from_bytes(text.as_bytes()).unwrap());
        for (text, name) in [
            ("attachment; filename=w2.pdf", "w2.pdf"),
            (
                "attachment; filename=\"a \\\"b\\\".pdf\"; x=y",
                "a \"b\".pdf",
            ),
            (
                "attachment; filename=\"x\"; filename*=utf-8'en'na%C3%AFve.pdf",
                "naïve.pdf",
            ),
            ("attachment; filename*=latin1''x; filename=plain", "plain"),
            ("attachment; filename=\"é.pdf\"", "é.pdf"),
        ] {
            assert_eq!(read(text).as_deref(), Some(name), "{text}");
        }
        for none in ["attachment", "attachment; filename=\"open", "inline; a=b"] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
