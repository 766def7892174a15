//! Answers as JSON texts: made on the runtime's threads, so that the event loop only parses them.

use std::path::Path;

use filed_core::Error;
use filed_core::error::GraphqlError;
use napi_derive::napi;
use serde::Serialize;
use serde_json::{Value, json};

/// Why a call that answers at once has no answer: the text of an error object.
#[napi(object)]
pub struct Failure {
    /// What [`error`] returns.
    pub error: String,
}

impl Failure {
    /// The failure that tells of `e`.
    pub fn new(e: &Error) -> Self {
        Self {
            error: error(e).to_string(),
        }
    }
}

/// The JSON text of anything of ours. Our types have string keys and finite numbers, so there is
/// always a text.
pub fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| Value::Null.to_string())
}

/// An error with all its fields, under the names JavaScript expects.
pub fn error(e: &Error) -> Value {
    json!({
        "code": e.code().info().name,
        "number": e.code().info().number,
        "message": e.to_string(),
        "operation": e.operation(),
        "httpStatus": e.http_status(),
        "graphqlErrors": e.graphql_errors().iter().map(graphql_error).collect::<Vec<_>>(),
        "requestId": e.request_id(),
        "attempts": e.attempts(),
        "externalId": e.external_id(),
        "path": e.path().map(Path::to_string_lossy),
        "effect": e.effect().as_str(),
        "retryable": e.retryable(),
    })
}

/// One entry of a GraphQL answer's `errors`.
pub fn graphql_error(e: &GraphqlError) -> Value {
    json!({ "message": e.message, "code": e.code, "path": e.path })
}
