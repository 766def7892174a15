//! `POST /api/v1/clients/{clientId}/notes`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::allowed::{Allowed, NotesWrite};
use super::answers;
use super::app::App;
use super::input::{Named, Said};
use super::once;
use crate::pull::NewNote;
use crate::pull::problem::{Code, Problem};
use crate::pull::types::MOST_NOTE;

/// Puts a note on a client.
pub async fn post(
    State(app): State<Arc<App>>,
    Allowed(caller, _): Allowed<NotesWrite>,
    Named(client_id): Named,
    headers: HeaderMap,
    Said(mut note): Said<NewNote>,
) -> Result<Response, Problem> {
    check(&note)?;
    note.idempotency_key = once::key(&headers)?;
    let work_app = app.clone();
    let work = async move {
        let add = work_app.provider.add_note(&caller, &client_id, note);
        work_app.ask(Code::ClientNotFound, add).await
    };
    let note = app.see_through(work).await?;
    answers::json(StatusCode::CREATED, &note)
}

fn check(note: &NewNote) -> Result<(), Problem> {
    let longer = |text: &Option<String>, most| {
        text.as_ref()
            .is_some_and(|text| text.chars().count() > most)
    };
    let wrong = |field, message| Err(Problem::field(Code::InvalidBody, field, message));
    match note.text.chars().count() {
        0 => wrong("text", "must not be empty"),
        count if count > MOST_NOTE => wrong("text", "must have at most 10000 characters"),
        _ if longer(&note.category, 100) => wrong("category", "must have at most 100 characters"),
        _ if longer(&note.author, 200) => wrong("author", "must have at most 200 characters"),
        _ => Ok(()),
    }
}
