//! Ids that do not exist, and ids that are tricks.

use crate::pull::check::codes;
use crate::pull::check::listing::says_error;
use crate::pull::check::operation::Operation;
use crate::pull::check::probe::Step;
use crate::pull::check::request::{Answer, Request};
use crate::pull::check::session::Session;

const UNKNOWN: &str = "filed-check-unknown";

/// Paths, ends of text, and queries in place of an id, encoded as they are sent.
const TRICKS: [&str; 5] = [
    "..%2F..%2F..%2Fetc%2Fpasswd",
    "..%5C..%5Cwindows%5Cwin.ini",
    "%2Fetc%2Fpasswd",
    "a%00b",
    "1%27%20OR%20%271%27%3D%271",
];

pub(super) async fn run(session: &mut Session) -> Step {
    let operations = session.operations.clone();
    for operation in [&operations.files, &operations.download] {
        let url = operation.url(&session.probe.base, UNKNOWN);
        let answer = session.ask(operation, Request::get(url)).await?;
        judge(session, operation, &answer);
        for trick in TRICKS {
            let url = operation.raw_url(&session.probe.base, trick);
            let answer = session.ask(operation, Request::get(url)).await?;
            if answer.succeeded() && !says_error(&answer) {
                session.found(
                    &codes::PATH_TRICK,
                    operation,
                    format!("status 200 to the id {trick}"),
                );
            }
        }
    }
    Ok(())
}

/// What an id that does not exist should meet.
pub(super) fn judge(session: &mut Session, operation: &Operation, answer: &Answer) {
    let status = answer.status.as_u16();
    if answer.succeeded() && says_error(answer) {
        session.found(
            &codes::ERROR_AS_SUCCESS,
            operation,
            format!("status {status} with an error in its body"),
        );
    } else if !matches!(status, 404 | 410) && !answer.status.is_server_error() {
        session.found(
            &codes::UNKNOWN_STATUS,
            operation,
            format!("status {status} to an unknown id"),
        );
    }
}
