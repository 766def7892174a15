//! What a test may change about the simulated Filed while it runs. Each value has the default the
//! public documentation suggests. Faults are not here: see `faults`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Behaviour of one sandbox; every field can be given alone, the others keep their default.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Life of an access token, milliseconds.
    pub token_ttl_ms: u64,
    /// Whether an access token carries its end of life as the claim `exp`.
    pub token_exp_claim: bool,
    /// Life of a partner upload token, milliseconds.
    pub partner_token_ttl_ms: u64,
    /// HTTP status of a gateway answer that says `UNAUTHENTICATED`.
    pub unauthenticated_http_status: u16,
    /// Refuse requests that have no `source-platform` header.
    pub require_source_platform: bool,
    /// Known provider keys (case matters) with their category.
    pub provider_keys: BTreeMap<String, String>,
    /// State a connection has after it was collected.
    pub collect_result: String,
    /// State of a fresh job; only a `pending` job takes works and artifacts.
    pub initial_job_state: String,
    /// Whether answers show the job's real state; otherwise they always say `pending`.
    pub job_status_readable: bool,
    /// Where an external id of a work must be unique.
    pub duplicate_scope: DuplicateScope,
    /// Whether one bad input of a batch refuses the whole batch.
    pub batch_atomic: bool,
    /// Largest number of inputs a batch may have.
    pub max_batch: Option<usize>,
    /// Order in which a batch answers.
    pub result_order: ResultOrder,
    /// External ids that make a batch fail.
    pub poison_external_ids: BTreeSet<String>,
    /// How long an import takes, milliseconds.
    pub import_ms: u64,
    /// External ids of artifacts whose import fails.
    pub fail_artifacts: BTreeSet<String>,
    /// External ids of artifacts whose import never ends.
    pub stuck_artifacts: BTreeSet<String>,
    /// External ids of artifacts whose import is terminated.
    pub terminated_artifacts: BTreeSet<String>,
    /// What a second initiate of the same job meets.
    pub initiate_again: InitiateAgain,
    /// Name of the mutation that initiates the import.
    pub initiate_field: String,
    /// Name of that mutation's argument.
    pub initiate_argument: String,
    /// Tag every work carries.
    pub work_tag: Option<String>,
    /// The status words on the wire, in place of the default ones.
    pub words: Words,
    /// Items a list has when no limit is asked for.
    pub default_limit: usize,
    /// Most items a list ever has.
    pub max_limit: usize,
    /// What happens to a limit above the maximum.
    pub over_limit: OverLimit,
    /// Reads that lag behind writes.
    pub stale_reads: Option<StaleReads>,
    /// Name of the file's part in a multipart upload.
    pub part_name: String,
    /// Names and encoding of an upload by URL.
    pub url_upload: UrlUpload,
    /// Whether the partner host takes uploads by URL.
    pub partner_by_url: bool,
    /// Whether the sandbox fetches URLs that are not on the loopback.
    pub fetch_any_host: bool,
    /// Most bytes the sandbox fetches from one URL.
    pub fetch_max_bytes: u64,
    /// Speed at which upload bodies are read.
    pub upload_bytes_per_second: Option<u64>,
    /// Hash uploads without keeping their bytes.
    pub upload_discard: bool,
    /// Break off each request to a platform after so many bytes of a file, and resume.
    pub pull_break_after_bytes: Option<u64>,
    /// How long a file may stand still on its way to a platform, milliseconds.
    pub pull_patience_ms: u64,
    /// Requests allowed in a time; more answer 429.
    pub rate_limit: Option<RateLimit>,
}

/// Where an external id of a work must be unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateScope {
    /// Across all jobs of a connection.
    Connection,
    /// Within one job.
    Job,
    /// Nowhere.
    Off,
}

/// Order in which a batch answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultOrder {
    /// As the inputs came.
    Input,
    /// Last input first.
    Reversed,
    /// Shuffled, the same way each time.
    Shuffled,
}

/// What a second initiate of the same job meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InitiateAgain {
    /// An error.
    Reject,
    /// Success, and a second effect in the job's count.
    Accept,
}

/// What happens to a limit above the maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverLimit {
    /// The maximum is used instead, without a word.
    Clamp,
    /// An error.
    Reject,
}

