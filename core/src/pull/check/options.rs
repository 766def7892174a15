//! What the check is told: where the platform is, how to get in, and how far it may go.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

/// What to check, and how far.
#[derive(Clone)]
pub struct CheckOptions {
    /// The platform's address; the paths of its document follow it. https, or http on loopback.
    pub base_url: String,
    /// How to get in; at least one of the two.
    pub credentials: CheckCredentials,
    /// The platform's OpenAPI document, as JSON or YAML. Without it, it is asked for at the
    /// mapping's `document` path.
    pub document: Option<String>,
    /// Which of the document's operations is which, as JSON or YAML; see [`Mapping`](super::Mapping).
    /// Without it, the platform is taken to be one of ours.
    pub mapping: Option<String>,
    /// More certificate authorities, as PEM.
    pub ca_bundle: Option<PathBuf>,
    /// Whether to post notes and upload files. They are not removed: use a test firm.
    pub writes: bool,
    /// The client that notes and files are written to; without it, the first one listed.
    pub client_id: Option<String>,
    /// How far the check goes.
    pub limits: CheckLimits,
}

impl CheckOptions {
    /// The defaults, for a platform of ours at `base_url`.
    pub fn new(base_url: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            credentials: CheckCredentials::default(),
            document: None,
            mapping: None,
            ca_bundle: None,
            writes: true,
            client_id: None,
            limits: CheckLimits::default(),
        }
    }
}

/// How to get in. Both are tried when both are there; the key is used for the rest.
#[derive(Clone, Default)]
pub struct CheckCredentials {
    /// An API key, sent where the mapping or the document says.
    pub api_key: Option<SecretString>,
    /// Client id and secret of OAuth 2.0 client credentials.
    pub oauth: Option<(String, SecretString)>,
}

/// How far the check goes; what is left out because of a limit is said in the report.
#[derive(Debug, Clone, Copy)]
pub struct CheckLimits {
    /// Most requests.
    pub requests: u32,
    /// Longest time for everything.
    pub time: Duration,
    /// Longest time for one request.
    pub request_time: Duration,
    /// Most clients whose files are listed.
    pub clients: usize,
    /// Most files that are downloaded.
    pub files: usize,
    /// Largest answer that is read, in bytes, and so what the check holds in memory.
    pub answer_bytes: usize,
    /// How long to wait for a signed URL to end.
    pub patience: Duration,
}

impl Default for CheckLimits {
    fn default() -> Self {
        Self {
            requests: 2_000,
            time: Duration::from_secs(300),
            request_time: Duration::from_secs(30),
            clients: 100,
            files: 50,
            answer_bytes: 16 << 20,
            patience: Duration::from_secs(5),
        }
    }
}
