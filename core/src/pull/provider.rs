//! [`Provider`]: the six functions a platform implements, and how they fail.

use std::time::Duration;

use async_trait::async_trait;

use super::auth::{Caller, Credential};
use super::content::{Content, Incoming};
use super::types::{ClientQuery, FileQuery, NewFile, NewNote, Note, PullClient, PullFile};

/// The result of a provider's function.
pub type Outcome<T> = Result<T, ProviderError>;

/// Why a provider's function did not do what it was asked to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// There is no such client or file, or this caller may not know of it.
    #[error("not found")]
    NotFound,
    /// The input cannot be used. The text is shown to the caller: say what to correct, and name
    /// no client.
    #[error("{0}")]
    Invalid(String),
    /// The caller may not do this.
    #[error("forbidden")]
    Forbidden,
    /// It may work later, after this time when it is known.
    #[error("unavailable")]
    Unavailable(Option<Duration>),
    /// Anything else. Nothing of it is shown to the caller.
    #[error("failed")]
    Failed,
}

/// What a list function gives.
pub enum Listing<T> {
    /// Everything the caller may see: the server filters, sorts and cuts pages. Good for some ten
    /// thousand.
    All(Vec<T>),
    /// The page that was asked for, filtered and in order.
    Page(Page<T>),
}

/// One page of a list.
pub struct Page<T> {
    /// Up to as many as were asked for.
    pub items: Vec<T>,
    /// What the next page's `cursor` is to be; `None` after the last page. Callers see it sealed.
    pub next: Option<String>,
    /// How many there are on all pages together, when that is known.
    pub total: Option<u64>,
}

/// A file that was opened for a download.
pub struct OpenedFile {
    /// What the list says of it.
    pub file: PullFile,
    /// Changes whenever the content does: a hash, a revision. Without it the server takes size and
    /// time of [`Content::File`], or else `file.date_modified`; without any of them a download
    /// that broke starts again from the beginning.
    pub version: Option<String>,
    /// The bytes, exactly `file.size` of them.
    pub content: Content,
}

/// A platform's clients and files, as Filed may see them.
///
/// Every function gets the [`Caller`], so that a platform with many firms shows each its own.
/// Functions run side by side; a slow one slows, and a failing one fails, only its own request.
/// One that takes longer than [`Limits::provider`](super::Limits::provider) is given up.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// The clients that match, all or a page.
    async fn list_clients(
        &self,
        caller: &Caller,
        query: &ClientQuery,
    ) -> Outcome<Listing<PullClient>>;

    /// The files of a client that match, all or a page. [`ProviderError::NotFound`] when there is
    /// no such client.
    async fn list_files(
        &self,
        caller: &Caller,
        client_id: &str,
        query: &FileQuery,
    ) -> Outcome<Listing<PullFile>>;

    /// A file with its content from the start. Which part is sent follows from what is known of
    /// the file: the server moves there itself ([`Content`]).
    async fn open_file(&self, caller: &Caller, file_id: &str) -> Outcome<OpenedFile>;

    /// Puts a note on a client. Runs to its end even when the caller has hung up.
    async fn add_note(&self, caller: &Caller, client_id: &str, note: NewNote) -> Outcome<Note>;

    /// Takes a file for a client: reads `content` to its end and only then keeps it. When
    /// [`Incoming::next`] fails, the transfer broke and nothing may be kept. Runs to its end even
    /// when the caller has hung up.
    async fn receive_file(
        &self,
        caller: &Caller,
        client_id: &str,
        file: NewFile,
        content: &mut Incoming,
    ) -> Outcome<PullFile>;

    /// Who calls, or `None` for credentials that are wrong. As it stands it knows the keys and
    /// clients of [`PullConfig`](super::PullConfig); a platform with an own store of credentials
    /// looks there, and compares in constant time.
    async fn authenticate(&self, credential: &Credential<'_>) -> Outcome<Option<Caller>> {
        Ok(credential.configured())
    }
}
