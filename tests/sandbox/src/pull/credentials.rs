//! What a firm hands over when a connection starts: where its platform is, and how to get in.

use std::time::Duration;

use anyhow::{Context as _, bail};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

/// The keys of `inputs` that matter to a call.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inputs {
    base_url: Option<String>,
    api_key: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    token_url: Option<String>,
}

/// How a call shows that it may.
pub(super) enum Credentials {
    None,
    Key(String),
    Grant(Grant),
}

/// OAuth 2.0, client credentials.
pub(super) struct Grant {
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) token_url: Url,
}

/// An access token with the moment after which another is asked for.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) until: Instant,
}

/// The platform's address and credentials, when `inputs` name an address.
pub(super) fn read(inputs: Option<&Value>) -> Option<anyhow::Result<(Url, Credentials)>> {
    let inputs = Inputs::deserialize(inputs?).ok()?;
    let base = inputs.base_url.clone()?;
    Some(understand(&base, inputs))
}

fn understand(base: &str, inputs: Inputs) -> anyhow::Result<(Url, Credentials)> {
    // With the slash, so that joining a path does not drop the last segment.
    let base = Url::parse(&format!("{}/", base.trim_end_matches('/')))
        .context("inputs.baseUrl is not a URL")?;
    let credentials = match (inputs.api_key, inputs.client_id, inputs.client_secret) {
        (Some(key), _, _) => Credentials::Key(key),
        (None, Some(id), Some(secret)) => {
            let token_url = match inputs.token_url {
                Some(url) => Url::parse(&url).context("inputs.tokenUrl is not a URL")?,
                None => base.join("api/v1/oauth/token")?,
            };
            Credentials::Grant(Grant {
                id,
                secret,
                token_url,
            })
        }
        _ => Credentials::None,
    };
    Ok((base, credentials))
}

/// Reads a token endpoint's answer.
pub(super) fn token(body: &[u8]) -> anyhow::Result<Token> {
    #[derive(Deserialize)]
    struct Issued {
        access_token: String,
        token_type: String,
        expires_in: u64,
    }
    let issued: Issued =
        serde_json::from_slice(body).context("the token endpoint's answer cannot be read")?;
    if !issued.token_type.eq_ignore_ascii_case("bearer") {
        bail!("the token is no bearer token");
    }
    // A little before its end, so that it does not die on the way.
    let life = Duration::from_secs(issued.expires_in).mul_f64(0.9);
    let until = Instant::now() + life;
    Ok(Token {
        text: issued.access_token,
        until,
    })
}

/// The form that asks for a token.
pub(super) fn form(grant: &Grant) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "client_credentials")
        .append_pair("client_id", &grant.id)
        .append_pair("client_secret", &grant.secret)
        .finish()
}
