//! Networks and servers that are slow, broken or old, each told from the others.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use filed_core::{Client, Config, Effect, ErrorCode};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;

use crate::hostile::ME;
use crate::support::{Reply, Rogue, Seen, world};

fn hasty(config: Config) -> Config {
    Config {
        max_attempts: Some(1),
        ..config
    }
}

/// A server that does `handle` to every connection.
async fn server<F>(handle: impl Fn(TcpStream, usize) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut number = 0;
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(handle(stream, number));
            number += 1;
        }
    });
    address
}

fn client(gateway_url: String, adjust: impl FnOnce(Config) -> Config) -> Client {
    let config = Config {
        api_key: Some("key".into()),
        source_platform: Some("transport-tests".into()),
        gateway_url: Some(gateway_url),
        ..Config::default()
    };
    Client::new(adjust(config)).unwrap()
}

/// Reads what a request's first packets hold; all of it on loopback.
async fn take(stream: &mut TcpStream) -> String {
    let mut bytes = vec![0; 64 * 1024];
    let read = stream.read(&mut bytes).await.unwrap_or(0);
    String::from_utf8_lossy(&bytes[..read]).into_owned()
}

#[tokio::test]
async fn a_reset_before_the_request_is_read_is_survived() {
    let world = world().await;
    let behind = world.ready().gateway_url.clone();
    let behind = url_authority(&behind);
    let address = server(move |mut stream, number| async move {
        if number % 2 == 0 {
            return stream.set_zero_linger().unwrap();
        }
        let mut inside = TcpStream::connect(behind).await.unwrap();
        // Either side may hang up when it is done.
        let _ = tokio::io::copy_bidirectional(&mut stream, &mut inside).await;
    })
    .await;
    let mut config = crate::support::config(world.ready());
    config.gateway_url = Some(format!("http://{address}/graphql"));
    let client = Client::new(config).unwrap();
    client.me().await.unwrap();
    assert_eq!(world.count("me"), 1);
}

fn url_authority(url: &str) -> SocketAddr {
    let rest = url.strip_prefix("http://").unwrap();
    rest.split('/').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn an_answer_that_trickles_in_is_read_however_long_it_takes() {
    // Two seconds in all, with a stall time-out of one: on a loaded machine a byte may be late.
    let address = server(|mut stream, _| async move {
        let request = take(&mut stream).await;
        let body = match request.contains("loginViaPersonalApiToken") {
            true => r#"{"data":{"loginViaPersonalApiToken":{"accessToken":"t"}}}"#,
            false => ME,
        };
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        for byte in body.as_bytes() {
            tokio::time::sleep(Duration::from_millis(20)).await;
            stream.write_all(&[*byte]).await.unwrap();
            stream.flush().await.unwrap();
        }
    })
    .await;
    let client = client(format!("http://{address}/"), |config| Config {
        stall_timeout: Some(Duration::from_secs(1)),
        max_attempts: Some(1),
        ..config
    });
    client.me().await.unwrap();
}

#[tokio::test]
async fn interim_answers_are_read_over_and_none_is_waited_for() {
    for interim in [
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 102 Processing\r\n\r\n",
    ] {
        let answer = format!(
            "{interim}{interim}HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{ME}",
            ME.len()
        );
        let rogue = Rogue::start(move |_: &Seen| Reply::raw(answer.clone())).await;
        rogue.client(hasty).me().await.unwrap();
        let head = rogue.seen()[0].head.to_lowercase();
        assert!(!head.contains("expect:"), "{head}");
    }
}

#[tokio::test]
async fn chunks_with_trailers_are_an_answer() {
    let (first, rest) = ME.split_at(10);
    let answer = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n\
         {:x}\r\n{first}\r\n{:x};ext=1\r\n{rest}\r\n0\r\nx-sum: 1\r\n\r\n",
        first.len(),
        rest.len()
    );
    let rogue = Rogue::start(move |_: &Seen| Reply::raw(answer.clone())).await;
    rogue.client(hasty).me().await.unwrap();
}

