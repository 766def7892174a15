//! The server process is killed in the middle of things and started again on the same state.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by ending"
)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const KEY: &str = "test-key-0123456789";
const LENGTH: usize = 12 << 20;
const BEFORE: usize = 10 << 20;

struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start(folder: &Path, state: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_filed-pull-server"))
            .arg("--folder")
            .arg(folder)
            .arg("--state")
            .arg(state)
            .args(["--key", KEY, "--max-seconds", "120"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let out = process.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        let url = ready["url"].as_str().unwrap().to_owned();
        Self { process, url }
    }

    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that was killed is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn client() -> Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    let builder = Client::builder().tls_backend_preconfigured(tls).no_proxy();
    builder.retry(reqwest::retry::never()).build().unwrap()
}

fn content() -> Vec<u8> {
    (0..LENGTH).map(|at| (at % 251) as u8).collect()
}

fn ask(http: &Client, server: &Server, method: Method, path: &str) -> RequestBuilder {
    let request = http.request(method, format!("{}{path}", server.url));
    request
        .header("x-api-key", KEY)
        .header("tus-resumable", "1.0.0")
}

async fn ok(request: RequestBuilder) -> Response {
    let response = request.send().await.unwrap();
    assert!(response.status().is_success(), "{}", response.status());
    response
}

async fn client_id(http: &Client, server: &Server) -> String {
    let page = ok(ask(http, server, Method::GET, "/api/v1/clients")).await;
    let page: Value = serde_json::from_slice(&page.bytes().await.unwrap()).unwrap();
    page["data"][0]["id"].as_str().unwrap().to_owned()
}

/// Sends so many bytes of a body that does not end.
fn begun(bytes: Vec<u8>) -> reqwest::Body {
    use futures_util::StreamExt;
    let pieces: Vec<_> = bytes.chunks(64 * 1024).map(<[u8]>::to_vec).collect();
    let sent = futures_util::stream::iter(pieces.into_iter().map(Ok::<_, std::io::Error>));
    reqwest::Body::wrap_stream(sent.chain(futures_util::stream::pending()))
}

async fn until(what: impl Fn() -> bool) {
    let start = Instant::now();
    while !what() {
        assert!(start.elapsed() < Duration::from_secs(60), "it never came");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn on_disk(state: &Path) -> u64 {
    let parts = std::fs::read_dir(state.join("parts")).unwrap();
    parts
        .map(|part| part.unwrap().metadata().unwrap().len())
        .sum()
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("Ada Lovelace")).unwrap();
    folder
}

#[tokio::test]
async fn an_upload_goes_on_after_the_server_was_killed() {
    let (folder, state, http) = (folder(), tempfile::tempdir().unwrap(), client());
    let content = content();
    let server = Server::start(folder.path(), state.path());
    let id = client_id(&http, &server).await;
    let create = ask(
        &http,
        &server,
        Method::POST,
        &format!("/api/v1/clients/{id}/files/tus"),
    );
    let created = ok(create.header("upload-length", LENGTH)).await;
    let location = created.headers()["location"].to_str().unwrap().to_owned();
    let path = location.strip_prefix(&server.url).unwrap().to_owned();
    let half = ask(&http, &server, Method::PATCH, &path)
        .header("upload-offset", 0)
        .header("content-type", "application/offset+octet-stream")
        .body(begun(content[..BEFORE].to_vec()));
    let sending = tokio::spawn(half.send());
    until(|| on_disk(state.path()) >= 9 << 20).await;
    server.kill();
    assert!(sending.await.unwrap().is_err());

    let server = Server::start(folder.path(), state.path());
    let head = ok(ask(&http, &server, Method::HEAD, &path)).await;
    let offset: usize = head.headers()["upload-offset"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((8 << 20..=BEFORE).contains(&offset), "{offset}");
    let rest = ask(&http, &server, Method::PATCH, &path)
        .header("upload-offset", offset)
        .header("content-type", "application/offset+octet-stream")
        .body(content[offset..].to_vec());
    assert!(ok(rest).await.headers().contains_key("filed-file-id"));

    let place = folder.path().join("Ada Lovelace/From Filed");
    let files: Vec<_> = std::fs::read_dir(place)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(files.len(), 1);
    let arrived = std::fs::read(files[0].path()).unwrap();
    assert_eq!(Sha256::digest(arrived), Sha256::digest(content));
    assert_eq!(on_disk(state.path()), 0);
}

#[tokio::test]
async fn answers_tokens_and_ids_outlive_the_process() {
    let (folder, state, http) = (folder(), tempfile::tempdir().unwrap(), client());
    let note = |server: &Server, id: &str| {
        ask(
            &http,
            server,
            Method::POST,
            &format!("/api/v1/clients/{id}/notes"),
        )
        .header("idempotency-key", "k1")
        .header("content-type", "application/json")
        .body(r#"{"text":"ready"}"#)
    };
    let server = Server::start(folder.path(), state.path());
    let id = client_id(&http, &server).await;
    let first = ok(note(&server, &id)).await.text().await.unwrap();
    server.kill();
    let server = Server::start(folder.path(), state.path());
    assert_eq!(client_id(&http, &server).await, id);
    let again = ok(note(&server, &id)).await;
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(again.text().await.unwrap(), first);
}
