//! TLS for the sink: an authority and a certificate of its own, made at each start.

use std::io::{BufReader, Read, Result as IoResult, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// The record layer asks for a few KiB at a time; the network is asked for more at once.
const BUFFER: usize = 256 * 1024;

/// A configuration whose authority is written to `authority` for clients to trust.
pub fn config(authority: &Path) -> Result<Arc<ServerConfig>> {
    let mut params = CertificateParams::new(Vec::new())?;
    // Two names: a leaf that is called like its issuer passes for one that signed itself.
    params
        .distinguished_name
        .push(DnType::CommonName, "The bench's authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let ca_key = KeyPair::generate()?;
    let ca = params.self_signed(&ca_key)?;
    std::fs::write(authority, ca.pem())?;
    let key = KeyPair::generate()?;
    let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
    let mut leaf = CertificateParams::new(names)?;
    leaf.distinguished_name
        .push(DnType::CommonName, "127.0.0.1");
    leaf.use_authority_key_identifier_extension = true;
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let leaf = leaf.signed_by(&key, &Issuer::new(params, ca_key))?;
    let key = PrivateKeyDer::try_from(key.serialize_der())
        .map_err(|problem| anyhow::anyhow!("the certificate's key: {problem}"))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// A client behind TLS; the handshake happens with the first read.
pub fn accept(
    stream: TcpStream,
    config: Arc<ServerConfig>,
) -> Result<StreamOwned<ServerConnection, Buffered>> {
    let buffered = Buffered(BufReader::with_capacity(BUFFER, stream));
    Ok(StreamOwned::new(ServerConnection::new(config)?, buffered))
}

/// Reads through a buffer, writes at once.
pub struct Buffered(BufReader<TcpStream>);

impl Read for Buffered {
    fn read(&mut self, space: &mut [u8]) -> IoResult<usize> {
        self.0.read(space)
    }
}

impl Write for Buffered {
    fn write(&mut self, bytes: &[u8]) -> IoResult<usize> {
        self.0.get_mut().write(bytes)
    }

    fn flush(&mut self) -> IoResult<()> {
        self.0.get_mut().flush()
    }
}
