//! [`Route`]: through which proxy a host is reached, decided once when the client is made, so that
//! a host program that changes its environment later changes nothing.

use http::HeaderValue;
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::config::{Settings, is_loopback};
use crate::{Error, ErrorCode, Result};

/// How a host is reached.
#[derive(Clone)]
pub(crate) enum Route {
    Direct,
    Proxy {
        url: Url,
        auth: Option<HeaderValue>,
        /// Host and port, for messages: without user name and password.
        name: String,
        /// Where it was set, for messages.
        source: &'static str,
    },
}

impl Route {
    /// The `proxy` setting, else the system's own; loopback is never sent to the latter.
    pub fn to(target: &Url, settings: &Settings) -> Result<Self> {
        if let Some(proxy) = &settings.proxy {
            return Ok(Self::through(proxy.clone(), None, "setting `proxy`"));
        }
        if is_loopback(target) {
            return Ok(Self::Direct);
        }
        let uri = target.as_str().parse::<http::Uri>();
        let Some(found) = uri
            .ok()
            .and_then(|uri| Matcher::from_system().intercept(&uri))
        else {
            return Ok(Self::Direct);
        };
        let source = "from the environment or the system";
        match Url::parse(&found.uri().to_string()) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => {
                Ok(Self::through(url, found.basic_auth().cloned(), source))
            }
            _ => Err(Error::new(
                ErrorCode::ConfigInvalid,
                "the proxy of the environment (HTTPS_PROXY, ALL_PROXY) or the system is not an \
                 http or https proxy: set `proxy` to one that is, or NO_PROXY for this host",
            )),
        }
    }

    fn through(url: Url, auth: Option<HeaderValue>, source: &'static str) -> Self {
        let host = url.host_str().unwrap_or_default();
        let name = match url.port_or_known_default() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        Self::Proxy {
            url,
            auth,
            name,
            source,
        }
    }

    /// The reqwest proxy, if any.
    pub fn proxy(&self) -> Result<Option<reqwest::Proxy>> {
        let Self::Proxy { url, auth, .. } = self else {
            return Ok(None);
        };
        let mut proxy = reqwest::Proxy::all(url.clone())
            .map_err(|_| Error::new(ErrorCode::ConfigInvalid, "setting `proxy` cannot be used"))?;
        if let Some(auth) = auth {
            proxy = proxy.custom_http_auth(auth.clone());
        }
        Ok(Some(proxy))
    }
}
