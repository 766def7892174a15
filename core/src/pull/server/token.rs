//! `POST /api/v1/oauth/token`: the client credentials grant of OAuth 2.0 (RFC 6749, 4.4). Its errors
//! look as that standard says, not as everywhere else.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::allowed::{Anybody, authenticate, not_locked_out, peer};
use super::answers;
use super::app::App;
use super::body::{self, Received};
use crate::pull::Caller;
use crate::pull::auth::{Presented, Scope, token};
use crate::pull::problem::{Code, Problem};

/// The largest form.
const MOST_FORM: u64 = 16 * 1024;

/// The form.
#[derive(Deserialize, ToSchema)]
pub struct TokenRequest {
    /// The only grant there is.
    #[schema(pattern = "^client_credentials$", example = "client_credentials")]
    grant_type: String,
    /// Here, or as the user of HTTP Basic.
    #[schema(nullable = false, example = "filed")]
    client_id: Option<String>,
    /// Here, or as the password of HTTP Basic.
    #[schema(nullable = false, format = Password)]
    client_secret: Option<String>,
    /// Scopes with spaces between; everything the client may do when left out.
    #[schema(nullable = false, example = "clients.read files.read")]
    scope: Option<String>,
}

/// An access token.
#[derive(Serialize, ToSchema)]
pub struct TokenAnswer {
    /// Send it as `Authorization: Bearer`.
    access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds it lives; then get another one.
    #[schema(example = 3600)]
    expires_in: u64,
    /// What it allows.
    #[schema(example = "clients.read files.read")]
    scope: String,
}

/// Why there is no token (RFC 6749, 5.2).
#[derive(Serialize, ToSchema)]
pub struct TokenRefusal {
    /// `invalid_request`, `invalid_client`, `invalid_scope` or `unsupported_grant_type`.
    #[schema(example = "invalid_client")]
    error: &'static str,
    /// What to correct.
    #[schema(example = "client_id or client_secret is wrong")]
    error_description: &'static str,
}

/// Gives an access token.
#[utoipa::path(
    post,
    path = "/api/v1/oauth/token",
    operation_id = "getToken",
    tag = "Access",
    summary = "Get an access token",
    description = "OAuth 2.0 client credentials (RFC 6749, 4.4). client_id and client_secret are in the form, or in HTTP Basic. There is no refresh token: ask for a new token before expires_in has passed.",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "An access token", body = TokenAnswer),
        (status = 400, description = "invalid_request, invalid_scope or unsupported_grant_type", body = TokenRefusal),
        (status = 401, description = "invalid_client", body = TokenRefusal),
    ),
    security(())
)]
pub async fn post(
    State(app): State<Arc<App>>,
    _: Anybody,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    not_locked_out(&app, peer(&parts))?;
    let received = Received::default();
    let mut content = body::incoming(body, MOST_FORM, &app, &received);
    let text = body::whole(&mut content).await;
    let text = text.map_err(|error| received.problem(error))?;
    let form = match is_form(&parts) {
        true => serde_urlencoded::from_bytes::<TokenRequest>(&text).ok(),
        false => None,
    };
    let Some(form) = form else {
        return Ok(refused("invalid_request", "send the form with grant_type"));
    };
    if form.grant_type != "client_credentials" {
        let text = "grant_type must be client_credentials";
        return Ok(refused("unsupported_grant_type", text));
    }
    let Some(presented) = presented(&parts, &form) else {
        return Ok(not_the_client());
    };
    match authenticate(&app, &presented).await {
        Ok(caller) => give(&app, &parts, caller, form.scope.as_deref()),
        Err(problem) if problem.code() == Code::CredentialsInvalid => {
            app.lock_out.failed(peer(&parts), Instant::now());
            Ok(not_the_client())
        }
        Err(problem) => Err(problem),
    }
}

fn give(
    app: &App,
    parts: &Parts,
    mut caller: Caller,
    scope: Option<&str>,
) -> Result<Response, Problem> {
    app.lock_out.passed(peer(parts));
    if let Some(wanted) = scope {
        let wanted: Result<Vec<Scope>, _> = wanted.split_whitespace().map(str::parse).collect();
        match wanted {
            Ok(wanted) if wanted.iter().all(|one| caller.scopes.contains(one)) => {
                caller.scopes = wanted;
            }
            _ => {
                return Ok(refused(
                    "invalid_scope",
                    "a scope is unknown or not allowed",
                ));
            }
        }
    }
    let scopes: Vec<_> = caller.scopes.iter().map(|scope| scope.as_str()).collect();
    let lifetime = app.token_lifetime;
    let answer = TokenAnswer {
        access_token: token::make(&app.seal, &caller, lifetime, Timestamp::now())?,
        token_type: "Bearer",
        expires_in: lifetime.as_secs(),
        scope: scopes.join(" "),
    };
    let mut response = answers::json(StatusCode::OK, &answer)?;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn is_form(parts: &Parts) -> bool {
    let media_type = parts.headers.get(CONTENT_TYPE);
    media_type
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split(';').next())
        .is_some_and(|essence| {
            essence
                .trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        })
}

/// The client's id and secret, in the form or as HTTP Basic, not both.
fn presented(parts: &Parts, form: &TokenRequest) -> Option<Presented> {
    match (parts.headers.get(AUTHORIZATION), &form.client_secret) {
        (Some(value), None) => basic(value, form.client_id.as_deref()),
        (None, Some(secret)) => Some(Presented::OauthClient {
            id: form.client_id.clone()?,
            secret: SecretString::from(secret.clone()),
        }),
        _ => None,
    }
}

fn basic(value: &HeaderValue, form_id: Option<&str>) -> Option<Presented> {
    let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    // RFC 6749, 2.3.1: both are form-encoded first.
    let plain = |text: &str| {
        let text = text.replace('+', " ");
        Some(percent_decode_str(&text).decode_utf8().ok()?.into_owned())
    };
    let id = plain(id)?;
    if form_id.is_some_and(|form_id| form_id != id) {
        return None;
    }
    let secret = SecretString::from(plain(secret)?);
    Some(Presented::OauthClient { id, secret })
}

fn not_the_client() -> Response {
    let mut response = refused("invalid_client", "client_id or client_secret is wrong");
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    let challenge = HeaderValue::from_static("Basic realm=\"filed\"");
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}

fn refused(error: &'static str, error_description: &'static str) -> Response {
    let body = TokenRefusal {
        error,
        error_description,
    };
    answers::json(StatusCode::BAD_REQUEST, &body).unwrap_or_else(IntoResponse::into_response)
}