#[tokio::test]
async fn the_content_of_an_answer_counts_and_not_its_label() {
    let plain = |kind: &str| {
        let headers = format!("Content-Type: {kind}\r\n");
        Reply::with_headers("200 OK", &headers, ME.as_bytes())
    };
    for reply in [
        plain("application/octet-stream"),
        plain("text/plain"),
        plain("odd;;=;"),
    ] {
        let rogue = Rogue::start(move |_: &Seen| reply.clone()).await;
        rogue.client(hasty).me().await.unwrap();
    }
}

#[tokio::test]
async fn an_answer_nobody_can_read_is_a_protocol_error() {
    for reply in [
        Reply::with_headers("200 OK", "", b""),
        Reply::with_headers("200 OK", "Content-Encoding: br\r\n", b"\x1b\x0e\x00\xf8"),
        Reply::with_headers("200 OK", "Content-Encoding: zstd\r\n", b"\x28\xb5\x2f\xfd"),
        Reply::with_headers("200 OK", "Content-Encoding: gzip\r\n", b"no gzip at all"),
        Reply::with_headers(
            "200 OK",
            "Content-Type: text/html\r\n",
            b"<html>portal</html>",
        ),
    ] {
        let rogue = Rogue::start(move |_: &Seen| reply.clone()).await;
        let error = rogue.client(hasty).me().await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::ProtocolError, "{error}");
        assert!(!error.message().contains("portal"), "{error}");
    }
}

/// A TLS server with a certificate of this validity and name, which `ca_bundle` then trusts.
async fn tls_server(ca_bundle: &Path, name: &str, years: (i32, i32)) -> SocketAddr {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(years.0, 1, 1);
    params.not_after = date_time_ymd(years.1, 1, 1);
    let certificate = params.self_signed(&key).unwrap();
    std::fs::write(ca_bundle, certificate.pem()).unwrap();
    let private = key.serialize_der().try_into().unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    server(move |stream, number| {
        let acceptor = acceptor.clone();
        async move {
            assert_eq!(number, 0, "a refused certificate is not asked for again");
            // The client breaks the handshake off.
            let _ = acceptor.accept(stream).await;
        }
    })
    .await
}

#[tokio::test]
async fn a_certificate_that_must_not_be_trusted_is_refused_once_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("ca.pem");
    for (name, years, reason) in [
        ("localhost", (2001, 2002), "expired"),
        ("localhost", (2900, 2901), "clock"),
        ("elsewhere.example.com", (2001, 2900), "another host name"),
    ] {
        let address = tls_server(&bundle, name, years).await;
        let client = client(format!("https://localhost:{}/", address.port()), |config| {
            Config {
                ca_bundle: Some(bundle.clone()),
                ..config
            }
        });
        let error = client.me().await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::TlsFailed, "{error}");
        assert!(error.message().contains(reason), "{error}");
        assert!(error.message().contains("gateway_url"), "{error}");
        assert_eq!((error.attempts(), error.effect()), (1, Effect::NotApplied));
    }
}

#[tokio::test]
async fn a_server_that_knows_old_tls_only_is_refused_once() {
    let address = server(|mut stream, number| async move {
        assert_eq!(number, 0, "TLS failures are not tried again");
        take(&mut stream).await;
        // What a server of that age answers: alert, fatal, protocol version.
        stream
            .write_all(b"\x15\x03\x01\x00\x02\x02\x46")
            .await
            .unwrap();
        take(&mut stream).await;
    })
    .await;
    let client = client(format!("https://localhost:{}/", address.port()), |c| c);
    let error = client.me().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::TlsFailed, "{error}");
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn a_host_whose_ipv6_is_dead_is_reached_over_ipv4() {
    let world = world().await;
    let port = url_authority(&world.ready().gateway_url).port();
    // The name has both addresses; the sandbox listens on the one of IPv4 alone.
    let mut config = crate::support::config(world.ready());
    config.gateway_url = Some(format!("http://localhost:{port}/graphql"));
    config.max_attempts = Some(1);
    Client::new(config).unwrap().me().await.unwrap();
}
