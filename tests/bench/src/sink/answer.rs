//! What the sink answers: always the same, as an upload host and a gateway would that are pleased.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::counts::Counts;
use crate::request::Request;

static UPLOADS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);
static CALLS: AtomicU64 = AtomicU64::new(0);

const UPLOADED: &str = r#"{"fileUrl":"https://files.example/8d0f4f0c-6a3c-4f7e-9d57-2b9a3d1c0e42","fileName":"document.pdf","mimeType":"application/pdf"}"#;
const LOGGED_IN: &str =
    r#"{"data":{"loginViaPersonalApiToken":{"accessToken":"a-token-that-does-not-expire"}}}"#;
const ME: &str = r#"{"data":{"me":{"id":"9b2f6f0e-54a1-4a63-8a53-0f3a1b6f8c11","email":"someone@example.com","name":"Someone","role":"ADMIN"}}}"#;

/// The JSON that answers a request; counts it first, so that whoever asks next finds it counted.
pub fn to(request: &Request) -> String {
    if request.path.ends_with("/upload") {
        UPLOADS.fetch_add(1, Relaxed);
        BYTES.fetch_add(request.length, Relaxed);
        return UPLOADED.to_owned();
    }
    if request.path.ends_with("/counts") {
        let counts = Counts {
            uploads: UPLOADS.load(Relaxed),
            bytes: BYTES.load(Relaxed),
            calls: CALLS.load(Relaxed),
        };
        return serde_json::json!(counts).to_string();
    }
    CALLS.fetch_add(1, Relaxed);
    let login = b"loginViaPersonalApiToken";
    match request.text.windows(login.len()).any(|part| part == login) {
        true => LOGGED_IN.to_owned(),
        false => ME.to_owned(),
    }
}
