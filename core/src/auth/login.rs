//! The login: an API key for an access token.

use secrecy::{ExposeSecret, SecretString};

use crate::config::Settings;
use crate::gateway::call::Call;
use crate::gateway::operations::{
    LoginViaPersonalApiToken, login_via_personal_api_token as operation,
};
use crate::http::Http;
use crate::{Error, ErrorCode, Result};

/// Asks for an access token.
///
/// # Errors
/// `AUTHENTICATION_FAILED` when Filed refuses the key, in whatever words; network errors.
pub(super) async fn log_in(http: &Http, settings: &Settings) -> Result<SecretString> {
    let key = settings.api_key.expose_secret().to_owned();
    let call = Call::of::<LoginViaPersonalApiToken>(operation::Variables { api_key: key })?;
    let secrets = || vec![settings.api_key.clone()];
    let answer = call
        .send::<operation::ResponseData>(http, settings, None, &secrets)
        .await
        .and_then(|outcome| outcome.complete())
        .map_err(explain)?;
    Ok(answer.login_via_personal_api_token.access_token.into())
}

/// How Filed words a refused key is not documented: any rejection of this one mutation is one.
fn explain(error: Error) -> Error {
    let refused = match error.code() {
        ErrorCode::AuthenticationFailed | ErrorCode::PermissionDenied => true,
        ErrorCode::RequestRejected | ErrorCode::NotFound => !error.graphql_errors().is_empty(),
        _ => false,
    };
    if !refused {
        return error;
    }
    let mut explained = Error::new(
        ErrorCode::AuthenticationFailed,
        "Filed refused the API key: check `api_key` (FILED_API_KEY), that it was not revoked and \
         has not expired, and that it belongs to this gateway_url",
    )
    .with_attempts(error.attempts())
    .with_graphql_errors(error.graphql_errors().to_vec())
    .with_request_id(error.request_id().map(str::to_owned));
    if let Some(status) = error.http_status() {
        explained = explained.with_http_status(status);
    }
    explained.with_operation("login")
}
