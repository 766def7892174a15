//! From keyword arguments to the server's settings.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use filed_core::pull::config::RateLimit;
use filed_core::pull::{
    About, ApiKey, Limits, OauthClient, PullConfig, Scope, TlsIdentity, Webhook,
};
use filed_core::{Error, ErrorCode, Result};
use pyo3::prelude::*;

/// What Python gives. Credentials are `(caller, secret, scopes)`.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Settings {
    host: String,
    port: u16,
    public_url: Option<String>,
    tls: Option<(Vec<u8>, String)>,
    keys: Vec<(String, String, Vec<String>)>,
    oauth_clients: Vec<(String, String, Vec<String>)>,
    token_lifetime: f64,
    signed_urls: Option<f64>,
    state_dir: Option<PathBuf>,
    about: Said,
    limits: Amounts,
}

/// What Python gives as `about`; webhooks are `(name, description)`.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct Said {
    platform: Option<String>,
    contact: Option<String>,
    credentials: Option<String>,
    webhooks: Vec<(String, String)>,
}

/// What Python gives as `limits`.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct Amounts {
    file: u64,
    provider: f64,
    stall: f64,
    connections: usize,
    rate: Option<(u32, u32)>,
    failures: u32,
    lock_out: f64,
    upload_lifetime: f64,
    uploads: usize,
}

impl Settings {
    /// The core's settings. Looks the host's name up, which may take its time.
    pub fn config(self) -> Result<PullConfig> {
        let keys = self.keys.into_iter().map(|(caller, key, scopes)| {
            Ok(ApiKey {
                caller,
                key: key.into(),
                scopes: parsed(&scopes)?,
            })
        });
        let oauth_clients = self.oauth_clients.into_iter().map(|(id, secret, scopes)| {
            Ok(OauthClient {
                id,
                secret: secret.into(),
                scopes: parsed(&scopes)?,
            })
        });
        Ok(PullConfig {
            listen: address(&self.host, self.port)?,
            public_url: self.public_url,
            tls: self.tls.map(|(certificates, key)| TlsIdentity {
                certificates,
                key: key.into(),
            }),
            keys: keys.collect::<Result<_>>()?,
            oauth_clients: oauth_clients.collect::<Result<_>>()?,
            token_lifetime: time("token_lifetime", self.token_lifetime)?,
            signed_urls: self
                .signed_urls
                .map(|seconds| time("signed_urls", seconds))
                .transpose()?,
            state_dir: self.state_dir,
            about: self.about.about(),
            limits: self.limits.limits()?,
        })
    }
}

impl Said {
    fn about(self) -> About {
        let usual = About::default();
        let webhooks = self.webhooks.into_iter();
        About {
            platform: self.platform.unwrap_or(usual.platform),
            contact: self.contact,
            credentials: self.credentials.unwrap_or(usual.credentials),
            webhooks: webhooks
                .map(|(name, description)| Webhook { name, description })
                .collect(),
        }
    }
}

impl Amounts {
    fn limits(self) -> Result<Limits> {
        Ok(Limits {
            file: self.file,
            provider: time("limits.provider", self.provider)?,
            stall: time("limits.stall", self.stall)?,
            connections: self.connections,
            rate: self
                .rate
                .map(|(per_second, burst)| RateLimit { per_second, burst }),
            failures: self.failures,
            lock_out: time("limits.lock_out", self.lock_out)?,
            upload_lifetime: time("limits.upload_lifetime", self.upload_lifetime)?,
            uploads: self.uploads,
        })
    }
}

fn parsed(scopes: &[String]) -> Result<Vec<Scope>> {
    scopes.iter().map(|scope| scope.parse()).collect()
}

fn address(host: &str, port: u16) -> Result<SocketAddr> {
    let mut found = (host, port).to_socket_addrs().ok();
    let first = found.as_mut().and_then(Iterator::next);
    first.ok_or_else(|| invalid("setting `host` is no address of this machine"))
}

fn time(name: &str, seconds: f64) -> Result<Duration> {
    match Duration::try_from_secs_f64(seconds) {
        Ok(time) if !time.is_zero() => Ok(time),
        _ => Err(invalid(&format!(
            "setting `{name}` must be a number of seconds above 0"
        ))),
    }
}

fn invalid(text: &str) -> Error {
    Error::new(ErrorCode::ConfigInvalid, text)
}
