//! The host's table as the core's provider.

use std::ffi::c_char;
use std::sync::Arc;

use filed_core::Result as CoreResult;
use filed_core::pull::{
    Caller, ClientQuery, Credential, FileQuery, Incoming, Listing, NewFile, NewNote, Note,
    OpenedFile, Outcome, Provider, ProviderError, PullClient, PullFile, async_trait,
};

use super::call::filed_pull_call;
use super::credential::{filed_pull_caller, filed_pull_credential};
use super::lists::{filed_pull_client_list, filed_pull_file_list};
use super::notes::{self, filed_pull_kept_note};
use super::opened::filed_pull_opened;
use super::provider::Table;
use super::query;
use super::receiving::{self, filed_pull_incoming, filed_pull_kept_file};
use super::threads::Threads;
use crate::text::Text;

/// The host's functions, and the threads they run on.
pub(super) struct Host {
    table: Arc<Table>,
    threads: Arc<Threads>,
}

impl Host {
    pub fn new(table: Table) -> CoreResult<Self> {
        Ok(Self {
            table: Arc::new(table),
            threads: Arc::new(Threads::new()?),
        })
    }

    /// Runs `work` with the table on a thread that may block. What it borrows lives there.
    async fn on_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Table) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        let table = self.table.clone();
        self.threads.run(move || work(&table)).await
    }
}

/// Calls a function of the table with the request it answers, for its number.
fn ask<F: Copy>(
    mut call: filed_pull_call,
    function: Option<F>,
    with: impl FnOnce(F, *mut filed_pull_call) -> i32,
) -> Outcome<()> {
    let function = function.ok_or(ProviderError::Failed)?;
    let number = with(function, &mut call);
    call.outcome(number)
}

fn pointer(text: &Text) -> *const c_char {
    text.as_ptr()
}

#[async_trait]
impl Provider for Host {
    async fn list_clients(
        &self,
        caller: &Caller,
        query: &ClientQuery,
    ) -> Outcome<Listing<PullClient>> {
        let (caller, query) = (caller.clone(), query.clone());
        self.on_thread(move |table| {
            let mut clients = filed_pull_client_list::new();
            ask(
                filed_pull_call::new(&caller),
                table.list_clients,
                |function, call| {
                    query::with_clients(&query, |query| {
                        // SAFETY: the host's contract; everything outlives the call.
                        unsafe { function(table.user, call, query, &mut clients) }
                    })
                },
            )?;
            Ok(clients.finish())
        })
        .await
    }

    async fn list_files(
        &self,
        caller: &Caller,
        client_id: &str,
        query: &FileQuery,
    ) -> Outcome<Listing<PullFile>> {
        let (caller, query) = (caller.clone(), query.clone());
        let client_id = Text::from(client_id);
        self.on_thread(move |table| {
            let mut files = filed_pull_file_list::new();
            ask(
                filed_pull_call::new(&caller),
                table.list_files,
                |function, call| {
                    query::with_files(&query, |query| {
                        let client_id = pointer(&client_id);
                        // SAFETY: the host's contract; everything outlives the call.
                        unsafe { function(table.user, call, client_id, query, &mut files) }
                    })
                },
            )?;
            Ok(files.finish())
        })
        .await
    }

    async fn open_file(&self, caller: &Caller, file_id: &str) -> Outcome<OpenedFile> {
        let caller = caller.clone();
        let file_id = Text::from(file_id);
        let mut opened = filed_pull_opened::new(self.table.clone(), self.threads.clone());
        self.on_thread(move |table| {
            ask(
                filed_pull_call::new(&caller),
                table.open_file,
                |function, call| {
                    // SAFETY: the host's contract; everything outlives the call.
                    unsafe { function(table.user, call, pointer(&file_id), &mut opened) }
                },
            )?;
            opened.finish().ok_or(ProviderError::Failed)
        })
        .await
    }

    async fn add_note(&self, caller: &Caller, client_id: &str, note: NewNote) -> Outcome<Note> {
        let (caller, client_id) = (caller.clone(), client_id.to_owned());
        self.on_thread(move |table| {
            let mut kept = filed_pull_kept_note::new();
            let id = Text::from(client_id.as_str());
            ask(
                filed_pull_call::new(&caller),
                table.add_note,
                |function, call| {
                    notes::with_note(&note, |note| {
                        // SAFETY: the host's contract; everything outlives the call.
                        unsafe { function(table.user, call, pointer(&id), note, &mut kept) }
                    })
                },
            )?;
            kept.finish(client_id, note).ok_or(ProviderError::Failed)
        })
        .await
    }

    async fn receive_file(
        &self,
        caller: &Caller,
        client_id: &str,
        file: NewFile,
        content: &mut Incoming,
    ) -> Outcome<PullFile> {
        let (caller, client_id) = (caller.clone(), Text::from(client_id));
        let (mut incoming, asked) = filed_pull_incoming::new();
        let receive = self.on_thread(move |table| {
            let mut kept = filed_pull_kept_file::new();
            ask(
                filed_pull_call::new(&caller),
                table.receive_file,
                |function, call| {
                    receiving::with_file(&file, |file| {
                        let (id, content) = (pointer(&client_id), &raw mut incoming);
                        // SAFETY: the host's contract; everything outlives the call.
                        unsafe { function(table.user, call, id, file, content, &mut kept) }
                    })
                },
            )?;
            kept.finish().ok_or(ProviderError::Failed)
        });
        // The content ends for the host when this future does.
        let (kept, ()) = tokio::join!(receive, receiving::serve(content, asked));
        kept
    }

    async fn authenticate(&self, credential: &Credential<'_>) -> Outcome<Option<Caller>> {
        if self.table.authenticate.is_none() {
            return Ok(credential.configured());
        }
        let credential = filed_pull_credential::from(credential);
        self.on_thread(move |table| {
            let mut caller = filed_pull_caller::new();
            ask(
                filed_pull_call::anonymous(),
                table.authenticate,
                |function, call| {
                    // SAFETY: the host's contract; everything outlives the call.
                    unsafe { function(table.user, call, &credential, &mut caller) }
                },
            )?;
            Ok(caller.finish())
        })
        .await
    }
}
