//! What a bare TCP server sees of an upload, and does to it: things no well-behaved host does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by ending"
)]

mod upload_support;

use std::time::Duration;

use filed_core::{Client, Config};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use upload_support::{Filed, code, content, named};

/// More than the socket buffers of both ends hold.
const LARGE: usize = 16 << 20;
/// Far more than anything here takes; a test that waits for it has failed.
const FOREVER: Duration = Duration::from_secs(20);

/// A client whose upload host is a listener of ours.
async fn listening(filed: &Filed) -> (Client, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/upload", listener.local_addr().unwrap());
    let config = Config {
        upload_url: Some(url),
        ..filed.customer_config()
    };
    (Client::new(config).unwrap(), listener)
}

/// Accepts a connection and reads the request up to the end of its headers.
async fn accept(listener: &TcpListener) -> (TcpStream, String) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    (stream, String::from_utf8(head).unwrap().to_lowercase())
}

async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(FOREVER, work).await.expect("in time")
}

/// What a host does after its refusal.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    /// Closes with bytes unread, so that the system answers all that follows with a reset.
    Closes,
    /// Reads on until the client breaks off, as servers do that want their answer to arrive: a reset
    /// in the middle of a body may destroy an answer that the client's system already has.
    Lingers,
}

/// Uploads again and again to a host that reads so much of a body and refuses.
async fn refused_after(reads: usize, then: Then, times: u32) {
    let filed = Filed::start().await;
    let (client, listener) = listening(&filed).await;
    let host = async {
        loop {
            let (mut stream, _) = accept(&listener).await;
            let mut part = vec![0; reads];
            stream.read_exact(&mut part).await.unwrap();
            let answer = "HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            stream.write_all(answer.as_bytes()).await.unwrap();
            if then == Then::Lingers {
                stream.shutdown().await.unwrap();
                // However the client breaks off, with an end or a reset, it is no longer sending.
                let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
            }
        }
    };
    let work = async {
        for _ in 0..times {
            let sent = client.uploads().bytes(content(LARGE), named("a.pdf")).await;
            let error = sent.unwrap_err();
            let seen = (code(&error), error.http_status());
            assert_eq!(
                seen,
                ("REQUEST_REJECTED", Some(413)),
                "{}",
                error.attempts()
            );
        }
    };
    tokio::select! {
        () = within(work) => {}
        () = host => {}
    }
}

#[tokio::test]
async fn a_refusal_is_read_even_when_the_host_closes_at_once() {
    refused_after(0, Then::Closes, 5).await;
}

#[tokio::test]
async fn a_refusal_in_the_middle_of_a_body_is_read() {
    refused_after(1 << 20, Then::Lingers, 5).await;
}

#[tokio::test]
async fn success_before_the_whole_body_is_not_believed() {
    let filed = Filed::start().await;
    let (client, listener) = listening(&filed).await;
    let host = async {
        let (mut stream, _) = accept(&listener).await;
        let body = r#"{"fileUrl":"https://f.example/1","fileName":"a","mimeType":"b/c"}"#;
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(answer.as_bytes()).await.unwrap();
        stream
    };
    let uploads = client.uploads();
    let work = async { tokio::join!(uploads.bytes(content(LARGE), named("a.pdf")), host) };
    let (sent, mut stream) = within(work).await;
    let error = sent.unwrap_err();
    assert_eq!(code(&error), "PROTOCOL_ERROR");
    assert!(error.message().contains("before the whole file"));
    let mut rest = Vec::new();
    // The body must break off: whether with an end or a reset is the system's choice.
    let ended = within(stream.read_to_end(&mut rest)).await;
    assert!(rest.len() < LARGE, "{ended:?}");
}

#[tokio::test]
async fn dropping_an_upload_closes_its_connection() {
    let filed = Filed::start().await;
    let (client, listener) = listening(&filed).await;
    let uploads = client.uploads();
    let mut sending = Box::pin(uploads.bytes(content(LARGE), named("a.pdf")));
    let mut stream = tokio::select! {
        sent = &mut sending => panic!("nobody answered: {sent:?}"),
        (stream, _) = accept(&listener) => stream,
    };
    drop(sending);
    let mut rest = Vec::new();
    let ended = within(stream.read_to_end(&mut rest)).await;
    assert!(rest.len() < LARGE, "{ended:?}");
}

#[tokio::test]
async fn the_request_says_what_comes() {
    let filed = Filed::start().await;
    let (client, listener) = listening(&filed).await;
    let host = async {
        let (mut stream, head) = accept(&listener).await;
        assert!(head.starts_with("post /upload http/1.1\r\n"));
        assert!(head.contains("\r\ncontent-type: multipart/form-data; boundary=filed-"));
        assert!(head.contains("\r\nauthorization: bearer "));
        assert!(!head.contains("transfer-encoding"));
        let length = head.split("content-length: ").nth(1).unwrap();
        let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.unwrap();
        let text = String::from_utf8_lossy(&body).into_owned();
        assert!(
            text.contains("name=\"file\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf")
        );
        assert!(text.ends_with("--\r\n"));
        let answer = "HTTP/1.1 418 No\r\ncontent-length: 0\r\n\r\n";
        stream.write_all(answer.as_bytes()).await.unwrap();
    };
    let uploads = client.uploads();
    let work = async { tokio::join!(uploads.bytes(content(10), named("a.pdf")), host).0 };
    let error = within(work).await.unwrap_err();
    assert_eq!(error.http_status(), Some(418));
}
