//! [`Failure`]: what went wrong with one attempt, and whether the request may have taken effect.
//! Messages are made here from scratch: an HTTP library's own texts hold URLs and credentials.

use std::error::Error as StdError;
use std::time::Duration;

use crate::http::route::Route;
use crate::http::{Class, Lane};
use crate::resources::exhausted;
use crate::{Effect, Error, ErrorCode};

/// How far a failed request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// It certainly had no effect: it never left, or the server says so.
    Never,
    /// It may have taken effect: the answer was lost or cannot be read.
    Maybe,
    /// The server answered; the error itself says what it means for the effect.
    Answered,
}

/// Why an attempt failed.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub error: Error,
    pub sent: Sent,
    /// Whether another attempt may succeed.
    pub transient: bool,
    /// How long the server asked every request to wait.
    pub retry_after: Option<Duration>,
}

impl Failure {
    pub fn new(error: Error, sent: Sent, transient: bool) -> Self {
        Self {
            error,
            sent,
            transient,
            retry_after: None,
        }
    }

    /// A failure on our own side of the wire, such as a file that vanished: final.
    pub fn local(error: Error) -> Self {
        Self::new(error, Sent::Answered, false)
    }

    /// The answer did not come, or not as a whole.
    pub fn lost(code: ErrorCode, message: impl Into<String>) -> Self {
        Self::new(Error::new(code, message), Sent::Maybe, true)
    }

    /// The server said no.
    pub fn answered(error: Error) -> Self {
        Self::new(error, Sent::Answered, false)
    }

    #[must_use]
    pub fn with_effect(mut self, effect: Effect) -> Self {
        self.error = self.error.with_effect(effect);
        self
    }

    #[must_use]
    pub fn asking_to_wait(mut self, pause: Option<Duration>) -> Self {
        self.retry_after = pause;
        self
    }

    /// The error for the caller, with its effect, after the last attempt.
    pub fn into_error(self, class: Class) -> Error {
        match (self.sent, class) {
            (Sent::Answered, _) => self.error,
            (Sent::Never, _) | (_, Class::Read) => self.error.with_effect(Effect::NotApplied),
            (Sent::Maybe, Class::Effect) => unknown_outcome(self.error),
            (Sent::Maybe, _) => self.error.with_effect(Effect::Unknown),
        }
    }
}

fn unknown_outcome(cause: Error) -> Error {
    let message = format!(
        "the request may or may not have taken effect ({}); it was not sent again: read the state \
         back before repeating it",
        cause.message()
    );
    let mut error = Error::new(ErrorCode::OutcomeUnknown, message)
        .with_effect(Effect::Unknown)
        .with_attempts(cause.attempts())
        .with_request_id(cause.request_id().map(str::to_owned))
        .with_graphql_errors(cause.graphql_errors().to_vec());
    if let Some(status) = cause.http_status() {
        error = error.with_http_status(status);
    }
    error
}

/// Translates an error of the HTTP library about a request to `host`.
pub(crate) fn classify(error: &reqwest::Error, host: &str, lane: Lane, route: &Route) -> Failure {
    let setting = lane.setting();
    if let Some(own) = find::<std::io::Error>(error).and_then(exhausted) {
        return Failure::new(own, Sent::Never, true);
    }
    if error.is_connect() {
        return match find::<rustls::Error>(error) {
            Some(tls) => Failure::new(tls_error(tls, host, setting), Sent::Never, false),
            None => connect_failure(error, host, setting, route),
        };
    }
    let sent = if refused_by_protocol(error) {
        Sent::Never
    } else {
        Sent::Maybe
    };
    if find::<hyper::Error>(error).is_some_and(hyper::Error::is_parse_too_large) {
        let text = format!("the headers of {host}'s answer are too large ({setting})");
        return Failure::new(
            Error::new(ErrorCode::ResponseTooLarge, text),
            Sent::Maybe,
            false,
        );
    }
    let (code, what) = if error.is_timeout() {
        (ErrorCode::TimedOut, "no answer came in time from")
    } else if is_garbage(error) {
        (ErrorCode::ProtocolError, "no valid HTTP answer came from")
    } else {
        (
            ErrorCode::ConnectionLost,
            "the connection broke before the whole answer came from",
        )
    };
    Failure::new(
        Error::new(code, format!("{what} {host} ({setting})")),
        sent,
        true,
    )
}

