//! TLS: authorities, their bundle, and servers that are not what they should be.

use std::path::PathBuf;

use filed_core::{Client, Config, Effect, ErrorCode};
use filed_sandbox::{Options, Sandbox};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::config;

async fn sandbox() -> Sandbox {
    let options = Options {
        tls: true,
        ..Options::default()
    };
    Sandbox::start(options).await.unwrap()
}

#[tokio::test]
async fn a_private_authority_is_trusted_through_the_bundle_alone() {
    let sandbox = sandbox().await;
    let trusting = Client::new(config(sandbox.ready())).unwrap();
    trusting.me().await.unwrap();

    let mut config = config(sandbox.ready());
    config.ca_bundle = None;
    let error = Client::new(config).unwrap().me().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::TlsFailed, "{error}");
    assert_eq!((error.attempts(), error.effect()), (1, Effect::NotApplied));
    assert!(error.message().contains("ca_bundle"), "{error}");
}

#[tokio::test]
async fn a_server_without_tls_is_refused_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let plain = tokio::spawn(async move {
        let mut connections = 0;
        while let Ok((mut stream, _)) = listener.accept().await {
            connections += 1;
            let mut hello = [0; 1];
            stream.read_exact(&mut hello).await.unwrap();
            stream
                .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                .await
                .unwrap();
            stream.shutdown().await.unwrap();
            // Reads the rest, so that the close is no reset.
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest).await;
            assert_eq!(connections, 1, "TLS failures are not tried again");
        }
    });
    let config = Config {
        api_key: Some("key".into()),
        source_platform: Some("transport-tests".into()),
        gateway_url: Some(format!("https://{address}/")),
        ..Config::default()
    };
    let error = Client::new(config).unwrap().me().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::TlsFailed, "{error}");
    assert_eq!(error.attempts(), 1);
    assert!(!plain.is_finished());
}

#[test]
fn a_bundle_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let bundles = [
        folder.path().join("planted-missing.pem"),
        folder.path().to_owned(),
        file("planted-empty.pem", ""),
        file("planted-text.pem", "no certificate here"),
        file("planted-cut.pem", "-----BEGIN CERTIFICATE-----\nAAAA"),
        file(
            "planted-bad.pem",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ),
    ];
    for bundle in bundles {
        let config = Config {
            api_key: Some("key".into()),
            source_platform: Some("transport-tests".into()),
            ca_bundle: Some(bundle.clone()),
            ..Config::default()
        };
        let error = Client::new(config).expect_err("must be refused");
        assert_eq!(error.code(), ErrorCode::ConfigInvalid, "{bundle:?}");
        assert!(error.message().contains("FILED_CA_BUNDLE"), "{error}");
        assert_eq!(error.path(), Some(bundle.as_path()));
        assert!(!format!("{error} {error:?}").contains("planted"));
    }
}
