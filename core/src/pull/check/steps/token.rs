//! Getting in: the token endpoint when there is an OAuth client, and the credentials of the rest.

use http::Method;
use secrecy::ExposeSecret as _;
use secrecy::SecretString;
use url::Url;
use url::form_urlencoded::Serializer;

use crate::Result;
use crate::pull::check::caller::{Caller, Pass};
use crate::pull::check::options::CheckOptions;
use crate::pull::check::probe::Step;
use crate::pull::check::request::{Answer, Request};
use crate::pull::check::session::Session;
use crate::pull::check::{Client, codes, under};

/// Chooses the credentials of the rest: the key, or else a token. The outer error is a mistake of
/// the caller.
pub(super) async fn enter(session: &mut Session, options: &CheckOptions) -> Result<Step> {
    let document = session.document.clone();
    let token = match &options.credentials.oauth {
        Some(client) => match issue(session, client).await {
            Ok(token) => token,
            Err(broken) => return Ok(Err(broken)),
        },
        None => None,
    };
    session.probe.pass = match &options.credentials.api_key {
        Some(key) => {
            let auth = &session.mapping.auth;
            Some(Pass::key(key.clone(), auth, document.as_deref())?)
        }
        None => token.map(Pass::token),
    };
    Ok(Ok(()))
}

/// Asks for tokens rightly and wrongly; gives one that works.
async fn issue(session: &mut Session, client: &Client) -> Step<Option<SecretString>> {
    let documented = session
        .document
        .as_ref()
        .and_then(|document| document.token_url());
    let place = session.mapping.auth.token.clone().or(documented);
    let Some(url) = place.and_then(|place| under(&session.probe.base, &place)) else {
        session.skip("tokens: neither the mapping nor the document names a token endpoint");
        return Ok(None);
    };
    let endpoint = format!("POST {}", url.path());
    let wrong = (
        client.0.clone(),
        SecretString::from("filed-check-wrong-secret"),
    );
    let refusal = session.probe.send(ask(&url, &wrong)).await?;
    judge_refusal(session, &endpoint, &refusal);
    let answer = session.probe.send(ask(&url, client)).await?;
    let body = answer.json().unwrap_or_default();
    let bearer = body["token_type"]
        .as_str()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
    let (200, Some(token), true) = (
        answer.status.as_u16(),
        body["access_token"].as_str(),
        bearer,
    ) else {
        let seen = format!("status {} without a bearer token", answer.status.as_u16());
        session.findings.add(&codes::TOKEN_REFUSED, &endpoint, seen);
        return Ok(None);
    };
    if !body["expires_in"].is_u64() {
        session.findings.add(
            &codes::TOKEN_NO_EXPIRY,
            &endpoint,
            "a token without expires_in",
        );
    }
    if answer
        .header("cache-control")
        .is_none_or(|value| !value.contains("no-store"))
    {
        session.findings.add(
            &codes::TOKEN_CACHEABLE,
            &endpoint,
            "a token without Cache-Control: no-store",
        );
    }
    let token = SecretString::from(token.to_owned());
    try_token(session, &token).await?;
    Ok(Some(token))
}

fn ask(url: &Url, (id, secret): &Client) -> Request {
    let form = Serializer::new(String::new())
        .append_pair("grant_type", "client_credentials")
        .append_pair("client_id", id)
        .append_pair("client_secret", secret.expose_secret())
        .finish();
    Request::new(Method::POST, url.clone())
        .by(Caller::Nobody)
        .body("application/x-www-form-urlencoded", form)
}

fn judge_refusal(session: &mut Session, endpoint: &str, refusal: &Answer) {
    let status = refusal.status.as_u16();
    let body = refusal.json().unwrap_or_default();
    if refusal.succeeded() && body["access_token"].is_string() {
        session.findings.add(
            &codes::TOKEN_WRONG_SECRET,
            endpoint,
            "a token for a wrong secret",
        );
    } else if !matches!(status, 400 | 401) || !body["error"].is_string() {
        let seen = format!("status {status} for a wrong secret, without the JSON of RFC 6749");
        session
            .findings
            .add(&codes::TOKEN_ERROR_FORM, endpoint, seen);
    }
}

async fn try_token(session: &mut Session, token: &SecretString) -> Step {
    let list = session.client_list();
    session.probe.pass = Some(Pass::token(token.clone()));
    let url = list.operation.url(&session.probe.base, "");
    let answer = session.probe.send(Request::get(url)).await?;
    if !answer.succeeded() {
        let seen = format!("status {} to a fresh token", answer.status.as_u16());
        session.found(&codes::TOKEN_REFUSED, &list.operation, seen);
    }
    Ok(())
}