/// Reads that lag behind writes.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaleReads {
    /// Works and artifacts younger than this many milliseconds are not shown.
    pub ms: u64,
}

/// Names and encoding of an upload by URL.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UrlUpload {
    /// Name of the parameter with the URL.
    pub field: String,
    /// Name of the parameter with the MIME type.
    pub mime_field: String,
    /// Encoding of the body.
    pub encoding: UrlEncoding,
}

/// Encoding of the body of an upload by URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UrlEncoding {
    /// A JSON object.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
}

/// Requests allowed in a time.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// Requests that become free each second.
    pub per_second: f64,
    /// Requests that may come at once.
    pub burst: f64,
    /// Value of the header `retry-after` in a 429; absent when null.
    #[serde(default)]
    pub retry_after: Option<String>,
}

/// The status words on the wire: state → word.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Words {
    /// Words for jobs.
    pub job: BTreeMap<String, String>,
    /// Words for works.
    pub work: BTreeMap<String, String>,
    /// Words for artifacts.
    pub artifact: BTreeMap<String, String>,
    /// Words for connections.
    pub connection: BTreeMap<String, String>,
}

/// The word for a state; a state without an entry is its own word.
pub(crate) fn word(words: &BTreeMap<String, String>, state: &str) -> String {
    words
        .get(state)
        .map_or_else(|| state.to_owned(), Clone::clone)
}

impl Settings {
    /// These settings with a JSON merge patch (RFC 7396) applied.
    pub fn merged(&self, patch: &Value) -> anyhow::Result<Self> {
        anyhow::ensure!(patch.is_object(), "settings must be a JSON object");
        let mut value = serde_json::to_value(self)?;
        merge(&mut value, patch);
        Ok(serde_json::from_value(value)?)
    }
}

fn merge(target: &mut Value, patch: &Value) {
    let (Value::Object(target), Value::Object(patch)) = (&mut *target, patch) else {
        *target = patch.clone();
        return;
    };
    for (key, value) in patch {
        if value.is_null() {
            target.shift_remove(key);
        } else {
            merge(target.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

impl Default for UrlUpload {
    fn default() -> Self {
        Self {
            field: "url".into(),
            mime_field: "mimeType".into(),
            encoding: UrlEncoding::Json,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        const HOUR_MS: u64 = 3_600_000;
        Self {
            token_ttl_ms: HOUR_MS,
            token_exp_claim: true,
            partner_token_ttl_ms: HOUR_MS,
            unauthenticated_http_status: 200,
            require_source_platform: false,
            provider_keys: known_providers(),
            collect_result: "active".into(),
            initial_job_state: "pending".into(),
            job_status_readable: true,
            duplicate_scope: DuplicateScope::Connection,
            batch_atomic: true,
            max_batch: None,
            result_order: ResultOrder::Input,
            poison_external_ids: BTreeSet::new(),
            import_ms: 300,
            fail_artifacts: BTreeSet::new(),
            stuck_artifacts: BTreeSet::new(),
            terminated_artifacts: BTreeSet::new(),
            initiate_again: InitiateAgain::Reject,
            initiate_field: crate::graphql::document::INITIATE.into(),
            initiate_argument: crate::graphql::document::INITIATE_ARGUMENT.into(),
            work_tag: None,
            words: Words::default(),
            default_limit: 100,
            max_limit: 500,
            over_limit: OverLimit::Clamp,
            stale_reads: None,
            part_name: "file".into(),
            url_upload: UrlUpload::default(),
            partner_by_url: false,
            fetch_any_host: false,
            fetch_max_bytes: 1 << 30,
            upload_bytes_per_second: None,
            upload_discard: false,
            pull_break_after_bytes: None,
            pull_patience_ms: 20_000,
            rate_limit: None,
        }
    }
}

fn known_providers() -> BTreeMap<String, String> {
    [
        ("acme", "practice_management"),
        ("qount", "practice_management"),
        ("canopy", "practice_management"),
        ("taxdome", "practice_management"),
        ("karbon", "practice_management"),
        ("google_drive", "document_management"),
        ("sharepoint", "document_management"),
        ("drake", "tax_software"),
    ]
    .into_iter()
    .map(|(key, category)| (key.to_owned(), category.to_owned()))
    .collect()
}
