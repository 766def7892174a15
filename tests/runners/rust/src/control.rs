//! The sandbox's control endpoint, as a runner uses it.

use std::sync::Arc;

use anyhow::Context as _;
use reqwest::Method;
use serde_json::{Map, Value};

/// Control over the sandbox the scenarios run against.
#[derive(Clone)]
pub struct Control {
    http: reqwest::Client,
    url: String,
}

/// What a call carries.
pub enum Body {
    Nothing,
    Json(Value),
    Bytes {
        bytes: Vec<u8>,
        content_type: Option<String>,
    },
}

impl Control {
    pub fn new(url: &str) -> anyhow::Result<Self> {
        Ok(Self {
            http: reqwest::Client::builder()
                .no_proxy()
                .tls_backend_preconfigured(no_tls()?)
                .build()?,
            url: url.trim_end_matches('/').to_owned(),
        })
    }

    /// Forgets everything and takes up a scenario's settings and faults; gives the ready object.
    pub async fn reset(
        &self,
        settings: &Map<String, Value>,
        faults: &[Value],
    ) -> anyhow::Result<Map<String, Value>> {
        self.call("POST", "/reset", Body::Json(settings.clone().into()))
            .await?;
        if !faults.is_empty() {
            self.call("POST", "/faults", Body::Json(faults.into()))
                .await?;
        }
        match self.call("GET", "/ready", Body::Nothing).await? {
            Value::Object(ready) => Ok(ready),
            _ => anyhow::bail!("the ready object is no object"),
        }
    }

    pub async fn state(&self) -> anyhow::Result<Value> {
        self.call("GET", "/state?summary=1", Body::Nothing).await
    }

    pub async fn call(&self, method: &str, path: &str, body: Body) -> anyhow::Result<Value> {
        let method = Method::from_bytes(method.as_bytes())?;
        let request = self.http.request(method, format!("{}{path}", self.url));
        let request = match body {
            Body::Nothing => request,
            Body::Json(value) => request
                .header("content-type", "application/json")
                .body(value.to_string()),
            Body::Bytes {
                bytes,
                content_type,
            } => match content_type {
                Some(kind) => request.header("content-type", kind).body(bytes),
                None => request.body(bytes),
            },
        };
        let answer = request.send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        anyhow::ensure!(status.is_success(), "control {path}: {status}: {text}");
        serde_json::from_str(&text).with_context(|| format!("control {path}: no JSON"))
    }
}

/// The control endpoint is plain HTTP; but the HTTP client wants TLS settings of its own, and those
/// of the process are not for a test to set.
fn no_tls() -> anyhow::Result<rustls::ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(rustls::RootCertStore::empty());
    Ok(config.with_no_client_auth())
}
