//! What the tests of the sandbox share: a started one and a plain client for it.
#![allow(dead_code, reason = "each test file uses a part")]

use std::time::Duration;

use filed_sandbox::{Control, Options, Sandbox};
use reqwest::multipart::{Form, Part};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

pub struct World {
    pub sandbox: Sandbox,
    pub http: reqwest::Client,
}

pub struct Answer {
    pub status: StatusCode,
    pub body: Value,
}

impl Answer {
    pub fn data(&self) -> &Value {
        assert!(
            self.body.get("errors").is_none(),
            "unexpected errors: {}",
            self.body
        );
        &self.body["data"]
    }

    pub fn code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"]
            .as_str()
            .unwrap_or("no error")
    }
}

pub async fn world() -> World {
    with(json!({})).await
}

pub async fn with(settings: Value) -> World {
    let options = Options {
        settings: Some(settings),
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.unwrap();
    World {
        sandbox,
        http: client(None, false),
    }
}

/// A client that trusts one authority only, never retries, and keeps no connection.
pub fn client(ca: Option<&std::path::Path>, http2: bool) -> reqwest::Client {
    let builder = keeping(ca, http2).pool_max_idle_per_host(0);
    builder.build().unwrap()
}

/// The same, but for connections: those it keeps.
pub fn keeping(ca: Option<&std::path::Path>, http2: bool) -> reqwest::ClientBuilder {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;
    let mut roots = rustls::RootCertStore::empty();
    if let Some(path) = ca {
        roots
            .add(CertificateDer::from_pem_file(path).unwrap())
            .unwrap();
    }
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let builder = reqwest::Client::builder()
        .no_proxy()
        .retry(reqwest::retry::never())
        .tls_backend_preconfigured(tls);
    match http2 {
        true => builder.http2_prior_knowledge(),
        false => builder,
    }
}

impl World {
    pub fn control(&self) -> &Control {
        self.sandbox.control()
    }

    pub fn fault(&self, fault: Value) {
        self.control().add_faults(&fault).unwrap();
    }

    pub fn state(&self) -> Value {
        self.control().state(true)
    }

    pub async fn send(
        &self,
        token: &str,
        query: &str,
        variables: Value,
    ) -> reqwest::Result<Response> {
        self.http
            .post(&self.sandbox.ready().gateway_url)
            .header("content-type", "application/json")
            .header("source-platform", "sandbox-tests")
            .bearer_auth(token)
            .body(json!({ "query": query, "variables": variables }).to_string())
            .send()
            .await
    }

    pub async fn ask(&self, token: &str, query: &str, variables: Value) -> Answer {
        read(self.send(token, query, variables).await.unwrap()).await
    }

    pub async fn login(&self, key: &str) -> Answer {
        self.ask("", LOGIN, json!({ "apiKey": key })).await
    }

    pub async fn customer(&self) -> String {
        token(&self.login(&self.sandbox.ready().api_key).await)
    }

    pub async fn partner(&self) -> String {
        token(&self.login(&self.sandbox.ready().partner_api_key).await)
    }

    pub async fn job(&self, token: &str) -> String {
        let connection = &self.sandbox.ready().connection_id;
        let variables = json!({ "connectionId": connection, "jobName": "2024 Tax Season Import" });
        let answer = self.ask(token, CREATE_JOB, variables).await;
        text(&answer.data()["createConnectionJob"]["id"])
    }

    pub async fn works(&self, token: &str, job: &str, external_ids: &[&str]) -> Answer {
        let inputs: Vec<Value> = external_ids
            .iter()
            .map(|id| json!({ "name": format!("Client {id}"), "externalId": id }))
            .collect();
        self.ask(
            token,
            CREATE_WORKS,
            json!({ "connectionJobId": job, "inputs": inputs }),
        )
        .await
    }

    /// A job with one work; gives the ids of both.
    pub async fn job_with_work(&self, token: &str) -> (String, String) {
        let job = self.job(token).await;
        let works = self.works(token, &job, &["c-1"]).await;
        (job, text(&works.data()["createJobWorks"][0]["id"]))
    }

    pub async fn artifacts(
        &self,
        token: &str,
        work: &str,
        entries: &[(&str, Option<&str>)],
    ) -> Answer {
        let inputs: Vec<Value> = entries
            .iter()
            .map(|(id, url)| json!({ "name": id, "type": "w2", "url": url, "externalId": id }))
            .collect();
        self.ask(
            token,
            CREATE_ARTIFACTS,
            json!({ "jobWorkId": work, "inputs": inputs }),
        )
        .await
    }

    pub async fn initiate(&self, token: &str, job: &str) -> Answer {
        self.ask(token, INITIATE, json!({ "connectionJobId": job }))
            .await
    }

    pub async fn job_works(&self, token: &str, filters: Value) -> Answer {
        let ready = self.sandbox.ready();
        let variables = json!({
            "workspaceId": ready.workspace_id,
            "connectionId": ready.connection_id,
            "filters": filters,
        });
        self.ask(token, JOB_WORKS, variables).await
    }

    pub async fn send_upload(
        &self,
        url: &str,
        token: &str,
        form: Form,
    ) -> reqwest::Result<Response> {
        self.http
            .post(url)
            .bearer_auth(token)
            .multipart(form)
            .send()
            .await
    }

    pub async fn upload(&self, url: &str, token: &str, form: Form) -> Answer {
        read(self.send_upload(url, token, form).await.unwrap()).await
    }

    pub async fn customer_upload(&self, token: &str, bytes: &[u8]) -> Answer {
        self.upload(
            &self.sandbox.ready().upload_url,
            token,
            form("w2.pdf", bytes),
        )
        .await
    }
}

/// Waits until something holds; fails when it does not within some seconds.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let look = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), look)
        .await
        .unwrap_or_else(|_| panic!("{what}"));
}

