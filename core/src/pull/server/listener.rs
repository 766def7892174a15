//! Connections: so many at a time, TLS where there is a certificate, HTTP/1.1 and HTTP/2 with
//! bounded headers, and an end that lets what runs finish.

use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::ExposeSecret;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower_service::Service as _;

use super::allowed::Peer;
use super::paced::Paced;
use crate::Result;
use crate::pull::TlsIdentity;
use crate::pull::config::invalid;

/// How long headers, a handshake or the next request of a connection may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Headers of a request.
const MOST_HEADERS: usize = 100;
/// Bytes of them, and of what is kept of a body that nobody takes.
const BUFFER: usize = 64 * 1024;
/// Requests at the same time on one HTTP/2 connection.
const STREAMS: u32 = 128;

/// What every connection is served with.
#[derive(Clone)]
pub struct Service {
    pub app: Router,
    pub tls: Option<TlsAcceptor>,
    pub stall: Duration,
    /// No new connection or request is taken any more.
    pub closing: CancellationToken,
}

/// Takes connections until it is told to close, then waits for the last of them to end.
pub async fn serve(listener: TcpListener, service: Service, most: usize) {
    let places = Arc::new(Semaphore::new(most));
    let mut connections = JoinSet::new();
    loop {
        let place = tokio::select! {
            () = service.closing.cancelled() => break,
            place = places.clone().acquire_owned() => place,
        };
        let accepted = tokio::select! {
            () = service.closing.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = connection(stream, peer.ip(), service.clone());
                connections.spawn(async move {
                    let _place = place;
                    connection.await;
                });
            }
            // Out of descriptors, mostly: a moment later some are free again.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn connection(stream: TcpStream, peer: IpAddr, service: Service) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let stream = Paced::new(stream, service.stall);
    match service.tls.clone() {
        None => speak(stream, peer, service).await,
        Some(tls) => {
            let shake = tokio::time::timeout(PATIENCE, tls.accept(stream));
            if let Ok(Ok(stream)) = shake.await {
                speak(stream, peer, service).await;
            }
        }
    }
}

async fn speak<S>(stream: S, peer: IpAddr, service: Service)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let app = service.app;
    let answer = hyper::service::service_fn(move |mut request: http::Request<_>| {
        request.extensions_mut().insert(Peer(peer));
        app.clone().call(request)
    });
    let builder = builder();
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), answer));
    tokio::select! {
        // How a connection ended is its other end's affair.
        _ = connection.as_mut() => return,
        () = service.closing.cancelled() => connection.as_mut().graceful_shutdown(),
    }
    let _ended = connection.await;
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_headers(MOST_HEADERS)
        .max_buf_size(BUFFER);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PATIENCE)
        .keep_alive_timeout(PATIENCE)
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(BUFFER as u32)
        .max_send_buf_size(BUFFER);
    builder
}

/// What TLS is spoken with.
pub fn acceptor(identity: &TlsIdentity) -> Result<TlsAcceptor> {
    let unusable = || invalid("tls: the certificates or the key cannot be used");
    let chain = CertificateDer::pem_slice_iter(&identity.certificates)
        .collect::<std::result::Result<Vec<_>, _>>()
        .map_err(|_| unusable())?;
    let key = PrivateKeyDer::from_pem_slice(identity.key.expose_secret().as_bytes())
        .map_err(|_| unusable())?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| unusable())?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|_| unusable())?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
