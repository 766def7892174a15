//! `POST /api/v1/clients/{clientId}/notes`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::allowed::{Allowed, NotesWrite};
use super::answers;
use super::app::App;
use super::input::{Named, Said};
use super::once::{self, Begun};
use crate::pull::problem::{Code, Problem};
use crate::pull::types::MOST_NOTE;
use crate::pull::{NewNote, Note};

/// Puts a note on a client.
#[utoipa::path(
    post,
    path = "/api/v1/clients/{clientId}/notes",
    operation_id = "postNote",
    tag = "Notes",
    summary = "Post a note on a client",
    description = "Plain text or CommonMark, up to 10 000 characters. The platform sets id and time.",
    params(("clientId" = String, Path, description = "The client's id, from the list of clients", min_length = 1, max_length = 200, example = "client-12345"), ("Idempotency-Key" = Option<String>, Header, nullable = false, description = "The same request with the same key happens once: a repetition gets the first answer, with Idempotent-Replayed. Keys are kept for 24 hours", min_length = 1, max_length = 255, pattern = "^[!-~]+$", example = "5b1f0c9a-7e11-4c2b-9d3e-0193f7a25a0e")),
    request_body(content = NewNote, content_type = "application/json"),
    responses((status = 201, description = "The note as the platform keeps it", body = Note))
)]
pub async fn post(
    State(app): State<Arc<App>>,
    Allowed(caller, _): Allowed<NotesWrite>,
    Named(client_id): Named,
    headers: HeaderMap,
    Said(mut note): Said<NewNote>,
) -> Result<Response, Problem> {
    check(&note)?;
    let gist = answers::short_hash(&serde_json::to_vec(&note).unwrap_or_default());
    let place = format!("note\n{client_id}");
    let turn = match once::begin(&app, &headers, &caller.id, place, gist).await? {
        Some(Begun::Before(answer)) => {
            let note = serde_json::from_str::<Note>(&answer);
            let note = note.map_err(|_| Problem::new(Code::Internal))?;
            return answers::json(StatusCode::CREATED, &note).map(once::replayed);
        }
        Some(Begun::Now(turn)) => Some(turn),
        None => None,
    };
    note.idempotency_key = once::key(&headers)?;
    let work_app = app.clone();
    let work = async move {
        let add = work_app.provider.add_note(&caller, &client_id, note);
        let note = work_app.ask(Code::ClientNotFound, add).await?;
        if let Some(turn) = turn {
            turn.done(serde_json::to_string(&note).unwrap_or_default())
                .await?;
        }
        Ok(note)
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
