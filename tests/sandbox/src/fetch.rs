//! Fetching the URLs callers name, as Filed would: uploads by URL, artifacts with a foreign URL.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use futures_util::{StreamExt as _, stream};
use http::header::CONTENT_TYPE;
use url::{Host, Url};

use crate::hub::Epoch;
use crate::state::{Fetch, Outcome};
use crate::upload::{Sink, Stored};

/// What was behind a URL.
pub(crate) struct Fetched {
    pub(crate) stored: Stored,
    pub(crate) content_type: Option<String>,
}

/// Fetches a URL, into a file if one is named.
pub(crate) async fn fetch(
    epoch: &Epoch,
    url: &str,
    into: Option<&Path>,
) -> anyhow::Result<Fetched> {
    let settings = epoch.settings();
    let parsed = Url::parse(url).context("the URL cannot be read")?;
    ensure!(
        matches!(parsed.scheme(), "http" | "https"),
        "the URL is neither http nor https"
    );
    ensure!(
        settings.fetch_any_host || is_loopback(&parsed),
        "the sandbox fetches from the loopback only, unless fetch_any_host is set"
    );
    let response = epoch
        .fixed
        .http
        .get(parsed)
        .send()
        .await
        .map_err(reqwest::Error::without_url)?;
    let status = response.status();
    ensure!(
        status.is_success(),
        "the URL answered with status {}",
        status.as_u16()
    );
    let content_type = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(ToOwned::to_owned);
    let mut sink = Sink::open(into).await?;
    let mut body = response.bytes_stream();
    while let Some(piece) = body.next().await {
        sink.write(&piece.map_err(reqwest::Error::without_url)?)
            .await?;
        if sink.size() > settings.fetch_max_bytes {
            bail!("the file behind the URL is larger than fetch_max_bytes");
        }
    }
    Ok(Fetched {
        stored: sink.finish().await?,
        content_type,
    })
}

/// Whether a URL stays on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The client all fetches share.
pub(crate) fn client(ca_pem: Option<&str>) -> anyhow::Result<reqwest::Client> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = rustls::RootCertStore::empty();
    if let Some(pem) = ca_pem {
        use rustls::pki_types::pem::PemObject as _;
        roots.add(rustls::pki_types::CertificateDer::from_pem_slice(
            pem.as_bytes(),
        )?)?;
    }
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5))
        .read_timeout(Duration::from_secs(30))
        .build()?)
}

/// Fetches the URLs an import waits for, a few at a time.
pub(crate) async fn resolve(epoch: Arc<Epoch>, fetches: Vec<Fetch>) {
    const AT_ONCE: usize = 4;
    stream::iter(fetches)
        .for_each_concurrent(AT_ONCE, |wanted| {
            let epoch = Arc::clone(&epoch);
            async move {
                let outcome = match fetch(&epoch, &wanted.url, None).await {
                    Ok(Fetched {
                        stored: Stored { blake3, size, .. },
                        ..
                    }) => Outcome::Uploaded { blake3, size },
                    Err(error) => Outcome::Failed(format!("{error:#}")),
                };
                epoch.world().fetched(&wanted.artifact_id, outcome);
            }
        })
        .await;
}
