//! Settings: endpoints, role, credentials, limits. Read from arguments first, then from `FILED_*`
//! variables. What the wire looks like beyond these is in [`crate::wire`].

#[cfg(test)]
mod tests;
mod values;

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

pub(crate) use values::is_loopback;

use crate::wire::WireProfile;
use crate::{Error, ErrorCode, Result};
use values::{
    bounded, endpoint, fill, invalid, number, positive, proxy, required_secret, seconds,
    source_platform, variable,
};

const GATEWAY_URL: &str = "https://gateway.filed.com/graphql";
const CUSTOMER_UPLOAD_URL: &str = "https://upload-proxy.filed.com/upload";
const PARTNER_UPLOAD_URL: &str = "https://partner-upload.filed.com/upload";

/// Who is calling; decides upload host and credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// A tax firm: uploads to the customer host with the access token.
    #[default]
    Customer,
    /// A platform with many firms: uploads to the partner host with the partner token.
    Partner,
}

impl std::str::FromStr for Role {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "customer" => Ok(Role::Customer),
            "partner" => Ok(Role::Partner),
            _ => Err(invalid(
                "role",
                "FILED_ROLE",
                "must be `customer` or `partner`",
            )),
        }
    }
}

/// Gives a fresh partner token whenever one is needed.
///
/// Called from the library's blocking pool or a task, never more than once at a time per client.
pub trait PartnerTokenSource: Send + Sync {
    /// A token that is valid now. An error ends the upload that needed it.
    fn token(&self) -> Pin<Box<dyn Future<Output = Result<SecretString>> + Send + '_>>;
}

/// The partner JWT, or where to get one.
#[derive(Clone)]
pub enum PartnerToken {
    /// One token, used until it is refused.
    Fixed(SecretString),
    /// Asked before the first upload and again after a refusal.
    Source(Arc<dyn PartnerTokenSource>),
}

impl std::fmt::Debug for PartnerToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PartnerToken(..)")
    }
}

/// Everything a [`crate::Client`] needs to know. Fields that are `None` take their default.
#[derive(Clone, Default)]
pub struct Config {
    /// API key from Filed. `FILED_API_KEY`; required.
    pub api_key: Option<SecretString>,
    /// The caller's name, sent as `source-platform`. `FILED_SOURCE_PLATFORM`; required.
    pub source_platform: Option<String>,
    /// `FILED_ROLE`; customer.
    pub role: Option<Role>,
    /// `FILED_PARTNER_TOKEN`; required for partners before the first upload.
    pub partner_token: Option<PartnerToken>,
    /// GraphQL endpoint. `FILED_GATEWAY_URL`.
    pub gateway_url: Option<String>,
    /// Upload endpoint. `FILED_UPLOAD_URL`; by role.
    pub upload_url: Option<String>,
    /// Most uploads at once, 1 to 256. `FILED_MAX_CONCURRENCY`. Without it the number adapts: it
    /// begins at 16 and stays between 4 and 64, more while that moves more, fewer when the host
    /// pushes back.
    pub max_concurrency: Option<usize>,
    /// Time for one attempt until the answer's headers, not counting a moving body. `FILED_TIMEOUT` (seconds); 60 s.
    pub timeout: Option<Duration>,
    /// Time to connect. `FILED_CONNECT_TIMEOUT` (seconds); 10 s.
    pub connect_timeout: Option<Duration>,
    /// Time a transfer may stand still. `FILED_STALL_TIMEOUT` (seconds); 30 s.
    pub stall_timeout: Option<Duration>,
    /// Attempts of one request, 1 to 20. `FILED_MAX_ATTEMPTS`; 5.
    pub max_attempts: Option<u32>,
    /// PEM file of further authorities to trust. `FILED_CA_BUNDLE`.
    pub ca_bundle: Option<PathBuf>,
    /// Proxy URL. Otherwise `HTTPS_PROXY`, `NO_PROXY`.
    pub proxy: Option<String>,
    /// JSON file. `FILED_WIRE_PROFILE`.
    pub wire_profile: Option<PathBuf>,
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Credentials, a proxy URL with its password, and paths stay out.
        f.debug_struct("Config")
            .field("source_platform", &self.source_platform)
            .field("role", &self.role)
            .field("max_concurrency", &self.max_concurrency)
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("stall_timeout", &self.stall_timeout)
            .field("max_attempts", &self.max_attempts)
            .finish_non_exhaustive()
    }
}

/// A [`Config`] that was checked: every value present and usable.
#[derive(Clone)]
pub(crate) struct Settings {
    pub api_key: SecretString,
    pub source_platform: String,
    pub role: Role,
    pub partner_token: Option<PartnerToken>,
    pub gateway_url: Url,
    pub upload_url: Url,
    pub max_concurrency: Option<usize>,
    pub timeout: Duration,
    pub connect_timeout: Duration,
    pub stall_timeout: Duration,
    pub max_attempts: u32,
    pub ca_bundle: Option<PathBuf>,
    pub proxy: Option<Url>,
    pub wire: Arc<WireProfile>,
}

