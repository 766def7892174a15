//! Posting notes: what comes back, what is refused, and once only.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::ids;
use crate::pull::check::codes;
use crate::pull::check::mapping::NoteMapping;
use crate::pull::check::operation::Operation;
use crate::pull::check::probe::Step;
use crate::pull::check::request::{Answer, Request};
use crate::pull::check::session::Session;
use crate::pull::check::text::{at, word};

const KEY: &str = "idempotency-key";
const TEXT: &str = "Filed check: a note, **not** a real one. Grüße, 田";

pub(super) async fn run(session: &mut Session) -> Step {
    let note = session
        .mapping
        .note
        .clone()
        .zip(session.operations.note.clone());
    let (Some((note, operation)), Some(client)) = (note, session.target.clone()) else {
        session.skip("notes: there is no endpoint, or no client");
        return Ok(());
    };
    let key = Uuid::new_v4().to_string();
    let request = post(session, &note, &operation, &client, TEXT).with(KEY, &key);
    let answer = session.ask(&operation, request.clone()).await?;
    if !answer.succeeded() {
        let seen = format!("status {} to a sound note", answer.status.as_u16());
        session.found(&codes::NOTE_REFUSED, &operation, seen);
        return Ok(());
    }
    session.compare(&operation, &answer, &codes::SCHEMA);
    complete(session, &note, &operation, &answer);
    let documented = session
        .document
        .as_ref()
        .is_some_and(|document| document.takes_header(&operation, KEY));
    if documented {
        let again = session.ask(&operation, request).await?;
        let id = |answer: &Answer| word(&answer.json().unwrap_or_default(), &note.id);
        if again.succeeded() && id(&again) != id(&answer) {
            session.found(
                &codes::IDEMPOTENCY_IGNORED,
                &operation,
                "another note for the same key",
            );
        }
    }
    refusals(session, &note, &operation, &client).await
}

fn post(
    session: &Session,
    note: &NoteMapping,
    operation: &Operation,
    client: &str,
    text: &str,
) -> Request {
    let mut body: Map<String, Value> = note.with.clone();
    body.insert(note.text.clone(), text.into());
    let url = operation.url(&session.probe.base, client);
    Request::new(operation.method.clone(), url)
        .body("application/json", Value::Object(body).to_string())
}

fn complete(session: &mut Session, note: &NoteMapping, operation: &Operation, answer: &Answer) {
    let body = answer.json().unwrap_or_default();
    if word(&body, &note.id).is_none() {
        session.found(
            &codes::NOTE_INCOMPLETE,
            operation,
            format!("no `{}` in the answer", note.id),
        );
    }
    if at(&body, &note.text) != TEXT {
        let seen = format!("not the text that was sent in `{}`", note.text);
        session.found(&codes::NOTE_INCOMPLETE, operation, seen);
    }
}

async fn refusals(
    session: &mut Session,
    note: &NoteMapping,
    operation: &Operation,
    client: &str,
) -> Step {
    let empty = post(session, note, operation, client, "");
    if session.ask(operation, empty).await?.succeeded() {
        session.found(
            &codes::NOTE_EMPTY,
            operation,
            "a note without text was taken",
        );
    }
    let url = operation.url(&session.probe.base, client);
    let malformed = Request::new(operation.method.clone(), url).body("application/json", "{\"");
    if session.ask(operation, malformed).await?.succeeded() {
        session.found(
            &codes::MALFORMED_ACCEPTED,
            operation,
            "half a JSON object was taken",
        );
    }
    let unknown = post(session, note, operation, "filed-check-unknown", TEXT);
    let answer = session.ask(operation, unknown).await?;
    ids::judge(session, operation, &answer);
    let longest = session
        .document
        .as_ref()
        .and_then(|document| document.longest(operation, &note.text));
    let Some(longest) = longest else {
        session.skip("a note that is too long: the document names no maxLength");
        return Ok(());
    };
    let long = post(session, note, operation, client, &"x".repeat(longest + 1));
    if session.ask(operation, long).await?.succeeded() {
        let seen = format!("{} characters where {longest} are documented", longest + 1);
        session.found(&codes::NOTE_LIMIT, operation, seen);
    }
    Ok(())
}
