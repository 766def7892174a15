//! [`HostProvider`]: the core's provider whose functions are Python's.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use filed_core::pull::{
    Caller, ClientQuery, Content, Credential, FileQuery, Incoming, Listing, NewFile, NewNote, Note,
    OpenedFile, Outcome, Provider, ProviderError, PullClient, PullFile, async_trait,
};
use filed_core::runtime::Generation;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::call::{Opened, Reply, Source};
use super::incoming;
use super::plain;
use super::questions::{Event, Questions};

/// Asks Python.
pub struct HostProvider {
    pub questions: Arc<Questions>,
    pub generation: Arc<Generation>,
    /// Whether Python has a function for credentials of its own.
    pub authenticates: bool,
}

impl HostProvider {
    async fn ask<T: DeserializeOwned + Send + 'static>(
        &self,
        method: &'static str,
        arguments: Value,
    ) -> Outcome<T> {
        let reply = |sender| Reply::Value(Box::new(sender));
        self.questions
            .ask(method, arguments.to_string(), None, reply)
            .await
    }
}

#[async_trait]
impl Provider for HostProvider {
    async fn list_clients(
        &self,
        caller: &Caller,
        query: &ClientQuery,
    ) -> Outcome<Listing<PullClient>> {
        let arguments = json!({
            "caller": plain::caller(caller),
            "query": plain::client_query(query),
        });
        let listed: plain::Listed<PullClient> = self.ask("list_clients", arguments).await?;
        Ok(listed.into())
    }

    async fn list_files(
        &self,
        caller: &Caller,
        client_id: &str,
        query: &FileQuery,
    ) -> Outcome<Listing<PullFile>> {
        let arguments = json!({
            "caller": plain::caller(caller),
            "client_id": client_id,
            "query": plain::file_query(query),
        });
        let listed: plain::Listed<PullFile> = self.ask("list_files", arguments).await?;
        Ok(listed.into())
    }

    async fn open_file(&self, caller: &Caller, file_id: &str) -> Outcome<OpenedFile> {
        let arguments = json!({"caller": plain::caller(caller), "file_id": file_id}).to_string();
        let Opened {
            file,
            version,
            source,
        } = self
            .questions
            .ask("open_file", arguments, None, Reply::Opened)
            .await?;
        let content = match source {
            Source::Here(content) => content,
            Source::Path(path) => Content::File(open(path).await?),
        };
        Ok(OpenedFile {
            file,
            version,
            content,
        })
    }

    async fn add_note(&self, caller: &Caller, client_id: &str, note: NewNote) -> Outcome<Note> {
        let arguments = json!({
            "caller": plain::caller(caller),
            "client_id": client_id,
            "note": plain::new_note(&note),
        });
        self.ask("add_note", arguments).await
    }

    async fn receive_file(
        &self,
        caller: &Caller,
        client_id: &str,
        file: NewFile,
        content: &mut Incoming,
    ) -> Outcome<PullFile> {
        let arguments = json!({
            "caller": plain::caller(caller),
            "client_id": client_id,
            "file": plain::new_file(&file),
        });
        let (python, wishes) = incoming::pair(&self.generation);
        let reply = |sender| Reply::Value(Box::new(sender));
        let taken = self
            .questions
            .ask("receive_file", arguments.to_string(), Some(python), reply);
        tokio::pin!(taken);
        tokio::select! {
            taken = &mut taken => return taken,
            () = wishes.fulfil(content) => {}
        }
        // Python let go of the content: it has all it wants, and answers.
        taken.await
    }

    async fn authenticate(&self, credential: &Credential<'_>) -> Outcome<Option<Caller>> {
        let configured = credential.configured();
        if !self.authenticates {
            return Ok(configured);
        }
        let arguments = json!({"credential": plain::credential(credential, configured.as_ref())});
        let found: Option<plain::Named> = self.ask("authenticate", arguments).await?;
        found.map(plain::Named::caller).transpose()
    }
}

impl Drop for HostProvider {
    fn drop(&mut self) {
        self.questions.tell(Event::End);
    }
}

/// Opens a regular file where that may block.
async fn open(path: PathBuf) -> Outcome<File> {
    let opened = tokio::task::spawn_blocking(move || match std::fs::metadata(&path)?.is_file() {
        true => File::open(&path),
        false => Err(std::io::ErrorKind::InvalidInput.into()),
    });
    let opened = opened.await.map_err(|_| ProviderError::Failed)?;
    opened.map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => ProviderError::NotFound,
        _ => ProviderError::Failed,
    })
}
