//! What an error means: for the one item, for the whole push, or nothing until it was read back.

use crate::push::reconcile::reworded;
use crate::push::run::Run;
use crate::wire::{ErrorWords, named};
use crate::{Effect, Error, ErrorCode};

/// An entry whose answer was lost more often than this stops the push.
pub(super) const MOST_LOST: u32 = 3;

/// What to do about a failed batch of works or artifacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Batch {
    /// Its answer was lost: only reading back tells what became of it.
    Lost,
    /// Too many entries at once.
    TooLarge,
    /// Some entry was refused; the others may be fine.
    Refused,
    /// Nothing of the kind would succeed now: the push stops.
    Fatal,
}

pub(super) fn batch(error: &Error, words: &ErrorWords) -> Batch {
    use ErrorCode::{
        DuplicateExternalId, ExternalIdExists, InvalidArgument, RequestRejected, ResponseTooLarge,
    };
    if too_large(error, words) {
        return Batch::TooLarge;
    }
    match error.code() {
        RequestRejected | ExternalIdExists | InvalidArgument | DuplicateExternalId => {
            Batch::Refused
        }
        // The whole answer did not fit; what it was about may have been done.
        ResponseTooLarge => Batch::Lost,
        _ if error.effect() != Effect::NotApplied => Batch::Lost,
        _ => Batch::Fatal,
    }
}

fn too_large(error: &Error, words: &ErrorWords) -> bool {
    error.http_status() == Some(413)
        || error
            .graphql_errors()
            .iter()
            .filter_map(|e| e.code.as_deref())
            .any(|code| named(&words.batch_too_large, code))
}

/// The error that ends the push when a batch met one that concerns everything.
pub(super) fn fatal(run: &Run, error: Error) -> Error {
    if error.code() != ErrorCode::JobClosed {
        return error;
    }
    let tally = run.journal.tally();
    let text = format!(
        "{}: somebody else ended the job or initiated its import. {} of {} clients were created \
         there and {} of {} files attached; they stay as they are, and this push initiated \
         nothing. Send what is missing in a new push with a journal of its own, without the \
         clients that are there already",
        error.message(),
        tally.clients.sent,
        tally.clients.total,
        tally.files.attached,
        tally.files.total,
    );
    reworded(&error, text)
}

/// The error that ends the push when answers are lost whatever is done.
pub(super) fn always_lost(operation: &str, error: &Error) -> Error {
    let text = format!(
        "the answer to {operation} was lost time after time ({}). Each time what is at Filed was \
         read back, and only what was missing there was sent again; nothing was initiated. Resume \
         the push when the network is better: it reads back first",
        error.message()
    );
    reworded(error, text)
}

/// Whether a request certainly had no effect and may pass later: the network or the gateway had
/// trouble.
pub(super) fn passing(error: &Error) -> bool {
    use ErrorCode::{
        ConnectFailed, ConnectionLost, ProxyFailed, RateLimited, ServerError, Stalled, TimedOut,
    };
    let trouble = [
        ConnectFailed,
        ConnectionLost,
        ProxyFailed,
        RateLimited,
        ServerError,
        Stalled,
        TimedOut,
    ];
    error.effect() == Effect::NotApplied && trouble.contains(&error.code())
}

/// What to do about a failed upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Upload {
    /// The network or the host had trouble: worth another round later.
    Later,
    /// This file cannot be sent; the others may.
    File,
    /// No file could be sent now: the push stops.
    Fatal,
}

pub(super) fn upload(error: &Error) -> Upload {
    use ErrorCode::{
        AuthenticationFailed, CallbackFailed, Cancelled, Closed, ConfigInvalid, ConfigMissing,
        Forked, Internal, PermissionDenied, RedirectRefused, RoleMismatch, ShutDown, TlsFailed,
    };
    match error.code() {
        AuthenticationFailed | PermissionDenied | RoleMismatch | ConfigMissing | ConfigInvalid
        | TlsFailed | RedirectRefused | Cancelled | Closed | ShutDown | Forked | Internal
        | CallbackFailed => Upload::Fatal,
        _ if error.retryable() => Upload::Later,
        _ => Upload::File,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::GraphqlError;

    fn error(code: ErrorCode, effect: Effect) -> Error {
        Error::new(code, "text").with_effect(effect)
    }

    #[test]
    fn a_batch_is_split_read_back_or_fatal() {
        let words = ErrorWords::default();
        let of = |code, effect| batch(&error(code, effect), &words);
        assert_eq!(
            of(ErrorCode::RequestRejected, Effect::Unknown),
            Batch::Refused
        );
        assert_eq!(of(ErrorCode::OutcomeUnknown, Effect::Unknown), Batch::Lost);
        assert_eq!(of(ErrorCode::ProtocolError, Effect::Unknown), Batch::Lost);
        assert_eq!(
            of(ErrorCode::ConnectFailed, Effect::NotApplied),
            Batch::Fatal
        );
        assert_eq!(of(ErrorCode::JobClosed, Effect::NotApplied), Batch::Fatal);
        let large =
            error(ErrorCode::RequestRejected, Effect::NotApplied).with_graphql_errors(vec![
                GraphqlError {
                    code: Some("BATCH_TOO_LARGE".into()),
                    ..GraphqlError::default()
                },
            ]);
        assert_eq!(batch(&large, &words), Batch::TooLarge);
        let status = error(ErrorCode::RequestRejected, Effect::NotApplied).with_http_status(413);
        assert_eq!(batch(&status, &words), Batch::TooLarge);
    }

    #[test]
    fn an_upload_fails_its_file_the_push_or_neither() {
        let of = |code| upload(&error(code, Effect::NotApplied));
        assert_eq!(of(ErrorCode::FileNotFound), Upload::File);
        assert_eq!(of(ErrorCode::RequestRejected), Upload::File);
        assert_eq!(of(ErrorCode::ConnectionLost), Upload::Later);
        assert_eq!(of(ErrorCode::ServerError), Upload::Later);
        assert_eq!(of(ErrorCode::AuthenticationFailed), Upload::Fatal);
        assert_eq!(
            of(ErrorCode::JournalIo),
            Upload::File,
            "journals are not uploads"
        );
    }
}
