//! The HTTP client: TLS, proxy, time-outs, retry, limits. Credentials are in `auth`; what answers
//! mean is with the gateway and the uploads.

pub(crate) mod answer;
mod attempt;
pub(crate) mod body;
mod budget;
mod connect;
pub(crate) mod failure;
pub(crate) mod load;
mod rate;
pub(crate) mod retry;
mod route;
pub(crate) mod status;
mod throttle;
pub(crate) mod tls;

use std::sync::Arc;
use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub(crate) use answer::Answer;
pub(crate) use body::{Open, Opened, Payload};
pub(crate) use failure::{Failure, Sent};
pub(crate) use retry::Class;
#[cfg(any(test, feature = "fuzz"))]
pub(crate) use throttle::retry_after;

use crate::config::Settings;
use crate::{Error, ErrorCode, Result};
use body::Patience;
use budget::Budget;
use load::{Begun, Load};
use route::Route;
use throttle::{Pass, Throttle};

const SOURCE_PLATFORM: HeaderName = HeaderName::from_static("source-platform");

/// Which host a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    Gateway,
    Upload,
}

impl Lane {
    /// What messages call the host.
    pub fn host_name(self) -> &'static str {
        match self {
            Self::Gateway => "the gateway",
            Self::Upload => "the upload host",
        }
    }

    /// The setting that names the host.
    pub fn setting(self) -> &'static str {
        match self {
            Self::Gateway => "gateway_url",
            Self::Upload => "upload_url",
        }
    }

    fn refused_credential(self) -> &'static str {
        match self {
            Self::Gateway => "the access token was refused",
            Self::Upload => "the upload credential was refused",
        }
    }

    fn largest_answer(self) -> usize {
        match self {
            Self::Gateway => 16 << 20,
            Self::Upload => 1 << 20,
        }
    }
}

/// A POST to one of Filed's hosts.
pub(crate) struct Request {
    pub lane: Lane,
    pub class: Class,
    pub url: Url,
    pub headers: HeaderMap,
    pub payload: Payload,
}

impl Request {
    /// # Errors
    /// `AUTHENTICATION_FAILED` when the token holds what no header can carry.
    pub fn new(
        lane: Lane,
        class: Class,
        url: Url,
        content_type: HeaderValue,
        token: Option<&SecretString>,
        payload: Payload,
    ) -> Result<Self> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, content_type);
        if let Some(token) = token {
            headers.insert(AUTHORIZATION, bearer(token)?);
        }
        Ok(Self {
            lane,
            class,
            url,
            headers,
            payload,
        })
    }
}

