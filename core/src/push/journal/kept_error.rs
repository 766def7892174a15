//! An [`Error`] as the journal keeps it. The external id and the path are those of the item's row
//! and are not kept twice.

use serde::{Deserialize, Serialize};

use super::fault::{Fault, Step};
use crate::{Effect, Error, ErrorCode, GraphqlError};

#[derive(Serialize, Deserialize)]
struct Kept {
    code: u32,
    message: String,
    operation: Option<String>,
    http_status: Option<u16>,
    request_id: Option<String>,
    attempts: u32,
    effect: String,
    graphql_errors: Vec<KeptGraphql>,
}

#[derive(Serialize, Deserialize)]
struct KeptGraphql {
    message: String,
    code: Option<String>,
    path: Option<String>,
}

pub(super) fn write(error: &Error) -> Step<String> {
    let kept = Kept {
        code: error.code() as u32,
        message: error.message().to_owned(),
        operation: error.operation().map(str::to_owned),
        http_status: error.http_status(),
        request_id: error.request_id().map(str::to_owned),
        attempts: error.attempts(),
        effect: error.effect().as_str().to_owned(),
        graphql_errors: error.graphql_errors().iter().map(kept_graphql).collect(),
    };
    serde_json::to_string(&kept).map_err(|_| Fault::defect("an error could not be written down"))
}

pub(super) fn read(text: &str) -> Step<Error> {
    let kept: Kept =
        serde_json::from_str(text).map_err(|_| Fault::corrupt("an error cannot be read"))?;
    let code = ErrorCode::ALL
        .iter()
        .find(|row| row.number == kept.code)
        .map_or(ErrorCode::Internal, |row| row.code);
    let effect = [Effect::Applied, Effect::NotApplied, Effect::Unknown]
        .into_iter()
        .find(|effect| effect.as_str() == kept.effect)
        .unwrap_or_default();
    let mut error = Error::new(code, kept.message)
        .with_request_id(kept.request_id)
        .with_attempts(kept.attempts)
        .with_effect(effect)
        .with_graphql_errors(kept.graphql_errors.into_iter().map(graphql).collect());
    if let Some(operation) = kept.operation {
        error = error.with_operation(operation);
    }
    if let Some(status) = kept.http_status {
        error = error.with_http_status(status);
    }
    Ok(error)
}

fn kept_graphql(error: &GraphqlError) -> KeptGraphql {
    KeptGraphql {
        message: error.message.clone(),
        code: error.code.clone(),
        path: error.path.clone(),
    }
}

fn graphql(kept: KeptGraphql) -> GraphqlError {
    GraphqlError {
        message: kept.message,
        code: kept.code,
        path: kept.path,
    }
}
