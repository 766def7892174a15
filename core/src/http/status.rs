//! What an HTTP status says, for answers whose body says nothing better.

use http::StatusCode;

use crate::http::failure::{Failure, Sent};
use crate::http::{Answer, Lane};
use crate::{Error, ErrorCode};

/// Lets a success pass and turns every other status into its failure.
pub(crate) fn judge(answer: Answer, lane: Lane) -> Result<Answer, Failure> {
    if answer.status.is_success() {
        return Ok(answer);
    }
    Err(failure(&answer, lane))
}

/// The failure a status stands for.
pub(crate) fn failure(answer: &Answer, lane: Lane) -> Failure {
    let (code, text, sent, transient) = meaning(answer, lane);
    let message = format!(
        "{text} (HTTP {} from {})",
        answer.status.as_u16(),
        lane.host_name()
    );
    let error = Error::new(code, message)
        .with_http_status(answer.status.as_u16())
        .with_request_id(answer.request_id.clone());
    Failure::new(error, sent, transient).asking_to_wait(answer.retry_after)
}

fn meaning(answer: &Answer, lane: Lane) -> (ErrorCode, &'static str, Sent, bool) {
    use ErrorCode as C;
    match answer.status {
        StatusCode::UNAUTHORIZED => (
            C::AuthenticationFailed,
            lane.refused_credential(),
            Sent::Never,
            false,
        ),
        StatusCode::FORBIDDEN => (
            C::PermissionDenied,
            "the account may not do this",
            Sent::Never,
            false,
        ),
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => (
            C::ProxyFailed,
            "the proxy wants a user name and password",
            Sent::Never,
            false,
        ),
        StatusCode::TOO_MANY_REQUESTS => (
            C::RateLimited,
            "Filed asked to slow down",
            Sent::Never,
            true,
        ),
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY => (
            C::ServerError,
            "the request did not reach Filed in time",
            Sent::Never,
            true,
        ),
        StatusCode::SERVICE_UNAVAILABLE if answer.retry_after.is_some() => (
            C::ServerError,
            "Filed is not available for the moment",
            Sent::Never,
            true,
        ),
        status if status.is_server_error() => (
            C::ServerError,
            "Filed answered with an error of its own",
            Sent::Maybe,
            true,
        ),
        status if status.is_client_error() => (
            C::RequestRejected,
            "the request was rejected",
            Sent::Answered,
            false,
        ),
        _ => (
            C::ProtocolError,
            "the answer is none this protocol knows",
            Sent::Maybe,
            false,
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn verdict(status: u16, wait: Option<u64>) -> (ErrorCode, Sent, bool) {
        let answer = Answer {
            status: StatusCode::from_u16(status).unwrap(),
            retry_after: wait.map(Duration::from_secs),
            ..Answer::default()
        };
        let failure = judge(answer, Lane::Gateway).unwrap_err();
        (failure.error.code(), failure.sent, failure.transient)
    }

    #[test]
    fn statuses_that_prove_nothing_happened_allow_another_attempt() {
        for status in [408, 425, 429] {
            let (_, sent, transient) = verdict(status, None);
            assert_eq!((sent, transient), (Sent::Never, true), "{status}");
        }
        assert_eq!(verdict(503, Some(1)).1, Sent::Never);
    }

    #[test]
    fn a_server_error_leaves_the_effect_open() {
        for status in [500, 502, 503, 504, 599] {
            let expected = (ErrorCode::ServerError, Sent::Maybe, true);
            assert_eq!(verdict(status, None), expected, "{status}");
        }
    }

    #[test]
    fn refusals_are_final() {
        assert_eq!(verdict(401, None).0, ErrorCode::AuthenticationFailed);
        assert_eq!(verdict(403, None).0, ErrorCode::PermissionDenied);
        assert_eq!(verdict(404, None).0, ErrorCode::RequestRejected);
        assert_eq!(verdict(304, None).0, ErrorCode::ProtocolError);
        for status in [304, 400, 401, 403, 404, 407, 413] {
            assert!(!verdict(status, None).2, "{status}");
        }
    }
}