fn bearer(token: &SecretString) -> Result<HeaderValue> {
    let text = zeroize::Zeroizing::new(format!("Bearer {}", token.expose_secret()));
    let mut value = HeaderValue::from_str(&text).map_err(|_| {
        Error::new(
            ErrorCode::AuthenticationFailed,
            "the token holds characters that no HTTP header can carry",
        )
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// Time and size limits of one lane.
pub(crate) struct Limits {
    patience: Patience,
    whole_answer: Duration,
    answer: usize,
}

/// One lane's connections.
pub(crate) struct Channel {
    client: reqwest::Client,
    route: Route,
    limits: Limits,
    budget: Budget,
}

/// Sends requests. Cheap to clone; clones share connections, pauses and budgets.
#[derive(Clone)]
pub(crate) struct Http(Arc<Inner>);

struct Inner {
    settings: Arc<Settings>,
    gateway: Channel,
    upload: Channel,
    throttle: Throttle,
    uploads: Load,
}

impl Http {
    /// # Errors
    /// `CONFIG_INVALID` naming the setting: `ca_bundle` or `proxy`.
    pub fn new(settings: Arc<Settings>) -> Result<Self> {
        let urls = [&settings.gateway_url, &settings.upload_url];
        let verifier =
            match urls.iter().any(|url| url.scheme() == "https") || settings.ca_bundle.is_some() {
                true => Some(tls::verifier(&settings)?),
                false => None,
            };
        let channel = |lane, url: &Url| -> Result<Channel> {
            let route = Route::to(url, &settings)?;
            Ok(Channel {
                client: connect::client(&settings, lane, &route, verifier.as_ref())?,
                route,
                limits: Limits {
                    patience: Patience {
                        connect: settings.connect_timeout,
                        stall: settings.stall_timeout,
                        silence: settings.timeout,
                    },
                    whole_answer: settings.timeout * 10,
                    answer: lane.largest_answer(),
                },
                budget: Budget::new(),
            })
        };
        Ok(Self(Arc::new(Inner {
            gateway: channel(Lane::Gateway, &settings.gateway_url)?,
            upload: channel(Lane::Upload, &settings.upload_url)?,
            throttle: Throttle::default(),
            uploads: Load::new(settings.max_concurrency),
            settings,
        })))
    }

    /// Sends a request as often as its class allows, until `judge` finds an answer good.
    ///
    /// `judge` turns an answer into a result or into a failure, which may be one that another
    /// attempt can mend; [`status::judge`] is the plain one.
    ///
    /// # Errors
    /// That of the last attempt, with the number of attempts and the effect.
    pub async fn send<T>(
        &self,
        mut request: Request,
        judge: impl Fn(Answer) -> Result<T, Failure>,
    ) -> Result<T> {
        request
            .headers
            .insert(SOURCE_PLATFORM, self.source_platform()?);
        let channel = self.channel(request.lane);
        let most = Class::attempts(&self.0.settings, request.lane);
        let mut earlier: Option<Failure> = None;
        for made in 1..=most {
            let begun = (self.0.throttle.wait().await, self.0.uploads.begin());
            let answer = attempt::attempt(channel, &request).await;
            match answer.and_then(|answer| answer.map(&judge).transpose()) {
                Ok(Some(value)) => {
                    channel.budget.succeeded();
                    self.0.throttle.succeeded();
                    return Ok(value);
                }
                // Nothing left to send: what broke before is the reason to tell.
                Ok(None) => break,
                Err(failure) => earlier = Some(self.after(failure, &request, begun, made)),
            }
            let again = earlier.as_ref().is_some_and(|failure| {
                made < most
                    && request.class.may_repeat(failure)
                    && channel.budget.pay(failure.error.code())
            });
            if !again {
                break;
            }
            tokio::time::sleep(retry::gap(made, fastrand::f64())).await;
        }
        Err(match earlier {
            Some(failure) => failure.into_error(request.class),
            None => Error::new(
                ErrorCode::SourceFailed,
                "the content can be read only once and an earlier attempt took it: add it again",
            ),
        })
    }

    /// How many uploads may run at once.
    pub fn uploads(&self) -> &Load {
        &self.0.uploads
    }

    fn after(
        &self,
        mut failure: Failure,
        request: &Request,
        (pass, begun): (Pass, Begun),
        attempts: u32,
    ) -> Failure {
        self.0.throttle.failed(pass, &failure);
        if request.lane == Lane::Upload {
            self.0.uploads.failed(begun, &failure);
        }
        tracing::debug!(
            host = request.lane.host_name(),
            code = %failure.error.code(),
            attempts,
            "a request failed"
        );
        failure.error = failure.error.with_attempts(attempts);
        failure
    }

    fn channel(&self, lane: Lane) -> &Channel {
        match lane {
            Lane::Gateway => &self.0.gateway,
            Lane::Upload => &self.0.upload,
        }
    }

    fn source_platform(&self) -> Result<HeaderValue> {
        HeaderValue::from_str(&self.0.settings.source_platform).map_err(|_| {
            Error::new(
                ErrorCode::ConfigInvalid,
                "setting `source_platform` (FILED_SOURCE_PLATFORM) cannot be sent in a header",
            )
        })
    }
}

#[cfg(test)]
mod tests;
