//! One setting's value: read from its variable, checked, refused in words that name the setting and
//! the variable. Which settings there are is in the parent module.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use crate::{Error, ErrorCode, Result};

pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

pub(super) fn fill<T>(
    slot: &mut Option<T>,
    setting: &str,
    name: &str,
    parse: impl FnOnce(&str) -> Result<T>,
) -> Result<()> {
    if slot.is_none()
        && let Some(text) = variable(name)
    {
        *slot = Some(parse(&text).map_err(|e| match e.code() {
            ErrorCode::ConfigInvalid if !e.message().is_empty() => e,
            _ => invalid(setting, name, "is not a number in the allowed range"),
        })?);
    }
    Ok(())
}

pub(super) fn number<T: std::str::FromStr>(text: &str) -> Result<T> {
    text.parse()
        .map_err(|_| Error::new(ErrorCode::ConfigInvalid, ""))
}

pub(super) fn seconds(text: &str) -> Result<Duration> {
    let seconds: f64 = number(text)?;
    Duration::try_from_secs_f64(seconds).map_err(|_| Error::new(ErrorCode::ConfigInvalid, ""))
}

pub(super) fn required_secret(value: Option<SecretString>) -> Result<SecretString> {
    let key = value.ok_or_else(|| missing("api_key", "FILED_API_KEY"))?;
    let text = key.expose_secret();
    if text.is_empty() {
        return Err(missing("api_key", "FILED_API_KEY"));
    }
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(invalid(
            "api_key",
            "FILED_API_KEY",
            "holds a space or control character",
        ));
    }
    Ok(key)
}

pub(super) fn source_platform(value: Option<String>) -> Result<String> {
    let name = value.unwrap_or_default();
    if name.is_empty() {
        return Err(missing("source_platform", "FILED_SOURCE_PLATFORM"));
    }
    if name.len() > 255 || !name.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Err(invalid(
            "source_platform",
            "FILED_SOURCE_PLATFORM",
            "must be 1 to 255 printable ASCII characters",
        ));
    }
    Ok(name)
}

/// HTTPS only, except on loopback; no credentials in the URL.
pub(super) fn endpoint(text: &str, setting: &str, name: &str) -> Result<Url> {
    let url = Url::parse(text).map_err(|_| invalid(setting, name, "is not a URL"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid(
            setting,
            name,
            "must not hold a user name or password",
        ));
    }
    if url.host().is_none() || !matches!(url.scheme(), "https" | "http") {
        return Err(invalid(setting, name, "must be an https URL"));
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err(invalid(
            setting,
            name,
            "must be https; plain http is only for loopback",
        ));
    }
    Ok(url)
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

pub(super) fn proxy(text: &str) -> Result<Url> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())
        .ok_or_else(|| invalid("proxy", "HTTPS_PROXY", "must be an http or https URL"))
}

pub(super) fn positive(
    value: Option<Duration>,
    default_secs: u64,
    setting: &str,
) -> Result<Duration> {
    let value = value.unwrap_or(Duration::from_secs(default_secs));
    if value.is_zero() || value > Duration::from_secs(24 * 3600) {
        let name = format!("FILED_{}", setting.to_uppercase());
        return Err(invalid(
            setting,
            &name,
            "must be more than 0 and at most a day",
        ));
    }
    Ok(value)
}

pub(super) fn bounded<T: PartialOrd + std::fmt::Display>(
    value: T,
    min: T,
    max: T,
    setting: &str,
) -> Result<T> {
    if value < min || value > max {
        let name = format!("FILED_{}", setting.to_uppercase());
        return Err(invalid(setting, &name, &format!("must be {min} to {max}")));
    }
    Ok(value)
}

pub(super) fn missing(setting: &str, name: &str) -> Error {
    Error::new(
        ErrorCode::ConfigMissing,
        format!("setting `{setting}` is missing: pass it or set {name}"),
    )
}

pub(super) fn invalid(setting: &str, name: &str, problem: &str) -> Error {
    Error::new(
        ErrorCode::ConfigInvalid,
        format!("setting `{setting}` ({name}) {problem}"),
    )
}
