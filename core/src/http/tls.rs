//! TLS: ring as the one explicit crypto provider, the platform's roots, and the authorities of
//! `ca_bundle`. Certificate checks cannot be turned off.

use std::path::Path;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;

use crate::config::Settings;
use crate::{Error, ErrorCode, Result};

/// TLS for one client. `alpn` lists the HTTP versions offered.
pub(crate) fn config(verifier: &Arc<Verifier>, alpn: &[&[u8]]) -> Result<ClientConfig> {
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|_| Error::new(ErrorCode::Internal, "TLS could not be set up"))?
        .dangerous() // rustls's word for every verifier but its own; this one is the platform's
        .with_custom_certificate_verifier(verifier.clone())
        .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
    Ok(config)
}

/// TLS that trusts nobody: for clients that only ever speak plain HTTP to loopback, and so do not
/// need the machine to have any authorities.
pub(crate) fn refusing() -> Result<ClientConfig> {
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|_| Error::new(ErrorCode::Internal, "TLS could not be set up"))?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    Ok(config)
}

/// Checks certificates against the platform's roots and `ca_bundle`.
pub(crate) fn verifier(settings: &Settings) -> Result<Arc<Verifier>> {
    verifier_with(settings.ca_bundle.as_deref())
}

/// As [`verifier`], with a bundle of its own.
pub(crate) fn verifier_with(ca_bundle: Option<&Path>) -> Result<Arc<Verifier>> {
    let extra = match ca_bundle {
        Some(path) => read_bundle(path)?,
        None => Vec::new(),
    };
    match Verifier::new_with_extra_roots(extra, provider()) {
        Ok(verifier) => Ok(Arc::new(verifier)),
        Err(_) => Err(match ca_bundle {
            Some(path) => unusable("holds a certificate that cannot be used", path),
            None => Error::new(
                ErrorCode::ConfigInvalid,
                "this machine has no trusted certificate authorities: install them or set \
                 `ca_bundle` (FILED_CA_BUNDLE)",
            ),
        }),
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn read_bundle(path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let pem = std::fs::read(path)
        .map_err(|e| unusable(&format!("cannot be read: {}", e.kind()), path))?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<_, _>>()
        .map_err(|_| unusable("is not a valid PEM file", path))?;
    if certificates.is_empty() {
        return Err(unusable("holds no certificate", path));
    }
    Ok(certificates)
}

fn unusable(problem: &str, path: &Path) -> Error {
    Error::new(
        ErrorCode::ConfigInvalid,
        format!("setting `ca_bundle` (FILED_CA_BUNDLE) {problem}"),
    )
    .with_path(path)
}
