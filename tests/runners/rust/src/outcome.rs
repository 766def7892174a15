//! What a step came to, and how errors are written down.

use filed_core::{Error, GraphqlError};
use serde_json::{Value, json};

use crate::references::Unresolved;

/// What a step came to.
pub enum Outcome {
    Ok(Value),
    Error(Value),
}

impl Outcome {
    /// The key of the log line that holds it.
    pub fn key(&self) -> &'static str {
        match self {
            Outcome::Ok(_) => "ok",
            Outcome::Error(_) => "error",
        }
    }

    pub fn into_value(self) -> Value {
        match self {
            Outcome::Ok(value) | Outcome::Error(value) => value,
        }
    }
}

/// Why a step has no result.
pub enum Failure {
    /// An error of the library.
    Filed(Error),
    /// A reference in the step leads nowhere.
    Unresolved,
    /// No such operation.
    Unsupported,
    /// The control endpoint refused.
    Control(anyhow::Error),
    /// The step itself is wrong: an argument is missing or of the wrong type.
    Foreign(anyhow::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Filed(error)
    }
}

impl From<Unresolved> for Failure {
    fn from(_: Unresolved) -> Self {
        Failure::Unresolved
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Failure::Foreign(error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Failure::Foreign(error.into())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Failure::Foreign(error.into())
    }
}

impl From<Result<Value, Failure>> for Outcome {
    fn from(result: Result<Value, Failure>) -> Self {
        match result {
            Ok(value) => Outcome::Ok(value),
            Err(failure) => Outcome::Error(failure.shown()),
        }
    }
}

impl Failure {
    fn shown(&self) -> Value {
        match self {
            Failure::Filed(error) => error_json(error),
            Failure::Unresolved => json!({ "code": "UNRESOLVED" }),
            Failure::Unsupported => json!({ "code": "UNSUPPORTED" }),
            Failure::Control(error) => {
                json!({ "code": "CONTROL", "message": format!("{error:#}") })
            }
            Failure::Foreign(error) => {
                json!({ "code": "FOREIGN", "message": format!("{error:#}") })
            }
        }
    }
}

/// Every field of an error.
pub fn error_json(error: &Error) -> Value {
    json!({
        "code": error.code().to_string(),
        "message": error.message(),
        "operation": error.operation(),
        "http_status": error.http_status(),
        "external_id": error.external_id(),
        "path": error.path().map(|path| path.to_string_lossy()),
        "effect": error.effect().as_str(),
        "retryable": error.retryable(),
        "attempts": error.attempts(),
    })
}

/// One entry of an answer's `errors`.
pub fn graphql_error_json(error: &GraphqlError) -> Value {
    json!({ "message": error.message, "code": error.code, "path": error.path })
}
