//! A folder of two clients, served, and an ordinary HTTP client to ask for them.

use std::path::Path;
use std::sync::Arc;

use filed_core::pull::{
    ApiKey, FolderProvider, OauthClient, Provider, PullConfig, PullServer, Scope,
};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use tempfile::TempDir;

pub const KEY: &str = "test-key-0123456789";
pub const SECRET: &str = "test-secret-0123456789";

/// What must not get out to those who may not see it.
pub const NAMES: [&str; 4] = ["Ada", "Lovelace", "Grace", "W-2"];
pub const CONTENT: &str = "the content of a form";

pub struct World {
    pub server: PullServer,
    pub http: reqwest::Client,
    pub folder: TempDir,
}

pub fn folder() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("Ada Lovelace/W-2 für Ada \u{1f9fe}.pdf", CONTENT),
        ("Ada Lovelace/2025/1099.txt", "0123456789"),
        ("Grace Hopper/W-2.pdf", CONTENT),
    ] {
        write(root.path(), path, text.as_bytes());
    }
    root
}

pub fn write(root: &Path, path: &str, bytes: &[u8]) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

pub fn config() -> PullConfig {
    PullConfig {
        keys: vec![ApiKey {
            caller: "filed".into(),
            key: KEY.into(),
            scopes: Scope::ALL.to_vec(),
        }],
        oauth_clients: vec![OauthClient {
            id: "filed-oauth".into(),
            secret: SECRET.into(),
            scopes: vec![Scope::ClientsRead, Scope::FilesRead],
        }],
        ..PullConfig::default()
    }
}

pub async fn world() -> World {
    world_with(config()).await
}

pub async fn world_with(config: PullConfig) -> World {
    let folder = folder();
    let provider = Arc::new(FolderProvider::open(folder.path()).unwrap());
    World {
        folder,
        ..served(config, provider).await
    }
}

/// Another provider than the folder.
pub async fn served(config: PullConfig, provider: Arc<dyn Provider>) -> World {
    World {
        server: PullServer::start(config, provider).await.unwrap(),
        http: client(),
        folder: tempfile::tempdir().unwrap(),
    }
}

pub fn client() -> reqwest::Client {
    trusting(rustls::RootCertStore::empty(), |builder| builder)
}

/// A client that trusts these certificates, made as the caller likes.
pub fn trusting(
    roots: rustls::RootCertStore,
    made: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
) -> reqwest::Client {
    // The same crypto as everywhere, since nothing sets a default for the process.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .retry(reqwest::retry::never());
    made(builder).build().unwrap()
}

impl World {
    /// A request without credentials.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        let url = match path.starts_with("http") {
            true => path.to_owned(),
            false => format!("{}{path}", self.server.url()),
        };
        self.http.request(method, url)
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.bare(Method::GET, path).header("x-api-key", KEY)
    }

    pub fn post(&self, path: &str) -> RequestBuilder {
        self.bare(Method::POST, path).header("x-api-key", KEY)
    }

    pub async fn json(&self, path: &str) -> Value {
        read(ok(self.get(path)).await).await
    }

    /// The id of the client of this name.
    pub async fn client_id(&self, name: &str) -> String {
        let page = self.json("/api/v1/clients").await;
        let clients = page["data"].as_array().unwrap();
        let client = clients.iter().find(|one| one["name"] == name).unwrap();
        client["id"].as_str().unwrap().to_owned()
    }

    /// What the list says of a client's file.
    pub async fn file(&self, client: &str, end: &str) -> Value {
        let id = self.client_id(client).await;
        let page = self.json(&format!("/api/v1/clients/{id}/files")).await;
        let ends = |one: &&Value| one["name"].as_str().unwrap().ends_with(end);
        page["data"]
            .as_array()
            .unwrap()
            .iter()
            .find(ends)
            .unwrap()
            .clone()
    }
}

/// The JSON of an answer.
pub async fn read(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

/// Sends, and expects success.
pub async fn ok(request: RequestBuilder) -> Response {
    let response = request.send().await.unwrap();
    assert!(response.status().is_success(), "{}", response.status());
    response
}

/// Sends, and expects this problem.
pub async fn refused(request: RequestBuilder, status: u16, code: &str) -> Value {
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::from_u16(status).unwrap());
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
    let id = response.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    let problem: Value = read(response).await;
    assert_eq!(problem["code"], code);
    assert_eq!(problem["status"], status);
    assert_eq!(problem["requestId"], id);
    problem
}

/// Nothing of the answer, head or body, tells anything.
pub async fn silent(response: Response) {
    let mut all = format!("{:?}", response.headers());
    all.push_str(&response.text().await.unwrap());
    for name in NAMES.iter().chain([&CONTENT]) {
        assert!(!all.contains(name), "{name} got out: {all}");
    }
}
