//! `Idempotency-Key`: the same request with the same key happens once.

use http::HeaderMap;

use crate::pull::problem::{Code, Problem};

/// The key of a request, if it has one.
pub fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let sound = |text: &&str| {
        (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic() || b == b' ')
    };
    match value.to_str().ok().filter(sound) {
        Some(key) => Ok(Some(key.to_owned())),
        None => Err(Problem::field(
            Code::InvalidParameter,
            "Idempotency-Key",
            "must be 1 to 255 visible ASCII characters",
        )),
    }
}
