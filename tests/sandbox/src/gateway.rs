//! The gateway over HTTP: one POST with `query` and `variables`, errors in the body.

use std::sync::Arc;

use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Variables, parser};
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue};
use http_body_util::{BodyExt as _, Limited};
use serde::Deserialize;

use crate::answer::Answer;
use crate::faults::{self, Delivery, Fault, Moment, Request};
use crate::graphql::{Call, document};
use crate::hub::{Epoch, Hub};
use crate::server::Line;
use crate::settings::Settings;

const MAX_BODY: usize = 64 << 20;

#[derive(Deserialize)]
struct Posted {
    query: String,
    #[serde(default)]
    variables: serde_json::Value,
    #[serde(default, rename = "operationName")]
    operation_name: Option<String>,
}

/// A parsed request, ready to run.
struct Job {
    posted: Posted,
    document: Result<ExecutableDocument, String>,
    known: bool,
    operation: String,
    only_login: bool,
    token: Option<String>,
    settings: Arc<Settings>,
}

pub(crate) async fn handle(
    State(hub): State<Arc<Hub>>,
    Extension(line): Extension<Line>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let epoch = hub.epoch();
    let mut entry = epoch.ledger.open("gateway", &headers);
    let settings = epoch.settings();
    let body = match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => {
            let refused = Answer::graphql_error(400, "BAD_REQUEST", &error.to_string());
            return faults::send(refused.into(), &line, entry).await;
        }
    };
    let job = match read(&headers, &body, settings) {
        Ok(job) => job,
        Err(refused) => return faults::send(refused.into(), &line, entry).await,
    };
    entry.operation(&job.operation);
    if let Some(gate) = Gate::check(&epoch, &job.settings, &headers) {
        let refused = gate.answer(Answer::graphql_error);
        return faults::send(refused.into(), &line, entry).await;
    }
    let fault = epoch.faults.strike(Request {
        operation: &job.operation,
        is_graphql: true,
        text: &String::from_utf8_lossy(&body),
        moment: Moment::Whole,
    });
    if fault.is_some() {
        entry.faulty();
    }
    // A task of its own: the gateway goes on with what it took, even when the caller hangs up.
    let delivery = match tokio::spawn(run(epoch, job, fault)).await {
        Ok(delivery) => delivery,
        Err(error) => {
            Answer::graphql_error(500, "INTERNAL_SERVER_ERROR", &error.to_string()).into()
        }
    };
    faults::send(delivery, &line, entry).await
}

fn read(headers: &HeaderMap, body: &[u8], settings: Arc<Settings>) -> Result<Job, Answer> {
    let refused = |message: &str| Answer::graphql_error(400, "BAD_REQUEST", message);
    let json = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            value
                .trim()
                .to_ascii_lowercase()
                .starts_with("application/json")
        });
    if !json {
        return Err(refused("content-type must be application/json"));
    }
    let posted: Posted = serde_json::from_slice(body)
        .map_err(|_| refused("the body must be a JSON object with query and variables"))?;
    if !matches!(
        posted.variables,
        serde_json::Value::Null | serde_json::Value::Object(_)
    ) {
        return Err(refused("variables must be an object"));
    }
    let mut document = parser::parse_query(&posted.query).map_err(|error| error.to_string());
    let known = document.as_mut().map_or(true, |document| {
        document::restore_initiate(document, &settings)
    });
    let asked = document.as_ref().ok().map(document::asked);
    Ok(Job {
        posted,
        document,
        known,
        only_login: asked.as_ref().is_some_and(|asked| asked.only_login),
        operation: asked.map_or_else(|| "graphql".into(), |asked| asked.operation),
        token: bearer(headers),
        settings,
    })
}

/// The bearer token of a request.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().to_owned())
}

/// What stops a request before anything is looked at.
pub(crate) enum Gate {
    /// The rate limit, with the value of `retry-after` if there is one.
    TooMany(Option<String>),
    /// A header that must be there is missing.
    NoSourcePlatform,
}

impl Gate {
    pub(crate) fn check(epoch: &Epoch, settings: &Settings, headers: &HeaderMap) -> Option<Self> {
        if !epoch.lets_through(settings) {
            let limit = settings.rate_limit.as_ref();
            return Some(Self::TooMany(
                limit.and_then(|limit| limit.retry_after.clone()),
            ));
        }
        let missing = settings.require_source_platform && !headers.contains_key("source-platform");
        missing.then_some(Self::NoSourcePlatform)
    }

    /// The refusal, in the words and the form of the host that makes it.
    pub(crate) fn answer(self, form: impl FnOnce(u16, &str, &str) -> Answer) -> Answer {
        match self {
            Self::NoSourcePlatform => form(
                400,
                "BAD_USER_INPUT",
                "the header source-platform is missing",
            ),
            Self::TooMany(wait) => {
                let mut answer = form(429, "RATE_LIMITED", "too many requests");
                if let Some(value) = wait.and_then(|wait| HeaderValue::try_from(wait).ok()) {
                    answer.headers.insert(RETRY_AFTER, value);
                }
                answer
            }
        }
    }
}

async fn run(epoch: Arc<Epoch>, job: Job, fault: Option<Fault>) -> Delivery {
    if fault.as_ref().is_some_and(|fault| fault.expire_tokens) {
        epoch.world().expire_access_tokens();
    }
    let operation = job.operation.clone();
    faults::enact(fault.as_ref(), &operation, |first| {
        answer(&epoch, job, first)
    })
    .await
}

async fn answer(epoch: &Arc<Epoch>, job: Job, apply_first: Option<usize>) -> Answer {
    let failed = |message: &str| Answer::graphql_error(200, "GRAPHQL_VALIDATION_FAILED", message);
    let document = match job.document {
        Ok(document) => document,
        Err(error) => return failed(&error),
    };
    let account = job
        .token
        .as_deref()
        .and_then(|token| epoch.world().account(token));
    if account.is_none() && !job.only_login {
        let message = "the access token is missing, wrong or expired";
        let status = job.settings.unauthenticated_http_status;
        return Answer::graphql_error(status, "UNAUTHENTICATED", message);
    }
    if !job.known {
        return failed("the initiate mutation has another field or argument name");
    }
    execute(
        epoch,
        job.posted,
        document,
        Call {
            epoch: Arc::clone(epoch),
            account,
            apply_first,
            settings: job.settings,
        },
        &job.operation,
    )
    .await
}

async fn execute(
    epoch: &Epoch,
    posted: Posted,
    document: ExecutableDocument,
    call: Call,
    operation: &str,
) -> Answer {
    let is_read = document
        .operations
        .iter()
        .all(|(_, operation)| operation.node.ty == parser::types::OperationType::Query);
    let status = call.settings.unauthenticated_http_status;
    let mut request = async_graphql::Request::new(posted.query)
        .variables(Variables::from_json(posted.variables))
        .data(call);
    request.operation_name = posted.operation_name;
    request.set_parsed_query(document);
    let mut response = epoch.fixed.schema.execute(request).await;
    if is_read && response.is_ok() {
        epoch.ledger.effect(operation);
    }
    let mut unauthenticated = false;
    for error in &mut response.errors {
        let extensions = error.extensions.get_or_insert_default();
        match extensions.get("code") {
            None => extensions.set("code", "GRAPHQL_VALIDATION_FAILED"),
            Some(code) => unauthenticated |= *code == async_graphql::Value::from("UNAUTHENTICATED"),
        }
    }
    Answer::json(if unauthenticated { status } else { 200 }, &response)
}