fn connect_failure(error: &reqwest::Error, host: &str, setting: &str, route: &Route) -> Failure {
    let reason = connect_reason(error);
    let (code, text) = match route {
        Route::Proxy { name, source, .. } => (
            ErrorCode::ProxyFailed,
            format!("{host} could not be reached through the proxy {name} ({source}): {reason}"),
        ),
        Route::Direct => (
            ErrorCode::ConnectFailed,
            format!("no connection to {host} ({setting}): {reason}"),
        ),
    };
    Failure::new(Error::new(code, text), Sent::Never, true)
}

fn connect_reason(error: &reqwest::Error) -> String {
    if error.is_dns() {
        return "the host name could not be resolved".into();
    }
    if error.is_timeout() {
        return "timed out (connect_timeout)".into();
    }
    match find::<std::io::Error>(error) {
        Some(io) => io.kind().to_string(),
        None if text_of_chain(error).contains("proxy authorization required") => {
            "the proxy wants a user name and password".into()
        }
        None => "the connection could not be established".into(),
    }
}

fn tls_error(tls: &rustls::Error, host: &str, setting: &str) -> Error {
    use rustls::CertificateError as Bad;
    let reason = match tls {
        rustls::Error::InvalidCertificate(bad) => match bad {
            Bad::Expired | Bad::ExpiredContext { .. } => "its certificate has expired",
            Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
                "its certificate is not valid yet; check this machine's clock"
            }
            Bad::UnknownIssuer => {
                "its certificate is from an authority this machine does not trust; \
                 for a private authority set ca_bundle (FILED_CA_BUNDLE)"
            }
            Bad::NotValidForName | Bad::NotValidForNameContext { .. } => {
                "its certificate is for another host name"
            }
            Bad::Revoked => "its certificate was revoked",
            _ => {
                "its certificate is invalid; for a private authority check ca_bundle (FILED_CA_BUNDLE)"
            }
        },
        rustls::Error::PeerIncompatible(_) => "it offers no TLS version or cipher that is safe",
        rustls::Error::AlertReceived(_) => "it broke off the TLS handshake",
        rustls::Error::InvalidMessage(_) => "it does not speak TLS on this port",
        _ => "TLS could not be agreed",
    };
    Error::new(
        ErrorCode::TlsFailed,
        format!("no secure connection to {host} ({setting}): {reason}"),
    )
}

/// An HTTP/2 server says by these that it did nothing with the stream.
fn refused_by_protocol(error: &reqwest::Error) -> bool {
    find::<h2::Error>(error).is_some_and(|h2| {
        let reason = h2.reason();
        (h2.is_go_away() && h2.is_remote() && reason == Some(h2::Reason::NO_ERROR))
            || (h2.is_reset() && h2.is_remote() && reason == Some(h2::Reason::REFUSED_STREAM))
    })
}

fn is_garbage(error: &reqwest::Error) -> bool {
    find::<hyper::Error>(error).is_some_and(hyper::Error::is_parse) || error.is_decode()
}

/// The first error of type `T` in the chain of sources, also inside `io::Error`s.
pub(super) fn find<'a, T: StdError + 'static>(
    error: &'a (dyn StdError + 'static),
) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(current) = next {
        if let Some(found) = current.downcast_ref::<T>() {
            return Some(found);
        }
        if let Some(inner) = current
            .downcast_ref::<std::io::Error>()
            .and_then(|io| io.get_ref())
        {
            let inner: &(dyn StdError + 'static) = inner;
            return find(inner);
        }
        next = current.source();
    }
    None
}

fn text_of_chain(error: &reqwest::Error) -> String {
    let mut text = String::new();
    let mut next = error.source();
    while let Some(current) = next {
        text.push_str(&current.to_string());
        next = current.source();
    }
    text
}
