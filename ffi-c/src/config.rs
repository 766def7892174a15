//! Settings. What each one means and its default are in the core's `config`.

use std::ffi::c_char;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use filed_core::{Config, PartnerToken, Role};
use secrecy::SecretString;

use crate::args;
use crate::error::filed_error;
use crate::failure::Result;
use crate::guard::{Made, free, guard};
use crate::handle;

/// Settings for a client. Not to be used by two threads at a time.
pub struct filed_config {
    pub(crate) config: Config,
    environment: bool,
}

impl filed_config {
    fn new(environment: bool) -> Self {
        Self {
            config: Config::default(),
            environment,
        }
    }

    /// The settings as they are now, completed from the environment if that was asked for.
    pub(crate) fn resolve(&self) -> Result<Config> {
        let config = self.config.clone();
        if self.environment {
            Ok(config.or_env()?)
        } else {
            Ok(config)
        }
    }
}

/// Settings with nothing given, which do not look at the environment. Free with
/// `filed_config_free`; `filed_client_new` does not take them over.
#[unsafe(no_mangle)]
pub extern "C" fn filed_config_new() -> *mut filed_config {
    let made: Made<filed_config> = guard("filed_config_new", || {
        Ok(handle::hand_over(filed_config::new(false)))
    });
    made.0
}

/// Settings that take what is not set otherwise from the `FILED_...` variables, which
/// `filed_client_new` reads and checks. Free with `filed_config_free`.
#[unsafe(no_mangle)]
pub extern "C" fn filed_config_from_env() -> *mut filed_config {
    let made: Made<filed_config> = guard("filed_config_from_env", || {
        Ok(handle::hand_over(filed_config::new(true)))
    });
    made.0
}

/// Frees settings; clients made with them stay valid. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_config_free(config: *mut filed_config) {
    free("filed_config_free", config)
}

/// The API key from Filed; required. Kept in memory that is cleared when freed. In this and every
/// other setter of a string NULL takes the setting back. Most values are checked by
/// `filed_client_new`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_config_set_api_key(
    config: *mut filed_config,
    api_key: *const c_char,
) -> *mut filed_error {
    guard("filed_config_set_api_key", || unsafe {
        set_text(config, api_key, "api_key", |config, text| {
            config.api_key = text.map(SecretString::from);
            Ok(())
        })
    })
}

/// The caller's name, sent as `source-platform`; required.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_config_set_source_platform(
    config: *mut filed_config,
    source_platform: *const c_char,
) -> *mut filed_error {
    guard("filed_config_set_source_platform", || unsafe {
        set_text(
            config,
            source_platform,
            "source_platform",
            |config, text| {
                config.source_platform = text.map(str::to_owned);
                Ok(())
            },
        )
    })
}

/// `customer`, the default, or `partner`. CONFIG_INVALID for anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_config_set_role(
    config: *mut filed_config,
    role: *const c_char,
) -> *mut filed_error {
    guard("filed_config_set_role", || unsafe {
        set_text(config, role, "role", |config, text| {
            config.role = text.map(Role::from_str).transpose()?;
            Ok(())
        })
    })
}

/// The partner's JWT for uploads; partners need it or `filed_config_set_partner_token_callback`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_config_set_partner_token(
    config: *mut filed_config,
    partner_token: *const c_char,
) -> *mut filed_error {
    guard("filed_config_set_partner_token", || unsafe {
        set_text(config, partner_token, "partner_token", |config, text| {
            config.partner_token = text.map(|text| PartnerToken::Fixed(SecretString::from(text)));
            Ok(())
        })
    })
}

/// The GraphQL endpoint; `https://gateway.filed.com/graphql`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_config_set_gateway_url(
    config: *mut filed_config,
    gateway_url: *const c_char,
) -> *mut filed_error {
    guard("filed_config_set_gateway_url", || unsafe {
        set_text(config, gateway_url, "gateway_url", |config, text| {
            config.gateway_url = text.map(str::to_owned);
            Ok(())
        })
    })
}

