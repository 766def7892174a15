//! A registered platform, and one call to it: with credentials, with patience for a busy platform,
//! with a bound on what is read.

use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use reqwest::{RequestBuilder, Response};
use tokio::sync::Mutex;
use url::Url;

use super::credentials::{self, Credentials, Grant, Token};

const LARGEST_ANSWER: usize = 16 << 20;
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// Attempts of a request that meets "too many requests" or "unavailable".
const ATTEMPTS: u32 = 5;

/// One platform, as one connection's credentials reach it.
pub(crate) struct Platform {
    pub(super) http: reqwest::Client,
    base: Url,
    credentials: Credentials,
    token: Mutex<Option<Token>>,
}

impl Platform {
    pub(super) fn new(http: reqwest::Client, base: Url, credentials: Credentials) -> Self {
        Self {
            http,
            base,
            credentials,
            token: Mutex::default(),
        }
    }

    /// The address of a path below the base; segments are encoded.
    pub(super) fn url(&self, segments: &[&str]) -> anyhow::Result<Url> {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .ok()
            .context("the base URL cannot have a path")?
            .pop_if_empty()
            .extend(segments);
        Ok(url)
    }

    /// Sends a request with credentials, anew when a token has died or the platform is busy.
    /// Credentials go to the platform's own origin alone.
    pub(super) async fn send(
        &self,
        url: &Url,
        request: impl Fn(&reqwest::Client) -> RequestBuilder,
    ) -> anyhow::Result<Response> {
        let mut renewed = false;
        for attempt in 1.. {
            let request = self.authorised(url, request(&self.http)).await?;
            let response = request.send().await.map_err(reqwest::Error::without_url)?;
            match response.status() {
                StatusCode::UNAUTHORIZED if self.renew().await && !renewed => renewed = true,
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
                    if attempt < ATTEMPTS =>
                {
                    tokio::time::sleep(wait(response.headers())).await;
                }
                _ => return Ok(response),
            }
        }
        bail!("unreachable: the last attempt is returned")
    }

    async fn authorised(
        &self,
        url: &Url,
        request: RequestBuilder,
    ) -> anyhow::Result<RequestBuilder> {
        if url.origin() != self.base.origin() {
            return Ok(request);
        }
        Ok(match &self.credentials {
            Credentials::None => request,
            Credentials::Key(key) => request.header("x-api-key", key),
            Credentials::Grant(grant) => {
                let token = self.live_token(grant).await?;
                request.header(AUTHORIZATION, format!("Bearer {token}"))
            }
        })
    }

    async fn live_token(&self, grant: &Grant) -> anyhow::Result<String> {
        let mut kept = self.token.lock().await;
        if let Some(token) = kept
            .as_ref()
            .filter(|token| token.until > tokio::time::Instant::now())
        {
            return Ok(token.text.clone());
        }
        let asked = self
            .http
            .post(grant.token_url.clone())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(credentials::form(grant));
        let answer = asked.send().await.map_err(reqwest::Error::without_url)?;
        let status = answer.status();
        let body = read(answer).await?;
        ensure!(
            status == StatusCode::OK,
            "the token endpoint answered with status {}",
            status.as_u16()
        );
        let token = credentials::token(&body)?;
        let text = token.text.clone();
        *kept = Some(token);
        Ok(text)
    }

    /// Forgets a token that was refused; whether there was one.
    async fn renew(&self) -> bool {
        self.token.lock().await.take().is_some()
    }

    /// Whether the credentials are good: Filed's verification call.
    pub(crate) async fn verify(&self) -> anyhow::Result<()> {
        self.clients(0, 1, &[]).await.map(drop)
    }
}

/// How long a busy platform asks to wait, within reason.
fn wait(headers: &HeaderMap) -> Duration {
    let seconds = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse().ok());
    Duration::from_secs(seconds.unwrap_or(1)).min(LONGEST_WAIT)
}

/// A whole answer, of bearable size.
pub(super) async fn read(mut response: Response) -> anyhow::Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(piece) = response
        .chunk()
        .await
        .map_err(reqwest::Error::without_url)?
    {
        ensure!(
            body.len() + piece.len() <= LARGEST_ANSWER,
            "the answer is too large"
        );
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// A JSON answer with the one status that means success.
pub(super) async fn json(
    response: Response,
    wanted: StatusCode,
) -> anyhow::Result<serde_json::Value> {
    let status = response.status();
    let body = read(response).await?;
    if status != wanted {
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        let code = problem["code"].as_str().unwrap_or("no code");
        bail!(
            "the platform answered with status {} ({code})",
            status.as_u16()
        );
    }
    serde_json::from_slice(&body).context("the platform's answer is not JSON")
}
