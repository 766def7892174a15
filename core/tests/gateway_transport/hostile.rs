//! Servers and proxies that mean harm or are broken: bounded errors, nothing leaked.

use std::io::Write;
use std::time::{Duration, Instant};

use filed_core::{Client, Config, Effect, ErrorCode};

use crate::support::{Reply, Rogue, Seen};

pub const ME: &str = r#"{"data":{"me":{"id":"1","email":"e","name":null,"role":"user"}}}"#;

fn impatient(mut config: Config) -> Config {
    config.max_attempts = Some(2);
    config
}

#[tokio::test]
async fn a_redirect_within_the_origin_is_followed_with_everything() {
    for status in ["307 Temporary Redirect", "308 Permanent Redirect"] {
        let rogue = Rogue::start(move |seen: &Seen| match seen.number {
            0 => Reply::redirect(status, "/elsewhere"),
            _ => Reply::json(ME),
        })
        .await;
        rogue.client(|config| config).me().await.unwrap();
        let seen = rogue.seen();
        assert!(seen[1].head.starts_with("POST /elsewhere"));
        assert_eq!(seen[0].body, seen[1].body);
        assert!(seen[1].head.contains("Bearer rogue-token"));
    }
}

#[tokio::test]
async fn credentials_never_follow_a_redirect_elsewhere() {
    let other = Rogue::start(|_: &Seen| Reply::json(ME)).await;
    let targets = [
        format!("http://{}/graphql", other.address),
        format!("http://localhost:{}/graphql", other.address.port()),
        "https://127.0.0.1/graphql".into(),
        "file:///etc/passwd".into(),
        "//evil.example".into(),
        "http://[".into(),
    ];
    for target in targets {
        let location = target.clone();
        let rogue = Rogue::start(move |_: &Seen| Reply::redirect("307 x", &location)).await;
        let error = rogue.client(|config| config).me().await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::RedirectRefused, "{target}");
        assert!(error.message().contains("gateway_url"));
        assert_eq!(rogue.seen().len(), 1, "final at once");
    }
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn redirects_without_end_or_without_the_body_are_refused() {
    for status in ["307 x", "301 x", "302 x", "303 x"] {
        let rogue = Rogue::start(move |_: &Seen| Reply::redirect(status, "/again")).await;
        let error = rogue.client(|config| config).me().await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::RedirectRefused, "{status}");
        assert!(rogue.seen().len() <= 6);
    }
}

fn gzip_bomb() -> Vec<u8> {
    // 64 MiB of spaces, compressed in independent members of one stored text.
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let spaces = vec![b' '; 1 << 20];
    for _ in 0..64 {
        encoder.write_all(&spaces).unwrap();
    }
    encoder.finish().unwrap()
}

#[tokio::test]
async fn answers_are_bounded_also_when_they_are_packed() {
    let packed = gzip_bomb();
    let large = [b"{\"data\": \"".as_slice(), &vec![b'x'; 17 << 20]].concat();
    let endless =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10000000000\r\n\r\n";
    let replies = [
        Reply::with_headers("200 OK", "", &large),
        Reply::with_headers("200 OK", "Content-Encoding: gzip\r\n", &packed),
        Reply::raw([endless.as_bytes(), &large].concat()).hanging(),
    ];
    for reply in replies {
        let rogue = Rogue::start(move |_: &Seen| reply.clone()).await;
        let client = rogue.client(impatient);
        let error = client.me().await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::ResponseTooLarge);
        assert_eq!(rogue.seen().len(), 1, "not asked for twice");
        let error = client.jobs().create("c", "n").await.unwrap_err();
        assert_eq!(error.effect(), Effect::Unknown);
    }
}

#[tokio::test]
async fn a_packed_answer_is_unpacked() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(ME.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    let rogue = Rogue::start(move |_: &Seen| {
        Reply::with_headers("200 OK", "Content-Encoding: gzip\r\n", &packed)
    })
    .await;
    assert_eq!(rogue.client(|config| config).me().await.unwrap().id, "1");
}

#[tokio::test]
async fn headers_and_depth_are_bounded() {
    let flood: String = (0..20_000)
        .map(|n| format!("X-Flood-{n}: {n}\r\n"))
        .collect();
    let long = format!("X-Long: {}\r\n", "x".repeat(1 << 20));
    for headers in [flood, long] {
        let rogue =
            Rogue::start(move |_: &Seen| Reply::with_headers("200 OK", &headers, ME.as_bytes()))
                .await;
        let error = rogue.client(impatient).me().await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::ResponseTooLarge, "{error}");
    }
    let deep = "[".repeat(100_000);
    let nested = [
        format!(r#"{{"data":{{"me":{deep}"#),
        format!(r#"{{"data":{deep}{}}}"#, "]".repeat(100_000)),
        format!(
            r#"{{"data":null,"errors":[{{"path":{deep}{}}}]}}"#,
            "]".repeat(100_000)
        ),
    ];
    for body in nested {
        let rogue = Rogue::start(move |_: &Seen| Reply::json(&body)).await;
        let client = rogue.client(impatient);
        let typed = client.me().await.unwrap_err();
        assert!(matches!(
            typed.code(),
            ErrorCode::ProtocolError | ErrorCode::RequestRejected
        ));
        // A raw document takes any shape, so only the depth can stop this one.
        let raw = client
            .graphql("{ me { id } }", serde_json::Value::Null)
            .await;
        assert!(raw.is_err() || raw.is_ok_and(|answer| !answer.errors.is_empty()));
    }
}

#[tokio::test]
async fn a_million_errors_cost_a_hundred() {
    let errors = vec![r#"{"message":"no"}"#; 500_000].join(",");
    let body = format!(r#"{{"data":null,"errors":[{errors}]}}"#);
    let rogue = Rogue::start(move |_: &Seen| Reply::json(&body)).await;
    let error = rogue.client(|config| config).me().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::RequestRejected);
    assert_eq!(error.graphql_errors().len(), 100);
}

#[tokio::test]
async fn errors_of_any_shape_are_errors() {
    for errors in [
        r#""boom""#,
        "{}",
        "[7]",
        r#"[{"message":7}]"#,
        r#"[{"extensions":"x"}]"#,
    ] {
        let body = format!(r#"{{"data":null,"errors":{errors}}}"#);
        let rogue = Rogue::start(move |_: &Seen| Reply::json(&body)).await;
        let error = rogue.client(|config| config).me().await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::RequestRejected, "{errors}");
    }
}

#[tokio::test]
async fn an_answer_that_stops_half_way_is_given_up() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"data\"";
    let rogue = Rogue::start(move |_: &Seen| Reply::raw(head).hanging()).await;
    let start = Instant::now();
    let error = rogue.client(impatient).me().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::Stalled, "{error}");
    assert_eq!(error.attempts(), 2);
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn what_is_no_http_is_said_to_be_none() {
    for garbage in [
        "SSH-2.0-OpenSSH_9.0\r\n",
        "HTTP/1.1 banana\r\n\r\n",
        "\u{0}\u{1}\u{2}\r\n\r\n",
    ] {
        let rogue = Rogue::start(move |_: &Seen| Reply::raw(garbage)).await;
        let error = rogue.client(impatient).me().await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::ProtocolError, "{error}");
    }
}

