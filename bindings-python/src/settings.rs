//! From keyword arguments to the core's settings.

use std::path::PathBuf;
use std::sync::Arc;

use filed_core::{Config, Error, ErrorCode, PartnerToken, Result, Role};
use pyo3::prelude::*;
use std::time::Duration;

use crate::token::TokenRequests;

/// What Python gives; everything is optional.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Settings {
    api_key: Option<String>,
    source_platform: Option<String>,
    role: Option<String>,
    partner_token: Option<String>,
    gateway_url: Option<String>,
    upload_url: Option<String>,
    max_concurrency: Option<usize>,
    timeout: Option<f64>,
    connect_timeout: Option<f64>,
    stall_timeout: Option<f64>,
    max_attempts: Option<u32>,
    ca_bundle: Option<PathBuf>,
    proxy: Option<String>,
    wire_profile: Option<PathBuf>,
}

impl Settings {
    /// The core's settings, completed from `FILED_*` variables.
    pub fn config(self, requests: Option<&TokenRequests>) -> Result<Config> {
        let role: Option<Role> = self.role.as_deref().map(str::parse).transpose()?;
        let given = Config {
            api_key: self.api_key.map(Into::into),
            source_platform: self.source_platform,
            role,
            partner_token: match requests {
                Some(requests) => Some(PartnerToken::Source(Arc::new(requests.source()))),
                None => self.partner_token.map(|t| PartnerToken::Fixed(t.into())),
            },
            gateway_url: self.gateway_url,
            upload_url: self.upload_url,
            max_concurrency: self.max_concurrency,
            timeout: duration("timeout", self.timeout)?,
            connect_timeout: duration("connect_timeout", self.connect_timeout)?,
            stall_timeout: duration("stall_timeout", self.stall_timeout)?,
            max_attempts: self.max_attempts,
            ca_bundle: self.ca_bundle,
            proxy: self.proxy,
            wire_profile: self.wire_profile,
        };
        given.or_env()
    }
}

fn duration(name: &str, seconds: Option<f64>) -> Result<Option<Duration>> {
    seconds
        .map(|s| {
            Duration::try_from_secs_f64(s).map_err(|_| {
                let message = format!("setting `{name}` must be a number of seconds above 0");
                Error::new(ErrorCode::ConfigInvalid, message)
            })
        })
        .transpose()
}
