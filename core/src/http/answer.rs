//! [`Answer`]: what came back, read to its end within bounds.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_TYPE, DATE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, StatusCode};

use crate::http::failure::{Failure, Sent, find};
use crate::http::throttle::retry_after;
use crate::http::{Lane, Limits};
use crate::{Error, ErrorCode};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What came back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    pub status: StatusCode,
    pub content_type: Option<String>,
    pub body: Bytes,
    pub request_id: Option<String>,
    pub retry_after: Option<Duration>,
}

impl Answer {
    /// Reads the body. That of a failure is of little use: when it breaks, the status still counts.
    pub async fn read(
        response: reqwest::Response,
        lane: Lane,
        limits: &Limits,
    ) -> Result<Self, Failure> {
        let mut answer = Self::head(&response);
        match read_body(response, lane, limits).await {
            Ok(body) => answer.body = body,
            Err(_) if !answer.status.is_success() => {}
            Err(mut failure) => {
                failure.error = failure
                    .error
                    .with_http_status(answer.status.as_u16())
                    .with_request_id(answer.request_id);
                return Err(failure);
            }
        }
        Ok(answer)
    }

    fn head(response: &reqwest::Response) -> Self {
        let headers = response.headers();
        let date = text(headers, &DATE);
        Self {
            status: response.status(),
            content_type: text(headers, &CONTENT_TYPE).map(str::to_owned),
            body: Bytes::new(),
            request_id: text(headers, &REQUEST_ID).map(|id| id.chars().take(128).collect()),
            retry_after: text(headers, &RETRY_AFTER).and_then(|value| retry_after(value, date)),
        }
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

async fn read_body(
    mut response: reqwest::Response,
    lane: Lane,
    limits: &Limits,
) -> Result<Bytes, Failure> {
    let host = lane.host_name();
    let whole = tokio::time::sleep(limits.whole_answer);
    tokio::pin!(whole);
    let mut body = BytesMut::new();
    loop {
        let chunk = tokio::select! {
            chunk = tokio::time::timeout(limits.patience.stall, response.chunk()) => chunk,
            () = &mut whole => return Err(stalled(host)),
        };
        match chunk {
            Err(_) => return Err(stalled(host)),
            Ok(Err(error)) if error.is_decode() && find::<hyper::Error>(&error).is_none() => {
                let text = format!("the answer from {host} is packed in a way that is broken");
                return Err(Failure::lost(ErrorCode::ProtocolError, text));
            }
            Ok(Err(_)) => {
                let text = format!("the connection broke in the middle of the answer from {host}");
                return Err(Failure::lost(ErrorCode::ConnectionLost, text));
            }
            Ok(Ok(None)) => return Ok(body.freeze()),
            Ok(Ok(Some(bytes))) if body.len() + bytes.len() > limits.answer => {
                let text = format!(
                    "the answer from {host} is larger than {} bytes",
                    limits.answer
                );
                let error = Error::new(ErrorCode::ResponseTooLarge, text);
                return Err(Failure::new(error, Sent::Maybe, false));
            }
            Ok(Ok(Some(bytes))) => body.extend_from_slice(&bytes),
        }
    }
}

fn stalled(host: &str) -> Failure {
    let text = format!("the answer from {host} stopped half-way (stall_timeout)");
    Failure::lost(ErrorCode::Stalled, text)
}
