//! What crosses to Python and back as JSON, with Python's names.

use filed_core::pull::{
    Caller, ClientQuery, Credential, FileQuery, Listing, NewFile, NewNote, Outcome, Page,
    ProviderError, Scope,
};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A list from Python: everything, or a page.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Listed<T> {
    All(Vec<T>),
    Page {
        items: Vec<T>,
        next: Option<String>,
        total: Option<u64>,
    },
}

impl<T> From<Listed<T>> for Listing<T> {
    fn from(listed: Listed<T>) -> Self {
        match listed {
            Listed::All(items) => Self::All(items),
            Listed::Page { items, next, total } => Self::Page(Page { items, next, total }),
        }
    }
}

/// A caller from Python.
#[derive(Deserialize)]
pub struct Named {
    id: String,
    scopes: Vec<String>,
}

impl Named {
    pub fn caller(self) -> Outcome<Caller> {
        let scopes = self.scopes.iter().map(|scope| scope.parse::<Scope>());
        Ok(Caller {
            id: self.id,
            scopes: scopes
                .collect::<Result<_, _>>()
                .map_err(|_| ProviderError::Failed)?,
        })
    }
}

pub fn caller(caller: &Caller) -> Value {
    let scopes: Vec<_> = caller.scopes.iter().map(|scope| scope.as_str()).collect();
    json!({"id": caller.id, "scopes": scopes})
}

pub fn credential(shown: &Credential<'_>, configured: Option<&Caller>) -> Value {
    let client = shown.oauth_client();
    json!({
        "api_key": shown.api_key().map(ExposeSecret::expose_secret),
        "client_id": client.map(|(id, _)| id),
        "client_secret": client.map(|(_, secret)| secret.expose_secret()),
        "configured": configured.map(caller),
    })
}

pub fn client_query(query: &ClientQuery) -> Value {
    json!({
        "limit": query.limit,
        "cursor": query.cursor,
        "offset": query.offset,
        "sort": snake(&query.sort),
        "modified_since": query.modified_since.map(|time| time.as_microsecond()),
        "type": query.kind,
        "id": query.id,
    })
}

pub fn file_query(query: &FileQuery) -> Value {
    json!({
        "limit": query.limit,
        "cursor": query.cursor,
        "offset": query.offset,
        "sort": snake(&query.sort),
        "modified_since": query.modified_since.map(|time| time.as_microsecond()),
        "mime_type": query.mime_type,
        "extension": query.extension,
    })
}

pub fn new_note(note: &NewNote) -> Value {
    json!({
        "text": note.text,
        "format": note.format,
        "category": note.category,
        "author": note.author,
        "idempotency_key": note.idempotency_key,
    })
}

pub fn new_file(file: &NewFile) -> Value {
    json!({
        "name": file.name,
        "mime_type": file.mime_type,
        "size": file.size,
        "description": file.description,
        "metadata": file.metadata,
        "idempotency_key": file.idempotency_key,
    })
}

/// `lastModified` as `last_modified`: an order's word in Python.
fn snake(order: &impl Serialize) -> String {
    let word = serde_json::to_value(order).unwrap_or_default();
    let mut snake = String::new();
    for letter in word.as_str().unwrap_or("id").chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
