//! Where the server listens, who may use it, and how much of it.

use std::ffi::c_char;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use filed_core::pull::config::RateLimit;
use filed_core::pull::{ApiKey, Limits, OauthClient, PullConfig, TlsIdentity};
use filed_core::{Error, ErrorCode};
use secrecy::SecretString;

use super::about::filed_pull_about;
use super::credential::scopes;
use crate::args::{self, invalid};
use crate::failure::Result;
use crate::records::{self, Record};

/// `rate_per_second`: requests are not counted.
pub const FILED_PULL_NO_RATE_LIMIT: u32 = u32::MAX;

/// An API key, sent as `X-API-Key` or as a bearer token. Start with `FILED_PULL_KEY_INIT`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct filed_pull_key {
    /// Size of this struct.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// Who has it, a name that is no secret; several keys may be of one caller. Required.
    pub caller: *const c_char,
    /// The key, at least 16 characters; required.
    pub key: *const c_char,
    /// What it may do: some of `clients.read`, `files.read`, `notes.write`, `files.write` with
    /// spaces between; NULL is all.
    pub scopes: *const c_char,
}

// SAFETY: integers and pointers, all valid when zero; `size` is first.
unsafe impl Record for filed_pull_key {
    const NAME: &'static str = "filed_pull_key";
    const INIT: &'static str = "FILED_PULL_KEY_INIT";
}

impl filed_pull_key {
    unsafe fn to_core(self) -> Result<ApiKey> {
        Ok(ApiKey {
            caller: unsafe { args::text(self.caller, "keys.caller") }?.to_owned(),
            key: SecretString::from(unsafe { args::text(self.key, "keys.key") }?),
            scopes: unsafe { scopes(self.scopes, "keys.scopes") }?,
        })
    }
}

/// A client of the OAuth 2.0 token endpoint. Start with `FILED_PULL_OAUTH_CLIENT_INIT`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct filed_pull_oauth_client {
    /// Size of this struct.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// The `client_id`, which is also the caller's name; required.
    pub id: *const c_char,
    /// The `client_secret`, at least 16 characters; required.
    pub secret: *const c_char,
    /// What its tokens may do at most, as in `filed_pull_key`.
    pub scopes: *const c_char,
}

// SAFETY: integers and pointers, all valid when zero; `size` is first.
unsafe impl Record for filed_pull_oauth_client {
    const NAME: &'static str = "filed_pull_oauth_client";
    const INIT: &'static str = "FILED_PULL_OAUTH_CLIENT_INIT";
}

impl filed_pull_oauth_client {
    unsafe fn to_core(self) -> Result<OauthClient> {
        Ok(OauthClient {
            id: unsafe { args::text(self.id, "oauth_clients.id") }?.to_owned(),
            secret: SecretString::from(unsafe { args::text(self.secret, "oauth_clients.secret") }?),
            scopes: unsafe { scopes(self.scopes, "oauth_clients.scopes") }?,
        })
    }
}

/// How to serve. Start with `FILED_PULL_OPTIONS_INIT`. Everything is copied.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct filed_pull_options {
    /// Size of this struct.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// Address and port, such as `127.0.0.1:8080`; port 0 takes a free one. NULL is a free port of
    /// this machine. Without TLS, loopback only.
    pub listen: *const c_char,
    /// The URL Filed reaches the server under, when it is another than the address says: a name, or
    /// a proxy in front. Or NULL.
    pub public_url: *const c_char,
    /// Path of a PEM file with the certificate and its chain; NULL is plain HTTP.
    pub tls_certificate: *const c_char,
    /// Path of a PEM file with the private key.
    pub tls_key: *const c_char,
    /// API keys.
    pub keys: *const filed_pull_key,
    /// How many.
    pub key_count: u64,
    /// Clients of the OAuth 2.0 client credentials grant.
    pub oauth_clients: *const filed_pull_oauth_client,
    /// How many.
    pub oauth_client_count: u64,
    /// Folder where unfinished uploads, idempotency keys and the server's own secret outlive the
    /// process, for one server at a time; NULL keeps them as long as the server.
    pub state_dir: *const c_char,
    /// Other than 0: lists hold signed download URLs, which need no credentials and live so long,
    /// up to twice.
    pub signed_url_lifetime_ms: u64,
    /// How long an access token lives; 1 hour.
    pub token_lifetime_ms: u64,
    /// The largest file that is received, in bytes; 2 GiB.
    pub max_file_size: u64,
    /// The longest a function of the provider may take; 30 s.
    pub provider_timeout_ms: u64,
    /// How long a transfer may move less than 16 KiB before it is cut off; 30 s.
    pub stall_timeout_ms: u64,
    /// How long an unfinished upload is kept after its last byte; 24 hours.
    pub upload_lifetime_ms: u64,
    /// How long an address that guessed is locked out; 60 s, every further time twice as long.
    pub lock_out_ms: u64,
    /// Connections at the same time; 1,024.
    pub max_connections: u32,
    /// Unfinished uploads of one caller at the same time; 256.
    pub max_uploads: u32,
    /// Requests of one caller a second, in the long run; 100, or `FILED_PULL_NO_RATE_LIMIT`.
    pub rate_per_second: u32,
    /// Requests of one caller at once; 400.
    pub rate_burst: u32,
    /// Wrong credentials in a row from one address before it is locked out; 20.
    pub max_failures: u32,
    /// Zero.
    pub reserved_too: u32,
    /// What the documents say of the platform, or NULL.
    pub about: *const filed_pull_about,
}

