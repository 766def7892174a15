//! The host's functions as the core's provider: each call is a question to the event loop, and
//! costs it no more than the function itself.

use std::sync::Arc;
use std::time::Duration;

use filed_core::pull::{
    Caller, ClientQuery, Credential, FileQuery, Incoming, Listing, NewFile, NewNote, Note,
    NoteFormat, OpenedFile, Outcome, Page, Provider, ProviderError, PullClient, PullFile, Scope,
    async_trait,
};
use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::content::Opened;
use super::incoming::{self, Files};
use crate::bridge::{Reply, Shared};

/// A provider of JavaScript's, by its number.
pub struct Host {
    /// The way to the functions.
    pub shared: Arc<Shared>,
    provider: i64,
    authenticates: bool,
}

/// What a function answers.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Answer<T> {
    Ok(T),
    Error(Refusal),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refusal {
    code: String,
    message: Option<String>,
    retry_after_ms: Option<f64>,
}

impl From<Refusal> for ProviderError {
    fn from(refusal: Refusal) -> Self {
        match refusal.code.as_str() {
            "NOT_FOUND" => Self::NotFound,
            "INVALID" => Self::Invalid(refusal.message.unwrap_or_default()),
            "FORBIDDEN" => Self::Forbidden,
            "UNAVAILABLE" => Self::Unavailable(
                refusal
                    .retry_after_ms
                    .and_then(|ms| Duration::try_from_secs_f64(ms / 1000.0).ok()),
            ),
            _ => Self::Failed,
        }
    }
}

/// What the text of a reply says.
pub fn answered<T: DeserializeOwned>(reply: Reply) -> Outcome<T> {
    let Reply::Text(text) = reply else {
        return Err(ProviderError::Failed);
    };
    match serde_json::from_str(&text) {
        Ok(Answer::Ok(value)) => Ok(value),
        Ok(Answer::Error(refusal)) => Err(refusal.into()),
        // JavaScript has checked it: text that is no Unicode, or nested too deeply.
        Err(_) => Err(ProviderError::Failed),
    }
}

impl Host {
    /// The provider that JavaScript knows as `provider`.
    pub fn new(shared: Arc<Shared>, provider: i64, authenticates: bool) -> Self {
        Self {
            shared,
            provider,
            authenticates,
        }
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: &str,
        caller: Option<&Caller>,
        given: Value,
    ) -> Outcome<T> {
        let question = json!({
            "provider": self.provider,
            "method": method,
            "caller": caller.map(|caller| &caller.id),
            "given": given,
        });
        let reply = self.shared.ask("pull", &question.to_string()).await;
        answered(reply.ok_or(ProviderError::Failed)?)
    }
}

/// A list as JavaScript gives it.
#[derive(Deserialize)]
struct List<T> {
    items: Vec<T>,
    page: Option<Next>,
}

#[derive(Deserialize)]
struct Next {
    next: Option<String>,
    total: Option<u64>,
}

impl<T> From<List<T>> for Listing<T> {
    fn from(list: List<T>) -> Self {
        let items = list.items;
        match list.page {
            None => Self::All(items),
            Some(Next { next, total }) => Self::Page(Page { items, next, total }),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeptNote {
    id: String,
    date_created: Option<String>,
}

#[derive(Deserialize)]
struct Known {
    id: String,
    scopes: Option<Vec<String>>,
}

#[async_trait]
impl Provider for Host {
    async fn list_clients(
        &self,
        caller: &Caller,
        query: &ClientQuery,
    ) -> Outcome<Listing<PullClient>> {
        let given = json!({
            "limit": query.limit,
            "offset": query.offset.unwrap_or(0),
            "cursor": query.cursor,
            "sort": query.sort,
            "modifiedSince": query.modified_since.map(|time| time.to_string()),
            "type": query.kind,
            "id": query.id,
        });
        let clients: List<_> = self.ask("listClients", Some(caller), given).await?;
        Ok(clients.into())
    }

    async fn list_files(
        &self,
        caller: &Caller,
        client_id: &str,
        query: &FileQuery,
    ) -> Outcome<Listing<PullFile>> {
        let query = json!({
            "limit": query.limit,
            "offset": query.offset.unwrap_or(0),
            "cursor": query.cursor,
            "sort": query.sort,
            "modifiedSince": query.modified_since.map(|time| time.to_string()),
            "mimeType": query.mime_type,
            "extension": query.extension,
        });
        let given = json!({ "clientId": client_id, "query": query });
        let files: List<_> = self.ask("listFiles", Some(caller), given).await?;
        Ok(files.into())
    }

    async fn open_file(&self, caller: &Caller, file_id: &str) -> Outcome<OpenedFile> {
        let given = json!({ "fileId": file_id });
        let opened: Opened = self.ask("openFile", Some(caller), given).await?;
        opened.open(self).await
    }

    async fn add_note(&self, caller: &Caller, client_id: &str, note: NewNote) -> Outcome<Note> {
        let given = json!({
            "clientId": client_id,
            "note": {
                "text": note.text,
                "format": match note.format {
                    NoteFormat::Plain => "plain",
                    NoteFormat::Markdown => "markdown",
                },
                "category": note.category,
                "author": note.author,
                "idempotencyKey": note.idempotency_key,
            },
        });
        let kept: KeptNote = self.ask("addNote", Some(caller), given).await?;
        let date_created = match kept.date_created {
            Some(text) => text.parse().map_err(|_| ProviderError::Failed)?,
            None => Timestamp::now(),
        };
        Ok(Note {
            id: kept.id,
            client_id: client_id.to_owned(),
            text: note.text,
            format: note.format,
            category: note.category,
            author: note.author,
            date_created,
        })
    }

    async fn receive_file(
        &self,
        caller: &Caller,
        client_id: &str,
        file: NewFile,
        content: &mut Incoming,
    ) -> Outcome<PullFile> {
        let (open, asked) = Files::open(&self.shared);
        let given = json!({
            "clientId": client_id,
            "file": {
                "name": file.name,
                "mimeType": file.mime_type,
                "size": file.size,
                "description": file.description,
                "metadata": file.metadata,
                "idempotencyKey": file.idempotency_key,
            },
            "content": open.number,
        });
        let kept = self.ask("receiveFile", Some(caller), given);
        incoming::serve(content, asked, kept).await
    }

    async fn authenticate(&self, credential: &Credential<'_>) -> Outcome<Option<Caller>> {
        let configured = credential.configured();
        if !self.authenticates || configured.is_some() {
            return Ok(configured);
        }
        let client = credential.oauth_client();
        let given = json!({
            "apiKey": credential.api_key().map(ExposeSecret::expose_secret),
            "clientId": client.map(|(id, _)| id),
            "clientSecret": client.map(|(_, secret)| secret.expose_secret()),
        });
        let known: Option<Known> = self.ask("authenticate", None, given).await?;
        let Some(known) = known else {
            return Ok(None);
        };
        let scopes = match known.scopes {
            None => Scope::ALL.to_vec(),
            Some(words) => {
                let scopes: filed_core::Result<_> = words.iter().map(|word| word.parse()).collect();
                scopes.map_err(|_| ProviderError::Failed)?
            }
        };
        let id = known.id;
        Ok(Some(Caller { id, scopes }))
    }
}
