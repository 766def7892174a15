//! The check's HTTP client: no retries, no redirects, no decompression, so that what is seen is what
//! the platform sent. It counts requests, watches the clock, and bounds what is read.

use std::path::Path;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use url::Url;

use super::caller::{Caller, Pass};
use super::options::{CheckLimits, CheckOptions};
use super::request::{Answer, Request};
use crate::config::is_loopback;
use crate::http::tls;
use crate::{Error, ErrorCode, Result, VERSION};

/// Why a part of the check cannot go on.
#[derive(Debug)]
pub(super) enum Broken {
    /// A limit of the whole check is reached.
    Limit(&'static str),
    /// There was no answer, for this reason.
    NoAnswer(String),
}

/// A step's outcome; what it found is with the session.
pub(super) type Step<T = ()> = std::result::Result<T, Broken>;

pub(super) struct Probe {
    http: reqwest::Client,
    pub(super) base: Url,
    pub(super) limits: CheckLimits,
    pub(super) sent: u32,
    pub(super) started: Instant,
    /// The credentials the rest of the check uses.
    pub(super) pass: Option<Pass>,
}

impl Probe {
    pub(super) fn new(options: &CheckOptions, base: Url) -> Result<Self> {
        Ok(Self {
            http: client(&base, options.ca_bundle.as_deref())?,
            base,
            limits: options.limits,
            sent: 0,
            started: Instant::now(),
            pass: None,
        })
    }

    /// Sends one request. Credentials go to the platform's own origin only.
    pub(super) async fn send(&mut self, mut request: Request) -> Step<Answer> {
        if self.sent >= self.limits.requests {
            return Err(Broken::Limit("the most requests it may send are sent"));
        }
        let left = self.limits.time.saturating_sub(self.started.elapsed());
        if left.is_zero() {
            return Err(Broken::Limit("the time it may take is over"));
        }
        self.sent += 1;
        if request.url.origin() == self.base.origin()
            && request.caller != Caller::Nobody
            && let Some(pass) = &self.pass
        {
            let caller = request.caller;
            pass.put(&mut request, caller)
                .map_err(|error| Broken::NoAnswer(error.message().to_owned()))?;
        }
        let limit = left.min(self.limits.request_time);
        let answer = self.once(request.clone(), limit).await?;
        // A platform that asks for patience gets some, once.
        match busy(&answer) {
            Some(wait) if wait < left && self.sent < self.limits.requests => {
                tokio::time::sleep(wait).await;
                self.sent += 1;
                self.once(request, limit).await
            }
            _ => Ok(answer),
        }
    }

    async fn once(&self, request: Request, limit: Duration) -> Step<Answer> {
        match tokio::time::timeout(
            limit,
            exchange(&self.http, request, self.limits.answer_bytes),
        )
        .await
        {
            Ok(answer) => answer,
            Err(_) => Err(Broken::NoAnswer(format!(
                "no whole answer within {limit:.0?}"
            ))),
        }
    }
}

/// How long a busy platform asks to wait, when that is bearable.
fn busy(answer: &Answer) -> Option<Duration> {
    const BEARABLE: u64 = 10;
    let wait = (answer.status.as_u16() == 429).then(|| answer.number("retry-after"))?;
    wait.filter(|seconds| *seconds <= BEARABLE)
        .map(Duration::from_secs)
}

async fn exchange(http: &reqwest::Client, request: Request, most: usize) -> Step<Answer> {
    let mut built = http
        .request(request.method, request.url)
        .headers(request.headers);
    if let Some(body) = request.body.into_body() {
        built = built.body(body);
    }
    let mut response = built.send().await.map_err(no_answer)?;
    let mut body = BytesMut::new();
    let whole = loop {
        match response.chunk().await {
            Ok(Some(piece)) if body.len() + piece.len() > most => {
                return Err(Broken::NoAnswer(format!(
                    "the answer is longer than {most} bytes"
                )));
            }
            Ok(Some(piece)) => body.extend_from_slice(&piece),
            Ok(None) => break true,
            Err(_) => break false,
        }
    };
    Ok(Answer {
        status: response.status(),
        headers: response.headers().clone(),
        body: body.freeze(),
        whole,
    })
}

/// The kind of failure in words; the URL may hold an id or a signature and stays out.
fn no_answer(error: reqwest::Error) -> Broken {
    let why = if error.is_connect() {
        "it cannot be connected to"
    } else if error.is_timeout() {
        "it does not answer in time"
    } else {
        "the connection broke before the answer"
    };
    Broken::NoAnswer(why.into())
}

fn client(base: &Url, ca_bundle: Option<&Path>) -> Result<reqwest::Client> {
    let tls = match base.scheme() == "http" && is_loopback(base) {
        true => tls::refusing()?,
        false => tls::config(&tls::verifier_with(ca_bundle)?, &[b"h2", b"http/1.1"])?,
    };
    reqwest::Client::builder()
        .user_agent(format!("filed-pull-check/{VERSION}"))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_gzip()
        .no_proxy()
        .connect_timeout(Duration::from_secs(10))
        .tls_backend_preconfigured(tls)
        .build()
        .map_err(|_| {
            Error::new(
                ErrorCode::Internal,
                "the HTTP client could not be made; please report it",
            )
        })
}