// SAFETY: integers and pointers, all valid when zero; `size` is first.
unsafe impl Record for filed_pull_options {
    const NAME: &'static str = "filed_pull_options";
    const INIT: &'static str = "FILED_PULL_OPTIONS_INIT";
}

impl filed_pull_options {
    pub(super) unsafe fn to_core(self) -> Result<PullConfig> {
        let usual = PullConfig::default();
        let keys = unsafe { records::read_all(self.keys, self.key_count, "keys") }?;
        let clients = unsafe {
            records::read_all(self.oauth_clients, self.oauth_client_count, "oauth_clients")
        }?;
        let (keys, clients) = (keys.into_iter(), clients.into_iter());
        let state_dir = unsafe { args::optional_string(self.state_dir, "state_dir") }?;
        Ok(PullConfig {
            listen: unsafe { address(self.listen) }?.unwrap_or(usual.listen),
            public_url: unsafe { args::optional_string(self.public_url, "public_url") }?,
            tls: unsafe { tls(self.tls_certificate, self.tls_key) }?,
            keys: keys
                .map(|key| unsafe { key.to_core() })
                .collect::<Result<_>>()?,
            oauth_clients: clients
                .map(|client| unsafe { client.to_core() })
                .collect::<Result<_>>()?,
            token_lifetime: time(self.token_lifetime_ms, usual.token_lifetime),
            signed_urls: (self.signed_url_lifetime_ms != 0)
                .then(|| Duration::from_millis(self.signed_url_lifetime_ms)),
            state_dir: state_dir.map(PathBuf::from),
            limits: self.limits(usual.limits),
            about: unsafe { records::read_or_default(self.about, "about")?.to_core() }?,
        })
    }

    fn limits(&self, usual: Limits) -> Limits {
        Limits {
            file: given(self.max_file_size, usual.file),
            provider: time(self.provider_timeout_ms, usual.provider),
            stall: time(self.stall_timeout_ms, usual.stall),
            connections: given(self.max_connections as usize, usual.connections),
            rate: self.rate(usual.rate),
            failures: given(self.max_failures, usual.failures),
            lock_out: time(self.lock_out_ms, usual.lock_out),
            upload_lifetime: time(self.upload_lifetime_ms, usual.upload_lifetime),
            uploads: given(self.max_uploads as usize, usual.uploads),
        }
    }

    fn rate(&self, usual: Option<RateLimit>) -> Option<RateLimit> {
        if self.rate_per_second == FILED_PULL_NO_RATE_LIMIT {
            return None;
        }
        usual.map(|usual| RateLimit {
            per_second: given(self.rate_per_second, usual.per_second),
            burst: given(self.rate_burst, usual.burst),
        })
    }
}

/// A number, unless it is zero.
pub(super) fn given<T: PartialEq + Default>(value: T, usual: T) -> T {
    if value == T::default() { usual } else { value }
}

fn time(ms: u64, usual: Duration) -> Duration {
    given(Duration::from_millis(ms), usual)
}

unsafe fn address(text: *const c_char) -> Result<Option<SocketAddr>> {
    let text = unsafe { args::optional_text(text, "listen") }?;
    text.map(str::parse).transpose().map_err(|_| {
        invalid(
            "listen",
            "is not an address and port, such as 127.0.0.1:8080",
        )
    })
}

unsafe fn tls(certificate: *const c_char, key: *const c_char) -> Result<Option<TlsIdentity>> {
    let certificate = unsafe { args::optional_text(certificate, "tls_certificate") }?;
    let key = unsafe { args::optional_text(key, "tls_key") }?;
    match (certificate, key) {
        (None, None) => Ok(None),
        (Some(certificate), Some(key)) => Ok(Some(TlsIdentity {
            certificates: pem(certificate, "tls_certificate")?,
            key: SecretString::from(
                String::from_utf8(pem(key, "tls_key")?).map_err(|_| unreadable("tls_key", key))?,
            ),
        })),
        _ => Err(invalid(
            "tls_certificate and tls_key",
            "belong together: give both",
        )),
    }
}

fn pem(path: &str, name: &str) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|_| unreadable(name, path).into())
}

fn unreadable(name: &str, path: &str) -> Error {
    let text = format!("{name} is no PEM file that can be read");
    Error::new(ErrorCode::ConfigInvalid, text).with_path(path)
}
