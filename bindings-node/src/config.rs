//! Settings as JavaScript gives them: names and types were checked there, values are checked by
//! the core.

use std::sync::Arc;
use std::time::Duration;

use filed_core::{Config, Error, ErrorCode, PartnerToken, Result};
use napi_derive::napi;
use secrecy::SecretString;

use crate::bridge::Shared;
use crate::token::HostToken;

/// Settings; times are in milliseconds.
#[napi(object)]
pub struct NativeConfig {
    #[allow(missing_docs, reason = "the fields are those of the core's Config")]
    pub api_key: Option<String>,
    #[allow(missing_docs, reason = "as above")]
    pub source_platform: Option<String>,
    #[allow(missing_docs, reason = "as above")]
    pub role: Option<String>,
    #[allow(missing_docs, reason = "as above")]
    pub partner_token: Option<String>,
    /// The number of the host's function that gives partner tokens.
    pub token_source: Option<i64>,
    #[allow(missing_docs, reason = "as above")]
    pub gateway_url: Option<String>,
    #[allow(missing_docs, reason = "as above")]
    pub upload_url: Option<String>,
    #[allow(missing_docs, reason = "as above")]
    pub max_concurrency: Option<u32>,
    #[allow(missing_docs, reason = "as above")]
    pub timeout_ms: Option<f64>,
    #[allow(missing_docs, reason = "as above")]
    pub connect_timeout_ms: Option<f64>,
    #[allow(missing_docs, reason = "as above")]
    pub stall_timeout_ms: Option<f64>,
    #[allow(missing_docs, reason = "as above")]
    pub max_attempts: Option<u32>,
    #[allow(missing_docs, reason = "as above")]
    pub ca_bundle: Option<String>,
    #[allow(missing_docs, reason = "as above")]
    pub proxy: Option<String>,
    #[allow(missing_docs, reason = "as above")]
    pub wire_profile: Option<String>,
}

impl NativeConfig {
    /// The core's settings, with what is missing taken from the environment.
    pub fn complete(self, shared: &Arc<Shared>) -> Result<Config> {
        let partner_token = match (self.token_source, self.partner_token) {
            (Some(source), _) => {
                let source = HostToken::new(shared.clone(), source);
                Some(PartnerToken::Source(Arc::new(source)))
            }
            (None, token) => token.map(|t| PartnerToken::Fixed(SecretString::from(t))),
        };
        Config {
            api_key: self.api_key.map(SecretString::from),
            source_platform: self.source_platform,
            role: self.role.as_deref().map(str::parse).transpose()?,
            partner_token,
            gateway_url: self.gateway_url,
            upload_url: self.upload_url,
            max_concurrency: self.max_concurrency.map(|n| n as usize),
            timeout: duration(self.timeout_ms, "timeout")?,
            connect_timeout: duration(self.connect_timeout_ms, "connect_timeout")?,
            stall_timeout: duration(self.stall_timeout_ms, "stall_timeout")?,
            max_attempts: self.max_attempts,
            ca_bundle: self.ca_bundle.map(Into::into),
            proxy: self.proxy,
            wire_profile: self.wire_profile.map(Into::into),
        }
        .or_env()
    }
}

fn duration(ms: Option<f64>, setting: &str) -> Result<Option<Duration>> {
    ms.map(|ms| Duration::try_from_secs_f64(ms / 1000.0))
        .transpose()
        .map_err(|_| {
            Error::new(
                ErrorCode::ConfigInvalid,
                format!("setting `{setting}` must be more than 0 and at most a day"),
            )
        })
}
