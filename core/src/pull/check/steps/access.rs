//! Without credentials and with wrong ones, nothing opens, and the refusal tells nothing.

use std::sync::Arc;

use crate::pull::check::caller::Caller;
use crate::pull::check::codes;
use crate::pull::check::mapping::UploadMethod;
use crate::pull::check::operation::Operation;
use crate::pull::check::probe::Step;
use crate::pull::check::request::{Answer, Request};
use crate::pull::check::session::Session;
use crate::pull::check::text::word;

pub(super) async fn run(session: &mut Session) -> Step {
    for (operation, request) in requests(session) {
        for caller in [Caller::Nobody, Caller::Stranger] {
            let answer = session.ask(&operation, request.clone().by(caller)).await?;
            judge(session, &operation, &answer, caller);
        }
        // A success in between, so that nobody is locked out for guessing.
        let url = session.operations.clients.url(&session.probe.base, "");
        session.probe.send(Request::get(url)).await?;
    }
    query(session).await
}

/// A request to every endpoint that would succeed with credentials.
fn requests(session: &Session) -> Vec<(Operation, Request)> {
    let operations = Arc::clone(&session.operations);
    let base = &session.probe.base;
    let client = session.target.clone().unwrap_or_else(|| "1".into());
    let file = session.files.first().map_or("1", |file| file.id.as_str());
    let get = |operation: &Operation, id: &str| {
        (operation.clone(), Request::get(operation.url(base, id)))
    };
    let mut all = vec![
        get(&operations.clients, ""),
        get(&operations.files, &client),
        get(&operations.download, file),
    ];
    let post = |operation: &Operation| {
        Request::new(operation.method.clone(), operation.url(base, &client))
    };
    if let (Some(operation), Some(note)) = (&operations.note, &session.mapping.note) {
        let body = serde_json::json!({ (note.text.as_str()): "Filed check" }).to_string();
        all.push((
            operation.clone(),
            post(operation).body("application/json", body),
        ));
    }
    for (upload, operation) in &operations.uploads {
        let request = match upload.method {
            UploadMethod::Tus => post(operation)
                .with("tus-resumable", "1.0.0")
                .with("upload-length", "10"),
            _ => post(operation).body("application/pdf", "%PDF-1.4\n"),
        };
        all.push((operation.clone(), request));
    }
    all
}

fn judge(session: &mut Session, operation: &Operation, answer: &Answer, caller: Caller) {
    let status = answer.status.as_u16();
    let (accepted, whose) = match caller {
        Caller::Nobody => (&codes::AUTH_NONE_ACCEPTED, "no credentials"),
        _ => (&codes::AUTH_WRONG_ACCEPTED, "wrong credentials"),
    };
    if answer.succeeded() {
        session.found(accepted, operation, format!("status {status} to {whose}"));
        return;
    }
    if status != 401 {
        session.found(
            &codes::AUTH_WRONG_STATUS,
            operation,
            format!("status {status} to {whose}"),
        );
    } else if !answer.headers.contains_key("www-authenticate") {
        session.found(
            &codes::AUTH_NO_CHALLENGE,
            operation,
            "401 without WWW-Authenticate",
        );
    }
    if tells(session, answer) {
        session.found(
            &codes::AUTH_LEAKS,
            operation,
            format!("a client's name in the answer to {whose}"),
        );
    }
}

/// Whether an answer holds the name of a client that was listed before.
fn tells(session: &Session, answer: &Answer) -> bool {
    let text = String::from_utf8_lossy(&answer.body);
    let name = session.mapping.clients.field("name");
    let mut names = session
        .clients
        .iter()
        .filter_map(|client| word(&client.value, name));
    names.any(|name| name.chars().count() > 3 && text.contains(&name))
}

/// The key in the query, where nobody documented it.
async fn query(session: &mut Session) -> Step {
    let operation = session.operations.clients.clone();
    let mut request = Request::get(operation.url(&session.probe.base, "")).by(Caller::Nobody);
    // What answers to nobody at all says nothing about the query.
    if session.probe.send(request.clone()).await?.succeeded() {
        return Ok(());
    }
    let document = session.document.clone();
    if let Some(pass) = &session.probe.pass {
        pass.put_into_query(&mut request, document.as_deref());
    }
    let answer = session.ask(&operation, request).await?;
    if answer.succeeded() {
        session.found(
            &codes::AUTH_QUERY_UNDOCUMENTED,
            &operation,
            "200 to the key in the query",
        );
    }
    Ok(())
}
