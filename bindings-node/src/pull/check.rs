//! The check of a platform's pull API.

use std::path::PathBuf;

use filed_core::Result;
use filed_core::pull::{CheckLimits, CheckOptions, Report, check};
use serde::Deserialize;
use serde_json::json;

use super::settings::{Client, SecretText, small, time};
use crate::client::arguments;

/// What JavaScript gives; see `pull.check`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    base_url: String,
    api_key: Option<SecretText>,
    oauth_client: Option<Client>,
    document: Option<String>,
    mapping: Option<String>,
    ca_bundle: Option<PathBuf>,
    writes: Option<bool>,
    client_id: Option<String>,
    requests: Option<u64>,
    time_ms: Option<f64>,
    clients: Option<usize>,
    files: Option<usize>,
}

/// Plays Filed against a platform; gives the report as JSON text.
pub async fn run(given: &str) -> Result<String> {
    let given: Arguments = arguments(given)?;
    Ok(told(&check(given.options()).await?))
}

fn told(report: &Report) -> String {
    let told = json!({
        "passed": report.passed(),
        "baseUrl": report.base_url,
        "findings": report.findings,
        "checks": report.checks,
        "requests": report.requests,
        "tookMs": report.took_ms,
        "stopped": report.stopped,
        "words": report.to_text(),
        "json": report.to_json().to_string(),
        "junit": report.to_junit(),
    });
    told.to_string()
}

impl Arguments {
    fn options(self) -> CheckOptions {
        let mut options = CheckOptions::new(self.base_url);
        options.credentials.api_key = self.api_key.map(SecretText::into_inner);
        options.credentials.oauth = self.oauth_client.map(Client::into_pair);
        options.document = self.document;
        options.mapping = self.mapping;
        options.ca_bundle = self.ca_bundle;
        options.writes = self.writes.unwrap_or(options.writes);
        options.client_id = self.client_id;
        let usual = CheckLimits::default();
        options.limits = CheckLimits {
            requests: self.requests.map_or(usual.requests, small),
            time: time(self.time_ms, usual.time),
            clients: self.clients.unwrap_or(usual.clients),
            files: self.files.unwrap_or(usual.files),
            ..usual
        };
        options
    }
}