#[tokio::test]
async fn odd_successes_are_errors() {
    for reply in [
        Reply::with_headers("204 No Content", "", b""),
        Reply::with_headers("299 Odd", "Content-Type: image/png\r\n", b"\x89PNG"),
        Reply::with_headers("304 Not Modified", "", b""),
    ] {
        let rogue = Rogue::start(move |_: &Seen| reply.clone()).await;
        let error = rogue.client(impatient).me().await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::ProtocolError, "{error}");
    }
    let early = format!(
        "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{ME}",
        ME.len()
    );
    let rogue = Rogue::start(move |_: &Seen| Reply::raw(early.clone())).await;
    rogue.client(impatient).me().await.unwrap();
}

fn through(proxy: String, gateway: &str) -> Client {
    let config = Config {
        api_key: Some("key".into()),
        source_platform: Some("transport-tests".into()),
        gateway_url: Some(gateway.into()),
        proxy: Some(proxy),
        max_attempts: Some(2),
        ..Config::default()
    };
    Client::new(config).unwrap()
}

#[tokio::test]
async fn a_proxy_that_fails_is_named_without_its_password() {
    let gone = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let denying =
        Rogue::start(|_: &Seen| Reply::with_headers("407 Proxy Authentication Required", "", b""))
            .await;
    let broken = Rogue::start(|_: &Seen| {
        Reply::with_headers("502 Bad Gateway", "", b"<html>planted page</html>")
    })
    .await;
    for address in [gone, denying.address, broken.address] {
        let proxy = format!("http://user:planted-password@{address}");
        let client = through(proxy, "https://gateway.example.com/graphql");
        let error = client.me().await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::ProxyFailed, "{error}");
        assert!(error.message().contains(&address.to_string()), "{error}");
        assert!(!format!("{error} {error:?}").contains("planted"), "{error}");
        assert_eq!(error.effect(), Effect::NotApplied);
    }
    assert!(
        denying.seen()[0]
            .head
            .starts_with("CONNECT gateway.example.com:443")
    );
}

#[tokio::test]
async fn an_explicit_proxy_is_used_for_loopback_too() {
    let proxy = Rogue::start(|_: &Seen| Reply::json(ME)).await;
    let client = through(
        format!("http://{}", proxy.address),
        "http://127.0.0.1:9/graphql",
    );
    client.me().await.unwrap();
    assert!(
        proxy.seen()[0]
            .head
            .starts_with("POST http://127.0.0.1:9/graphql")
    );
}

#[tokio::test]
async fn the_environments_proxy_is_used_but_not_for_loopback() {
    const CHILD: &str = "FILED_TEST_CHILD";
    if std::env::var_os(CHILD).is_some() {
        let local = Rogue::start(|_: &Seen| Reply::json(ME)).await;
        local.client(|config| config).me().await.unwrap();
        let remote = Config {
            api_key: Some("key".into()),
            source_platform: Some("transport-tests".into()),
            max_attempts: Some(1),
            ..Config::default()
        };
        let error = Client::new(remote).unwrap().me().await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::ProxyFailed, "{error}");
        assert!(!error.message().contains("planted"), "{error}");
        return;
    }
    // The environment belongs to the whole process: another one gets its own.
    let proxy = Rogue::start(|_: &Seen| Reply::with_headers("502 No", "", b"")).await;
    let url = format!("http://user:planted@{}", proxy.address);
    let test = "hostile::the_environments_proxy_is_used_but_not_for_loopback";
    let child = tokio::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test])
        .env(CHILD, "1")
        .env("HTTPS_PROXY", &url)
        .env("HTTP_PROXY", &url)
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .env_remove("https_proxy")
        .env_remove("http_proxy")
        .output()
        .await
        .unwrap();
    assert!(
        child.status.success(),
        "{}",
        String::from_utf8_lossy(&child.stdout)
    );
    let seen = proxy.seen();
    assert_eq!(seen.len(), 1);
    assert!(seen[0].head.starts_with("CONNECT gateway.filed.com:443"));
    assert!(
        seen[0]
            .head
            .to_lowercase()
            .contains("proxy-authorization: basic")
    );
}