impl Config {
    /// Settings from the `FILED_*` variables alone.
    ///
    /// # Errors
    /// `CONFIG_INVALID` naming the variable whose value cannot be used.
    pub fn from_env() -> Result<Self> {
        Config::default().or_env()
    }

    /// Fills what was not given from the `FILED_*` variables.
    ///
    /// # Errors
    /// `CONFIG_INVALID` naming the variable whose value cannot be used.
    pub fn or_env(mut self) -> Result<Self> {
        self.api_key = self
            .api_key
            .or(variable("FILED_API_KEY").map(SecretString::from));
        self.source_platform = self.source_platform.or(variable("FILED_SOURCE_PLATFORM"));
        self.partner_token = self.partner_token.or(variable("FILED_PARTNER_TOKEN")
            .map(|token| PartnerToken::Fixed(SecretString::from(token))));
        self.gateway_url = self.gateway_url.or(variable("FILED_GATEWAY_URL"));
        self.upload_url = self.upload_url.or(variable("FILED_UPLOAD_URL"));
        self.ca_bundle = self
            .ca_bundle
            .or(variable("FILED_CA_BUNDLE").map(PathBuf::from));
        self.wire_profile = self
            .wire_profile
            .or(variable("FILED_WIRE_PROFILE").map(PathBuf::from));
        fill(&mut self.role, "role", "FILED_ROLE", str::parse)?;
        fill(
            &mut self.max_concurrency,
            "max_concurrency",
            "FILED_MAX_CONCURRENCY",
            number,
        )?;
        fill(
            &mut self.max_attempts,
            "max_attempts",
            "FILED_MAX_ATTEMPTS",
            number,
        )?;
        fill(&mut self.timeout, "timeout", "FILED_TIMEOUT", seconds)?;
        fill(
            &mut self.connect_timeout,
            "connect_timeout",
            "FILED_CONNECT_TIMEOUT",
            seconds,
        )?;
        fill(
            &mut self.stall_timeout,
            "stall_timeout",
            "FILED_STALL_TIMEOUT",
            seconds,
        )?;
        Ok(self)
    }

    /// Checks every value and fills in the defaults.
    pub(crate) fn check(self) -> Result<Settings> {
        let role = self.role.unwrap_or_default();
        let upload_default = match role {
            Role::Customer => CUSTOMER_UPLOAD_URL,
            Role::Partner => PARTNER_UPLOAD_URL,
        };
        let settings = Settings {
            api_key: required_secret(self.api_key)?,
            source_platform: source_platform(self.source_platform)?,
            role,
            partner_token: self.partner_token,
            gateway_url: endpoint(
                self.gateway_url.as_deref().unwrap_or(GATEWAY_URL),
                "gateway_url",
                "FILED_GATEWAY_URL",
            )?,
            upload_url: endpoint(
                self.upload_url.as_deref().unwrap_or(upload_default),
                "upload_url",
                "FILED_UPLOAD_URL",
            )?,
            max_concurrency: self
                .max_concurrency
                .map(|most| bounded(most, 1, 256, "max_concurrency"))
                .transpose()?,
            timeout: positive(self.timeout, 60, "timeout")?,
            connect_timeout: positive(self.connect_timeout, 10, "connect_timeout")?,
            stall_timeout: positive(self.stall_timeout, 30, "stall_timeout")?,
            max_attempts: bounded(self.max_attempts.unwrap_or(5), 1, 20, "max_attempts")?,
            ca_bundle: self.ca_bundle,
            proxy: self.proxy.as_deref().map(proxy).transpose()?,
            wire: Arc::new(match self.wire_profile {
                Some(path) => WireProfile::from_file(&path)?,
                None => WireProfile::default(),
            }),
        };
        settings.check_pairing()?;
        Ok(settings)
    }
}

impl Settings {
    /// A role goes with one upload host and one credential; anything else is refused here, before
    /// a byte is sent. Source: gateway.filed.com's tax-preparation guide names the two hosts.
    fn check_pairing(&self) -> Result<()> {
        let host = self.upload_url.host_str().unwrap_or_default();
        let problem = match self.role {
            Role::Customer if host == "partner-upload.filed.com" => {
                "upload_url is the partner host but role is `customer`"
            }
            Role::Partner if host == "upload-proxy.filed.com" => {
                "upload_url is the customer host but role is `partner`"
            }
            Role::Customer if self.partner_token.is_some() => {
                "partner_token was given but role is `customer`"
            }
            _ => return Ok(()),
        };
        Err(Error::new(
            ErrorCode::RoleMismatch,
            format!("{problem}; set role (FILED_ROLE) to match the credential and the upload host"),
        ))
    }
}
