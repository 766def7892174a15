//! Ways in for fuzzing: each takes bytes as they come from outside to the code that reads them, and
//! panics when something is promised and not kept. Part of no build but that of the tests and of
//! the fuzz targets (`tests/fuzz`); what was found is kept there and read by the tests.

#[cfg(test)]
mod tests;

use bytes::Bytes;
use http::StatusCode;

use crate::auth::life_of;
use crate::gateway::fuzz::read_answer;
use crate::http::{Answer, retry_after};
use crate::push::fuzz::read_journal;
use crate::upload::fuzz::read_stored;
use crate::wire::WireProfile;
use crate::{Error, ErrorCode};

/// A target: its name, which is that of its corpus, and what it does.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 5] = [
    ("graphql_answer", graphql_answer),
    ("upload_answer", upload_answer),
    ("wire_profile", wire_profile),
    ("journal", journal),
    ("header", header),
];

/// The longest message a server's words may lead to.
const LONGEST: usize = 4096;

fn check(error: &Error) {
    assert_ne!(error.code(), ErrorCode::Internal, "{error}");
    let message = error.message();
    assert!(
        message.len() <= LONGEST,
        "{} bytes of message",
        message.len()
    );
    assert!(
        !message.contains(['\u{0}', '\u{1b}', '\u{202e}']),
        "{message:?}"
    );
}

/// An answer of the gateway: a status, and a body of any kind.
pub fn graphql_answer(data: &[u8]) {
    let Some((status, body)) = data.split_first() else {
        return;
    };
    let statuses = [200, 200, 200, 204, 400, 401, 403, 429, 500, 503];
    let status = statuses[usize::from(*status) % statuses.len()];
    let answer = Answer {
        status: StatusCode::from_u16(status).unwrap_or_default(),
        body: Bytes::copy_from_slice(body),
        ..Answer::default()
    };
    read_answer(&answer).iter().for_each(check);
}

/// An answer of an upload host.
pub fn upload_answer(data: &[u8]) {
    if let Err(error) = read_stored(data) {
        check(&error);
    }
}

/// A wire profile, which somebody wrote by hand.
pub fn wire_profile(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Err(error) = WireProfile::from_json(text) {
        assert_eq!(error.code(), ErrorCode::WireProfileInvalid);
    }
}

/// A journal's file, damaged or not ours.
pub fn journal(data: &[u8]) {
    if let Err(error) = read_journal(data) {
        use ErrorCode::{JournalCorrupt, JournalIo, JournalVersion};
        let told = [JournalCorrupt, JournalIo, JournalVersion].contains(&error.code());
        assert!(told, "{error}");
    }
}

/// The parts of an answer's head that are read: when to come back, and how long a token lives.
pub fn header(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (value, date) = text.split_once('\n').unwrap_or((&text, ""));
    let _pause = retry_after(value, Some(date).filter(|date| !date.is_empty()));
    life_of(value);
}
