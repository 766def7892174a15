//! What the upload tests share: a sandbox, clients of both roles for it, and what it received.
#![allow(dead_code, reason = "each test program uses a part")]

use filed_core::upload::{UploadOptions, UploadedFile};
use filed_core::{Client, Config, Error, PartnerToken, Role};
use filed_sandbox::{Control, Options, Sandbox};
use serde_json::{Value, json};

pub struct Filed {
    sandbox: Sandbox,
}

impl Filed {
    pub async fn start() -> Self {
        Self::with(json!({})).await
    }

    pub async fn with(settings: Value) -> Self {
        Self::of(Options {
            settings: Some(settings),
            ..Options::default()
        })
        .await
    }

    pub async fn of(options: Options) -> Self {
        let sandbox = Sandbox::start(options).await.unwrap();
        Self { sandbox }
    }

    pub fn control(&self) -> &Control {
        self.sandbox.control()
    }

    pub fn customer_config(&self) -> Config {
        let ready = self.sandbox.ready();
        Config {
            api_key: Some(ready.api_key.clone().into()),
            source_platform: Some("upload-tests".into()),
            gateway_url: Some(ready.gateway_url.clone()),
            upload_url: Some(ready.upload_url.clone()),
            ca_bundle: ready.ca_bundle.clone(),
            ..Config::default()
        }
    }

    pub fn partner_config(&self) -> Config {
        let ready = self.sandbox.ready();
        Config {
            api_key: Some(ready.partner_api_key.clone().into()),
            role: Some(Role::Partner),
            partner_token: Some(PartnerToken::Fixed(ready.partner_token.clone().into())),
            upload_url: Some(ready.partner_upload_url.clone()),
            ..self.customer_config()
        }
    }

    pub fn customer(&self) -> Client {
        Client::new(self.customer_config()).unwrap()
    }

    pub fn partner(&self) -> Client {
        Client::new(self.partner_config()).unwrap()
    }

    /// A client with a wire profile.
    pub fn profiled(&self, config: Config, profile: &Value) -> Client {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), profile.to_string()).unwrap();
        let config = Config {
            wire_profile: Some(file.path().to_owned()),
            ..config
        };
        Client::new(config).unwrap()
    }

    pub fn fault(&self, fault: Value) {
        self.control().add_faults(&fault).unwrap();
    }

    /// The uploads that took effect, in order.
    pub fn uploads(&self) -> Vec<Value> {
        let state = self.control().state(false);
        state["uploads"].as_array().unwrap().clone()
    }

    /// How many requests of an operation came.
    pub fn requests(&self, operation: &str) -> usize {
        let state = self.control().state(true);
        let requests = state["requests"].as_array().unwrap();
        let named = |request: &&Value| request["operation"] == operation;
        requests.iter().filter(named).count()
    }

    /// Asserts that exactly one upload arrived, with these bytes, and that the result says so.
    pub fn received(&self, file: &UploadedFile, bytes: &[u8]) -> Value {
        let uploads = self.uploads();
        assert_eq!(uploads.len(), 1, "{uploads:#?}");
        same(&uploads[0], file, bytes);
        uploads[0].clone()
    }
}

/// Asserts that an upload, and what was returned for it, is of these bytes.
pub fn same(upload: &Value, file: &UploadedFile, bytes: &[u8]) {
    let expected = blake3(bytes);
    assert_eq!(upload["blake3"], expected);
    assert_eq!(upload["size"], bytes.len());
    assert_eq!(upload["file_url"], file.file_url);
    assert_eq!(file.blake3.as_deref(), Some(&*expected));
    assert_eq!(file.size, Some(bytes.len() as u64));
}

pub fn blake3(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// Bytes that do not repeat with any buffer size.
pub fn content(size: usize) -> Vec<u8> {
    (0..size).map(|n| (n * 7 % 251) as u8).collect()
}

pub fn named(name: &str) -> UploadOptions {
    UploadOptions {
        file_name: Some(name.to_owned()),
        ..UploadOptions::default()
    }
}

/// The code of an error, by name, as every language shows it.
pub fn code(error: &Error) -> &'static str {
    error.code().info().name
}
