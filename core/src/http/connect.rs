//! Makes the two reqwest clients: one for the gateway, one for uploads.

use std::sync::Arc;
use std::time::Duration;

use rustls_platform_verifier::Verifier;

use crate::config::Settings;
use crate::http::Lane;
use crate::http::load::Load;
use crate::http::route::Route;
use crate::http::tls;
use crate::{Error, ErrorCode, Result, VERSION};

/// Shorter than what servers and their load balancers commonly allow, so that a connection is
/// seldom closed under a request.
const IDLE: Duration = Duration::from_secs(20);

const LONGEST_HEADERS: u32 = 64 * 1024;

/// A client for one lane. Redirects and retries are ours: both are switched off below us.
pub(crate) fn client(
    settings: &Settings,
    lane: Lane,
    route: &Route,
    verifier: Option<&Arc<Verifier>>,
) -> Result<reqwest::Client> {
    let mut builder = reqwest::Client::builder()
        .user_agent(format!("filed-sdk/{VERSION}"))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .connect_timeout(settings.connect_timeout)
        .pool_idle_timeout(IDLE)
        .tcp_nodelay(true)
        .http2_max_header_list_size(LONGEST_HEADERS);
    if let Some(proxy) = route.proxy()? {
        builder = builder.proxy(proxy);
    }
    let versions: &[&[u8]] = match lane {
        Lane::Gateway => &[b"h2", b"http/1.1"],
        Lane::Upload => &[b"http/1.1"],
    };
    builder = match verifier {
        Some(verifier) => builder.tls_backend_preconfigured(tls::config(verifier, versions)?),
        None => builder.tls_backend_preconfigured(tls::refusing()?),
    };
    if lane == Lane::Upload {
        builder = builder
            .http1_only()
            .pool_max_idle_per_host(Load::most(settings.max_concurrency));
    }
    builder.build().map_err(|_| {
        Error::new(
            ErrorCode::Internal,
            "the HTTP client could not be made; please report it",
        )
    })
}
