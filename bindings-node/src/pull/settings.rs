//! Settings as JavaScript gives them: names and types were checked there, values are checked here
//! and in the core.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use filed_core::pull::config::RateLimit;
use filed_core::pull::{
    About, ApiKey, Limits, OauthClient, PullConfig, Scope, TlsIdentity, Webhook,
};
use filed_core::{Error, ErrorCode, Result};
use secrecy::SecretString;
use serde::Deserialize;

/// How to serve; what is not given is as in the core.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
    host: Option<String>,
    port: Option<u64>,
    public_url: Option<String>,
    tls: Option<Tls>,
    #[serde(default)]
    keys: Vec<Key>,
    #[serde(default)]
    oauth_clients: Vec<Client>,
    token_lifetime_ms: Option<f64>,
    signed_urls_ms: Option<f64>,
    state_dir: Option<PathBuf>,
    #[serde(default)]
    about: Said,
    #[serde(default)]
    limits: Amounts,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Said {
    platform: Option<String>,
    contact: Option<String>,
    credentials: Option<String>,
    webhooks: Vec<Hook>,
}

#[derive(Deserialize)]
struct Hook {
    name: String,
    description: String,
}

#[derive(Deserialize)]
struct Tls {
    certificates: PathBuf,
    key: PathBuf,
}

#[derive(Deserialize)]
struct Key {
    caller: String,
    key: SecretText,
    scopes: Option<Vec<String>>,
}

/// An OAuth 2.0 client.
#[derive(Deserialize)]
pub struct Client {
    id: String,
    secret: SecretText,
    scopes: Option<Vec<String>>,
}

/// A key or a secret.
#[derive(Deserialize)]
#[serde(from = "String")]
pub struct SecretText(SecretString);

impl SecretText {
    /// The secret itself.
    pub fn into_inner(self) -> SecretString {
        self.0
    }
}

impl Client {
    /// Its id and its secret.
    pub fn into_pair(self) -> (String, SecretString) {
        (self.id, self.secret.0)
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Amounts {
    file: Option<u64>,
    provider_ms: Option<f64>,
    stall_ms: Option<f64>,
    connections: Option<usize>,
    rate: Option<Rate>,
    failures: Option<u64>,
    lock_out_ms: Option<f64>,
    upload_lifetime_ms: Option<f64>,
    uploads: Option<usize>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Rate {
    #[serde(rename_all = "camelCase")]
    Limit { per_second: u64, burst: u64 },
    /// `false`: without limit.
    Switch(bool),
}

impl Settings {
    /// The core's settings. Reads the files of `tls`.
    pub fn config(self) -> Result<PullConfig> {
        let usual = PullConfig::default();
        let keys = self.keys.into_iter().map(|key| {
            Ok(ApiKey {
                caller: key.caller,
                key: key.key.0,
                scopes: scopes(key.scopes)?,
            })
        });
        let clients = self.oauth_clients.into_iter().map(|client| {
            Ok(OauthClient {
                id: client.id,
                secret: client.secret.0,
                scopes: scopes(client.scopes)?,
            })
        });
        Ok(PullConfig {
            listen: address(self.host.as_deref(), self.port, usual.listen)?,
            public_url: self.public_url,
            tls: self.tls.map(Tls::read).transpose()?,
            keys: keys.collect::<Result<_>>()?,
            oauth_clients: clients.collect::<Result<_>>()?,
            token_lifetime: time(self.token_lifetime_ms, usual.token_lifetime),
            signed_urls: self.signed_urls_ms.map(|ms| time(Some(ms), Duration::MAX)),
            state_dir: self.state_dir,
            limits: self.limits.limits(usual.limits),
            about: self.about.about(usual.about),
        })
    }
}

impl Said {
    fn about(self, usual: About) -> About {
        let webhooks = self.webhooks.into_iter().map(|hook| Webhook {
            name: hook.name,
            description: hook.description,
        });
        About {
            platform: self.platform.unwrap_or(usual.platform),
            contact: self.contact,
            credentials: self.credentials.unwrap_or(usual.credentials),
            webhooks: webhooks.collect(),
        }
    }
}

impl Amounts {
    fn limits(self, usual: Limits) -> Limits {
        Limits {
            file: self.file.unwrap_or(usual.file),
            provider: time(self.provider_ms, usual.provider),
            stall: time(self.stall_ms, usual.stall),
            connections: self.connections.unwrap_or(usual.connections),
            rate: match self.rate {
                None | Some(Rate::Switch(true)) => usual.rate,
                Some(Rate::Switch(false)) => None,
                Some(Rate::Limit { per_second, burst }) => Some(RateLimit {
                    per_second: small(per_second),
                    burst: small(burst),
                }),
            },
            failures: self.failures.map_or(usual.failures, small),
            lock_out: time(self.lock_out_ms, usual.lock_out),
            upload_lifetime: time(self.upload_lifetime_ms, usual.upload_lifetime),
            uploads: self.uploads.unwrap_or(usual.uploads),
        }
    }
}

impl Tls {
    fn read(self) -> Result<TlsIdentity> {
        let unreadable = |path: &PathBuf| {
            let text = "tls: no PEM file that can be read";
            Error::new(ErrorCode::ConfigInvalid, text).with_path(path)
        };
        let certificates = std::fs::read(&self.certificates);
        let key = std::fs::read_to_string(&self.key);
        Ok(TlsIdentity {
            certificates: certificates.map_err(|_| unreadable(&self.certificates))?,
            key: key.map_err(|_| unreadable(&self.key))?.into(),
        })
    }
}

fn scopes(words: Option<Vec<String>>) -> Result<Vec<Scope>> {
    match words {
        None => Ok(Scope::ALL.to_vec()),
        Some(words) => words.iter().map(|word| word.parse()).collect(),
    }
}

fn address(host: Option<&str>, port: Option<u64>, usual: SocketAddr) -> Result<SocketAddr> {
    let wrong = |text: &str| Error::new(ErrorCode::ConfigInvalid, text);
    let host: IpAddr = match host {
        None => usual.ip(),
        Some(host) => host
            .parse()
            .map_err(|_| wrong("host must be an address, such as 127.0.0.1"))?,
    };
    let port = u16::try_from(port.unwrap_or(0));
    Ok((host, port.map_err(|_| wrong("port must be 0 to 65535"))?).into())
}

/// Milliseconds as a time.
pub fn time(ms: Option<f64>, usual: Duration) -> Duration {
    ms.map_or(usual, |ms| {
        Duration::try_from_secs_f64(ms / 1000.0).unwrap_or(Duration::MAX)
    })
}

/// The largest number the core takes means no limit anybody would notice.
pub fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
