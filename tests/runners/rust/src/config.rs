//! The settings of a scenario's client.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use filed_core::{Config, PartnerToken, PartnerTokenSource};
use secrecy::SecretString;
use serde_json::{Map, Value};

use crate::outcome::Failure;

/// The default settings against the sandbox `ready` tells of, with `overrides` over them.
pub fn config(
    ready: &Map<String, Value>,
    overrides: &Map<String, Value>,
) -> Result<Config, Failure> {
    let mut all = Map::new();
    for name in ["gateway_url", "upload_url", "api_key"] {
        all.insert(name.into(), ready.get(name).cloned().unwrap_or_default());
    }
    all.insert("source_platform".into(), "scenario".into());
    all.extend(overrides.clone());
    let mut config = Config::default();
    for (name, value) in all.iter().filter(|(_, value)| !value.is_null()) {
        set(&mut config, name, value)?;
    }
    Ok(config)
}

fn set(config: &mut Config, name: &str, value: &Value) -> Result<(), Failure> {
    let text = || {
        let text = value.as_str().map(str::to_owned);
        text.with_context(|| format!("{name} must be a string"))
    };
    match name {
        "api_key" => config.api_key = Some(text()?.into()),
        "source_platform" => config.source_platform = Some(text()?),
        "role" => config.role = Some(text()?.parse()?),
        "partner_token" => config.partner_token = Some(PartnerToken::Fixed(text()?.into())),
        "partner_token_from" => config.partner_token = Some(source(value)?),
        "gateway_url" => config.gateway_url = Some(text()?),
        "upload_url" => config.upload_url = Some(text()?),
        "max_concurrency" => config.max_concurrency = Some(serde_json::from_value(value.clone())?),
        "max_attempts" => config.max_attempts = Some(serde_json::from_value(value.clone())?),
        "timeout_ms" => config.timeout = Some(millis(value)?),
        "connect_timeout_ms" => config.connect_timeout = Some(millis(value)?),
        "stall_timeout_ms" => config.stall_timeout = Some(millis(value)?),
        "ca_bundle" => config.ca_bundle = Some(text()?.into()),
        "proxy" => config.proxy = Some(text()?),
        "wire_profile" => config.wire_profile = Some(text()?.into()),
        _ => return Err(anyhow::anyhow!("no such setting: {name}").into()),
    }
    Ok(())
}

fn millis(value: &Value) -> anyhow::Result<Duration> {
    let millis = value.as_u64().context("a time must be milliseconds")?;
    Ok(Duration::from_millis(millis))
}

fn source(value: &Value) -> Result<PartnerToken, Failure> {
    let tokens: VecDeque<String> = serde_json::from_value(value.clone())?;
    Ok(PartnerToken::Source(Arc::new(Tokens(Mutex::new(tokens)))))
}

/// Gives its tokens one after the other, the last one for ever.
struct Tokens(Mutex<VecDeque<String>>);

impl PartnerTokenSource for Tokens {
    fn token(&self) -> Pin<Box<dyn Future<Output = filed_core::Result<SecretString>> + Send + '_>> {
        let mut tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let token = if tokens.len() > 1 {
            tokens.pop_front()
        } else {
            tokens.front().cloned()
        };
        Box::pin(std::future::ready(Ok(token.unwrap_or_default().into())))
    }
}
