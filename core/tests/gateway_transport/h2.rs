//! HTTP/2 servers that refuse a stream or send everybody away.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use filed_core::gateway::NewWork;
use filed_core::{Client, Config, ErrorCode};
use h2::Reason;
use h2::server::SendResponse;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;

const LOGIN: &str = r#"{"data":{"loginViaPersonalApiToken":{"accessToken":"t"}}}"#;
const WORKS: &str = r#"{"data":{"createJobWorks":[]}}"#;

fn acceptor(ca_bundle: &Path) -> TlsAcceptor {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
    std::fs::write(ca_bundle, made.cert.pem()).unwrap();
    let key = made.signing_key.serialize_der().try_into().unwrap();
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    TlsAcceptor::from(Arc::new(config))
}

/// What the server does to the first request after the login.
#[derive(Clone, Copy)]
enum Does {
    Resets(Reason),
    /// Says that it goes away, and still answers what it has.
    GoesAway,
    /// Goes away at once.
    Breaks(Reason),
}

/// Logs in; then does that to the first stream, and answers the others.
async fn server(does: Does, ca_bundle: &Path) -> (SocketAddr, Arc<AtomicUsize>) {
    let acceptor = acceptor(ca_bundle);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let streams = Arc::new(AtomicUsize::new(0));
    let count = streams.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, acceptor.clone(), does, count.clone()));
        }
    });
    (address, streams)
}

async fn serve(tcp: TcpStream, acceptor: TlsAcceptor, does: Does, count: Arc<AtomicUsize>) {
    let tls = acceptor.accept(tcp).await.unwrap();
    let mut connection = h2::server::handshake(tls).await.unwrap();
    let (tell, mut told) = tokio::sync::mpsc::channel(8);
    loop {
        let (request, mut respond) = tokio::select! {
            Some(does) = told.recv() => {
                match does {
                    Does::Breaks(reason) => connection.abrupt_shutdown(reason),
                    _ => connection.graceful_shutdown(),
                }
                continue;
            }
            Some(Ok(accepted)) = connection.accept() => accepted,
            else => return,
        };
        let (count, tell) = (count.clone(), tell.clone());
        tokio::spawn(async move {
            let mut body = request.into_body();
            let mut text = Vec::new();
            while let Some(Ok(data)) = body.data().await {
                text.extend_from_slice(&data);
            }
            if String::from_utf8_lossy(&text).contains("loginViaPersonalApiToken") {
                return answer(respond, LOGIN);
            }
            match (count.fetch_add(1, Ordering::SeqCst), does) {
                (0, Does::Resets(reason)) => respond.send_reset(reason),
                (0, Does::GoesAway) => {
                    tell.send(does).await.unwrap();
                    answer(respond, WORKS);
                }
                (0, Does::Breaks(_)) => {
                    tell.send(does).await.unwrap();
                    // Never answered: the connection ends first.
                    std::future::pending::<()>().await;
                }
                _ => answer(respond, WORKS),
            }
        });
    }
}

fn answer(mut respond: SendResponse<Bytes>, body: &'static str) {
    let head = http::Response::new(());
    let mut stream = respond.send_response(head, false).unwrap();
    stream
        .send_data(Bytes::from_static(body.as_bytes()), true)
        .unwrap();
}

async fn add_works(does: Does) -> (Result<usize, ErrorCode>, usize) {
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("ca.pem");
    let (address, streams) = server(does, &bundle).await;
    let config = Config {
        api_key: Some("key".into()),
        source_platform: Some("transport-tests".into()),
        gateway_url: Some(format!("https://localhost:{}/", address.port())),
        ca_bundle: Some(bundle),
        ..Config::default()
    };
    let work = NewWork {
        name: "Client".into(),
        external_id: "c-1".into(),
    };
    let made = Client::new(config)
        .unwrap()
        .jobs()
        .add_works("job_1", vec![work])
        .await;
    let made = made.map(|works| works.len()).map_err(|e| e.code());
    (made, streams.load(Ordering::SeqCst))
}

#[tokio::test]
async fn a_refused_stream_is_repeated_whatever_it_was() {
    assert_eq!(
        add_works(Does::Resets(Reason::REFUSED_STREAM)).await,
        (Ok(0), 2)
    );
}

#[tokio::test]
async fn any_other_reset_leaves_the_outcome_open() {
    let expected = (Err(ErrorCode::OutcomeUnknown), 1);
    assert_eq!(
        add_works(Does::Resets(Reason::INTERNAL_ERROR)).await,
        expected
    );
}

#[tokio::test]
async fn a_stream_under_way_outlives_a_goaway() {
    assert_eq!(add_works(Does::GoesAway).await, (Ok(0), 1));
}

#[tokio::test]
async fn a_connection_that_ends_under_a_stream_leaves_the_outcome_open() {
    for reason in [Reason::NO_ERROR, Reason::INTERNAL_ERROR] {
        let expected = (Err(ErrorCode::OutcomeUnknown), 1);
        assert_eq!(add_works(Does::Breaks(reason)).await, expected, "{reason}");
    }
}
