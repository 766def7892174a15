//! [`PullConfig`]: where the API listens, who may use it, and how much of it.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::auth::Scope;
use crate::{Error, ErrorCode, Result};

/// The shortest key or secret that is taken: shorter ones can be guessed.
const LEAST_SECRET: usize = 16;

/// Settings of a [`PullServer`](super::PullServer).
#[derive(Clone)]
pub struct PullConfig {
    /// Address to listen on; port 0 takes a free one. Without `tls`, loopback only.
    pub listen: SocketAddr,
    /// The URL Filed reaches the server under, when it is another than the address says: a name,
    /// or a proxy in front. Every URL in an answer starts with it.
    pub public_url: Option<String>,
    /// Certificate and key; without them the server speaks plain HTTP, on loopback only.
    pub tls: Option<TlsIdentity>,
    /// API keys.
    pub keys: Vec<ApiKey>,
    /// OAuth 2.0 clients, for the client credentials grant.
    pub oauth_clients: Vec<OauthClient>,
    /// How long an access token lives.
    pub token_lifetime: Duration,
    /// Puts signed download URLs into lists, which need no credentials and live so long, up to
    /// twice.
    pub signed_urls: Option<Duration>,
    /// Where unfinished uploads, idempotency keys and the server's own secret are kept, so that
    /// they outlive the process. Only one server at a time. Without it they end with the server.
    pub state_dir: Option<PathBuf>,
    /// What the documents say of the platform.
    pub about: About,
    /// How much is allowed.
    pub limits: Limits,
}

/// An API key, sent as `X-API-Key` or as a bearer token.
#[derive(Clone)]
pub struct ApiKey {
    /// Who has it; several keys may be of one caller.
    pub caller: String,
    /// At least 16 characters.
    pub key: SecretString,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

/// A client of the OAuth 2.0 token endpoint.
#[derive(Clone)]
pub struct OauthClient {
    /// The `client_id`, which is also the caller's name.
    pub id: String,
    /// The `client_secret`, at least 16 characters.
    pub secret: SecretString,
    /// What its tokens may do at most.
    pub scopes: Vec<Scope>,
}

/// What the server proves itself with.
#[derive(Clone)]
pub struct TlsIdentity {
    /// The certificate and its chain, PEM.
    pub certificates: Vec<u8>,
    /// The private key, PEM.
    pub key: SecretString,
}

/// What the documents say of the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The platform's name.
    pub platform: String,
    /// Where Filed's engineers ask when something is unclear.
    pub contact: Option<String>,
    /// How Filed comes by credentials, in a sentence or two.
    pub credentials: String,
    /// Webhooks of the platform: what happened, and what is sent then. Empty when there are none.
    pub webhooks: Vec<Webhook>,
}

/// A webhook of the platform, for the documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its name, such as `file.created`.
    pub name: String,
    /// When it is sent, and what with.
    pub description: String,
}

impl Default for About {
    fn default() -> Self {
        Self {
            platform: "the platform".into(),
            contact: None,
            credentials: "The platform's administrator makes an API key, or an OAuth 2.0 client, \
                          for each firm and hands it to Filed over a private channel."
                .into(),
            webhooks: Vec::new(),
        }
    }
}

impl TlsIdentity {
    /// Reads both from PEM files. Blocks.
    ///
    /// # Errors
    /// `CONFIG_INVALID` with the path in its field when a file cannot be read.
    pub fn from_files(certificates: impl AsRef<Path>, key: impl AsRef<Path>) -> Result<Self> {
        let read = |path: &Path| {
            std::fs::read(path).map_err(|e| {
                let text = format!("tls: the file cannot be read: {}", e.kind());
                invalid(&text).with_path(path)
            })
        };
        let key = key.as_ref();
        let text = String::from_utf8(read(key)?)
            .map_err(|_| invalid("tls: the key is not PEM").with_path(key))?;
        Ok(Self {
            certificates: read(certificates.as_ref())?,
            key: text.into(),
        })
    }
}

/// How much is allowed, and how long things may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The largest file that is received, in bytes.
    pub file: u64,
    /// The longest a function of the provider may take before its request is answered with 504;
    /// also for each chunk.
    pub provider: Duration,
    /// A transfer that moves less than 16 KiB in this time is cut off.
    pub stall: Duration,
    /// Connections at the same time; more wait to be accepted.
    pub connections: usize,
    /// Requests of one caller, or of one address without credentials; `None` is without limit.
    pub rate: Option<RateLimit>,
    /// Wrong credentials in a row from one address before it is locked out.
    pub failures: u32,
    /// How long it is locked out; every further time twice as long, up to an hour.
    pub lock_out: Duration,
    /// How long an unfinished upload is kept after its last byte.
    pub upload_lifetime: Duration,
    /// Unfinished uploads of one caller at the same time.
    pub uploads: usize,
}

/// A token bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests a second in the long run.
    pub per_second: u32,
    /// Requests at once.
    pub burst: u32,
}

impl Default for PullConfig {
    /// Plain HTTP on a free port of this machine, and nobody may use it yet.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            public_url: None,
            tls: None,
            keys: Vec::new(),
            oauth_clients: Vec::new(),
            token_lifetime: Duration::from_secs(3600),
            signed_urls: None,
            state_dir: None,
            about: About::default(),
            limits: Limits::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file: 2 << 30,
            provider: Duration::from_secs(30),
            stall: Duration::from_secs(30),
            connections: 1024,
            rate: Some(RateLimit {
                per_second: 100,
                burst: 400,
            }),
            failures: 20,
            lock_out: Duration::from_secs(60),
            upload_lifetime: Duration::from_secs(24 * 3600),
            uploads: 256,
        }
    }
}

impl PullConfig {
    /// Refuses settings that would make an unsafe server.
    pub(super) fn check(&self) -> Result<()> {
        if self.tls.is_none() && !self.listen.ip().is_loopback() {
            return Err(invalid(
                "listen is not a loopback address: give tls, or put a proxy in front",
            ));
        }
        let keys = self.keys.iter().map(|key| (&key.caller, &key.key));
        let clients = self.oauth_clients.iter().map(|one| (&one.id, &one.secret));
        for (caller, secret) in keys.chain(clients) {
            if caller.is_empty() || caller.len() > 200 {
                return Err(invalid("a caller's name must have 1 to 200 characters"));
            }
            let secret = secret.expose_secret();
            if secret.len() < LEAST_SECRET || !secret.bytes().all(|b| b.is_ascii_graphic()) {
                return Err(invalid(
                    "an API key or client secret must have at least 16 visible ASCII characters",
                ));
            }
        }
        if let Some(url) = &self.public_url {
            check_url("public_url", url)?;
        }
        self.limits.check()
    }
}

impl Limits {
    fn check(&self) -> Result<()> {
        let rate = self.rate.is_none_or(|r| r.per_second > 0 && r.burst > 0);
        let times = [self.provider, self.stall, self.lock_out];
        if !rate || self.connections == 0 || times.iter().any(Duration::is_zero) {
            return Err(invalid("a limit of the pull server is zero"));
        }
        Ok(())
    }
}

pub(super) fn check_url(name: &str, url: &str) -> Result<()> {
    let sound = url::Url::parse(url).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
    });
    match sound {
        true => Ok(()),
        false => Err(invalid(&format!("{name} must be an http or https URL"))),
    }
}

pub(super) fn invalid(text: &str) -> Error {
    Error::new(ErrorCode::ConfigInvalid, text)
}