pub fn form(name: &str, bytes: &[u8]) -> Form {
    let part = Part::bytes(bytes.to_vec())
        .file_name(name.to_owned())
        .mime_str("application/pdf")
        .unwrap();
    Form::new().part("file", part)
}

pub async fn read(response: Response) -> Answer {
    let status = response.status();
    let bytes = response.bytes().await.unwrap();
    let body = serde_json::from_slice(&bytes)
        .unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into_owned().into());
    Answer { status, body }
}

fn token(answer: &Answer) -> String {
    text(&answer.data()["loginViaPersonalApiToken"]["accessToken"])
}

pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is not a text"))
        .to_owned()
}

pub fn blake3(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

pub const LOGIN: &str = "mutation LoginViaPersonalApiToken($apiKey: String!) {
  loginViaPersonalApiToken(token: $apiKey) { accessToken }
}";

pub const ME: &str = "query Me { me { id email name role } }";

pub const CREATE_JOB: &str = "mutation CreateConnectionJob($connectionId: ID!, $jobName: String!) {
  createConnectionJob(connectionId: $connectionId, jobName: $jobName) {
    id connectionId workspaceId name status createdAt updatedAt
  }
}";

pub const CREATE_WORKS: &str =
    "mutation CreateJobWorks($connectionJobId: ID!, $inputs: [CreateJobWorksInput!]!) {
  createJobWorks(connectionJobId: $connectionJobId, inputs: $inputs) {
    id createdAt updatedAt workspaceId workId connectionJobId
  }
}";

pub const CREATE_ARTIFACTS: &str =
    "mutation CreateJobWorkArtifacts($jobWorkId: ID!, $inputs: [CreateJobWorkArtifactsInput!]!) {
  createJobWorkArtifacts(jobWorkId: $jobWorkId, inputs: $inputs) {
    id createdAt updatedAt workspaceId artifactId connectionJobId workArtifact { id externalId }
  }
}";

pub const INITIATE: &str = "mutation InitiateTaxPrepsImport($connectionJobId: ID!) {
  initiateTaxPrepsImport(connectionJobId: $connectionJobId) { id status metadata }
}";

pub const JOB_WORKS: &str = "query GetJobWorks($workspaceId: ID!, $connectionId: ID!, $filters: JobWorkFilters, $sortBy: SortBy, $offset: Int, $limit: Int) {
  me { workspaces(filters: { ids: [$workspaceId] }) { id
    connections(filters: { ids: [$connectionId] }) { id
      jobWorks(filters: $filters, sortBy: $sortBy, offset: $offset, limit: $limit) {
        id createdAt updatedAt workspaceId workId connectionJobId
        work { id name externalId status tag }
        jobWorkArtifacts { id createdAt updatedAt workspaceId artifactId connectionJobId jobWorkId
          workArtifact { id externalId createdAt updatedAt workId connectionId name type status uploadedUrl metadata }
        }
      }
    }
  } }
}";

pub const COLLECT: &str = "mutation CollectProviderConnection($connectionId: ID!, $inputs: JSON) {
  collectProviderConnection(connectionId: $connectionId, inputs: $inputs) {
    id workspaceId providerKey status displayName settings updatedAt
  }
}";
pub const CONNECTIONS: &str = "query GetWorkspaceConnections($workspaceId: ID!, $filters: ConnectionFilters, $limit: Int, $offset: Int, $sortBy: SortBy) {
  me { workspaces(filters: { ids: [$workspaceId] }) { id
    connections(filters: $filters, limit: $limit, offset: $offset, sortBy: $sortBy) {
      id providerKey status provider { category }
    }
  } }
}";

pub async fn connections(world: &World, token: &str, more: Value) -> Answer {
    let mut variables = json!({ "workspaceId": "workspace_123456" });
    variables
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    world.ask(token, CONNECTIONS, variables).await
}

pub fn ids(items: &Value) -> Vec<&str> {
    items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect()
}
