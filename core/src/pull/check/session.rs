//! A check under way: what it knows, what it has found, and a look at every answer that passes.

use std::sync::Arc;

use super::caller::Caller;
use super::codes::{self, Code};
use super::document::Document;
use super::finding::Findings;
use super::listing::Item;
use super::mapping::Mapping;
use super::operation::{Operation, Operations};
use super::probe::{Probe, Step};
use super::request::{Answer, Request};
use super::schema;

/// What a stack trace or a database's complaint looks like in an error.
const TRACES: [&str; 10] = [
    "Traceback (most recent call last)",
    "\n    at ",
    "\\n    at ",
    ".java:",
    "Exception in thread",
    "stack backtrace:",
    "goroutine ",
    "SQLSTATE",
    "ORA-0",
    "panicked at",
];

pub(super) struct Session {
    pub(super) probe: Probe,
    pub(super) document: Option<Arc<Document>>,
    pub(super) mapping: Arc<Mapping>,
    pub(super) operations: Arc<Operations>,
    pub(super) findings: Findings,
    /// What the current part could not try.
    pub(super) skipped: Vec<String>,
    pub(super) clients: Vec<Item>,
    /// The files of the clients looked at.
    pub(super) files: Vec<Item>,
    /// The client that notes and files are written to.
    pub(super) target: Option<String>,
    pub(super) rates_seen: bool,
}

impl Session {
    pub(super) fn found(&mut self, code: &Code, operation: &Operation, seen: impl Into<String>) {
        self.findings.add(code, &operation.name(), seen);
    }

    pub(super) fn skip(&mut self, what: impl Into<String>) {
        self.skipped.push(what.into());
    }

    /// Sends a request to an endpoint and looks at what any answer of it must keep to.
    pub(super) async fn ask(&mut self, operation: &Operation, request: Request) -> Step<Answer> {
        let caller = request.caller;
        let no_body = request.method == http::Method::HEAD;
        let method = request.method.clone();
        let answer = self.probe.send(request).await?;
        // A HEAD is documented with its GET, and the parts of an upload with its creation.
        if method == operation.method {
            self.look(operation, &answer, caller, no_body);
        } else {
            self.look_at_failure(operation, &answer);
        }
        Ok(answer)
    }

    fn look(&mut self, operation: &Operation, answer: &Answer, caller: Caller, no_body: bool) {
        self.look_at_failure(operation, answer);
        let status = answer.status.as_u16();
        let has = |name: &str| answer.headers.contains_key(name);
        self.rates_seen |= [
            "ratelimit-limit",
            "ratelimit",
            "x-ratelimit-limit",
            "x-rate-limit-limit",
        ]
        .into_iter()
        .any(has);
        if status == 429 && !has("retry-after") {
            self.found(&codes::RETRY_AFTER, operation, "429 without Retry-After");
        }
        let refused = answer.status.is_client_error() && !answer.body.is_empty() && !no_body;
        if refused && answer.kind().is_none_or(|kind| !kind.contains("json")) {
            let kind = answer.kind().unwrap_or_else(|| "no type at all".into());
            self.found(
                &codes::ERROR_NOT_JSON,
                operation,
                format!("status {status} as {kind}"),
            );
        } else if refused {
            self.compare(operation, answer, &codes::ERROR_SCHEMA);
        }
        let document = self.document.clone();
        if let Some(document) = document.filter(|document| document.has(operation))
            && !document.declares(operation, status)
        {
            let by = if caller == Caller::Known {
                ""
            } else {
                ", to somebody without rights"
            };
            self.found(
                &codes::STATUS_UNDOCUMENTED,
                operation,
                format!("status {status}{by}"),
            );
        }
    }

    fn look_at_failure(&mut self, operation: &Operation, answer: &Answer) {
        if answer.status.is_server_error() {
            let status = answer.status.as_u16();
            self.found(&codes::SERVER_ERROR, operation, format!("status {status}"));
        }
        if answer.status.is_client_error() || answer.status.is_server_error() {
            let text = String::from_utf8_lossy(&answer.body);
            if let Some(trace) = TRACES.iter().find(|trace| text.contains(**trace)) {
                let seen = format!("an error holds `{}`", trace.trim());
                self.found(&codes::ERROR_LEAKS, operation, seen);
            }
        }
    }

    /// Compares an answer with its documented schema. `other` is the code for differences of an
    /// answer that is an error; answers that are data keep the finer codes.
    pub(super) fn compare(&mut self, operation: &Operation, answer: &Answer, other: &Code) {
        let document = self.document.clone();
        let status = answer.status.as_u16();
        let schema = document.and_then(|document| document.answer_schema(operation, status));
        let (Some(schema), Some(body)) = (schema, answer.json()) else {
            return;
        };
        for difference in schema::differences(&schema, &body) {
            let code = if answer.succeeded() {
                difference.code
            } else {
                other
            };
            self.found(code, operation, difference.seen);
        }
    }
}
