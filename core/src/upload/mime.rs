//! The MIME type of a file, by these rules, the first that gives an answer:
//!
//! 1. what the caller said;
//! 2. what the extension of the name says;
//! 3. what the first 8 KiB of the content say;
//! 4. `application/octet-stream`.
//!
//! The name goes before the content because many office formats are ZIP or XML inside.

use crate::{Error, ErrorCode, Result};

const UNKNOWN: &str = "application/octet-stream";
const MAGIC_BYTES: usize = 8 * 1024;

/// Refuses what is not `type/subtype`, with or without parameters: it goes into a header.
///
/// # Errors
/// `INVALID_ARGUMENT`.
pub(crate) fn check(mime_type: &str) -> Result<()> {
    let (essence, parameters) = mime_type.split_once(';').unwrap_or((mime_type, ""));
    let halves = essence.trim_end_matches(' ').split_once('/');
    let sound = mime_type.len() <= 255
        && halves.is_some_and(|(kind, sub)| is_token(kind) && is_token(sub))
        && parameters.bytes().all(|b| (0x20..0x7f).contains(&b));
    if sound {
        return Ok(());
    }
    Err(Error::new(
        ErrorCode::InvalidArgument,
        "mime_type must be of the form type/subtype, such as application/pdf",
    ))
}

/// The type of a file with this name whose content starts with `head`.
pub(super) fn decide(explicit: Option<&str>, name: &str, head: &[u8]) -> String {
    if let Some(given) = explicit {
        return given.to_owned();
    }
    let by_content = || infer::get(&head[..head.len().min(MAGIC_BYTES)]).map(|t| t.mime_type());
    let Some(by_name) = mime_guess::from_path(name).first_raw() else {
        return by_content().unwrap_or(UNKNOWN).to_owned();
    };
    // Looked at only where somebody listens: it costs more than the rest of this function.
    if tracing::enabled!(tracing::Level::DEBUG)
        && let Some(by_content) = by_content().filter(|by_content| *by_content != by_name)
    {
        tracing::debug!(
            by_name,
            by_content,
            "a file's name and content suggest different types; the name decides"
        );
    }
    by_name.to_owned()
}

fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PDF: &[u8] = b"%PDF-1.7\n";
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    #[test]
    fn the_rules_apply_in_their_order() {
        assert_eq!(decide(Some("text/x-own"), "w2.pdf", PDF), "text/x-own");
        assert_eq!(decide(None, "w2.PDF", PNG), "application/pdf");
        assert_eq!(decide(None, "scan", PNG), "image/png");
        assert_eq!(decide(None, "scan.unheard-of", PDF), "application/pdf");
        assert_eq!(decide(None, "scan", b"?"), UNKNOWN);
        assert_eq!(decide(None, "ledger.csv", b"a,b"), "text/csv");
    }

    #[test]
    fn a_given_type_must_be_one() {
        for good in ["application/pdf", "text/plain; charset=utf-8", "a/b+c.d"] {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "pdf",
            "a/",
            "/b",
            "a/b/c",
            "a b/c",
            "a/b\r\nX: y",
            "a/b;\r\nx",
            "ä/b",
        ] {
            let code = check(bad).unwrap_err().code();
            assert_eq!(code, ErrorCode::InvalidArgument, "{bad:?}");
        }
    }
}