/// The upload endpoint; by role.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_config_set_upload_url(
    config: *mut filed_config,
    upload_url: *const c_char,
) -> *mut filed_error {
    guard("filed_config_set_upload_url", || unsafe {
        set_text(config, upload_url, "upload_url", |config, text| {
            config.upload_url = text.map(str::to_owned);
            Ok(())
        })
    })
}

/// The most uploads at once, 1 to 256. Without it the number adapts: it begins at 16 and stays
/// between 4 and 64.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_config_set_max_concurrency(
    config: *mut filed_config,
    max_concurrency: u32,
) -> *mut filed_error {
    guard("filed_config_set_max_concurrency", || {
        unsafe { settings(config) }?.max_concurrency = Some(max_concurrency as usize);
        Ok(())
    })
}

/// Milliseconds for one attempt until the answer begins, not counting a body that moves; 60 s.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_config_set_timeout_ms(
    config: *mut filed_config,
    timeout_ms: u64,
) -> *mut filed_error {
    guard("filed_config_set_timeout_ms", || {
        unsafe { settings(config) }?.timeout = Some(Duration::from_millis(timeout_ms));
        Ok(())
    })
}

/// Milliseconds to connect; 10 s.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_config_set_connect_timeout_ms(
    config: *mut filed_config,
    connect_timeout_ms: u64,
) -> *mut filed_error {
    guard("filed_config_set_connect_timeout_ms", || {
        unsafe { settings(config) }?.connect_timeout =
            Some(Duration::from_millis(connect_timeout_ms));
        Ok(())
    })
}

/// Milliseconds a transfer may stand still; 30 s.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_config_set_stall_timeout_ms(
    config: *mut filed_config,
    stall_timeout_ms: u64,
) -> *mut filed_error {
    guard("filed_config_set_stall_timeout_ms", || {
        unsafe { settings(config) }?.stall_timeout = Some(Duration::from_millis(stall_timeout_ms));
        Ok(())
    })
}

/// Attempts of one request, 1 to 20; 5.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_config_set_max_attempts(
    config: *mut filed_config,
    max_attempts: u32,
) -> *mut filed_error {
    guard("filed_config_set_max_attempts", || {
        unsafe { settings(config) }?.max_attempts = Some(max_attempts);
        Ok(())
    })
}

/// Path of a PEM file with authorities to trust besides the platform's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_config_set_ca_bundle(
    config: *mut filed_config,
    ca_bundle: *const c_char,
) -> *mut filed_error {
    guard("filed_config_set_ca_bundle", || unsafe {
        set_text(config, ca_bundle, "ca_bundle", |config, text| {
            config.ca_bundle = text.map(PathBuf::from);
            Ok(())
        })
    })
}

/// URL of a proxy; otherwise `HTTPS_PROXY` and `NO_PROXY` decide.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_config_set_proxy(
    config: *mut filed_config,
    proxy: *const c_char,
) -> *mut filed_error {
    guard("filed_config_set_proxy", || unsafe {
        set_text(config, proxy, "proxy", |config, text| {
            config.proxy = text.map(str::to_owned);
            Ok(())
        })
    })
}

/// Path of a JSON file with a wire profile; a built-in one otherwise.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_config_set_wire_profile(
    config: *mut filed_config,
    wire_profile: *const c_char,
) -> *mut filed_error {
    guard("filed_config_set_wire_profile", || unsafe {
        set_text(config, wire_profile, "wire_profile", |config, text| {
            config.wire_profile = text.map(PathBuf::from);
            Ok(())
        })
    })
}

/// # Safety
/// NULL or settings nobody else uses meanwhile.
pub(crate) unsafe fn settings<'a>(config: *mut filed_config) -> Result<&'a mut Config> {
    Ok(&mut unsafe { args::handle_mut(config, "config") }?.config)
}

unsafe fn set_text(
    config: *mut filed_config,
    value: *const c_char,
    name: &str,
    set: impl FnOnce(&mut Config, Option<&str>) -> Result<()>,
) -> Result<()> {
    let config = unsafe { settings(config) }?;
    let text = unsafe { args::optional_text(value, name) }?;
    set(config, text)
}
