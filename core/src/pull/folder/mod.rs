//! [`FolderProvider`]: a folder of clients as a ready platform. Every sub-folder is a client, every
//! file in it, at any depth, one of the client's files.
//!
//! What the provider itself writes is in `.filed` folders, which are no clients and hold no files
//! of theirs, except received files: these are in the client's folder `From Filed`. Hidden entries
//! and symbolic links are left out everywhere. `scan` looks through the folders, `ids` names what
//! is in them, `keep` writes.

mod ids;
mod keep;
mod scan;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;

use super::provider::{Listing, OpenedFile, Outcome, Provider, ProviderError};
use super::types::{ClientQuery, FileQuery, NewFile, NewNote, Note, PullClient, PullFile};
use super::{Caller, Content, Incoming};
use crate::{Error, ErrorCode, Result};
use ids::Ids;

/// Where the provider keeps what is its own.
const OWN: &str = ".filed";

/// A folder of clients.
///
/// A client is named by its folder; `.filed/client.json` inside it may say more: `name`, `email`,
/// `phone`, `type`. Ids are made of the path within the folder and a secret of the folder's own,
/// so that they tell nothing and stay the same as long as nothing is renamed. Hidden entries and
/// symbolic links are left out; in names that are no text or hold control characters, these are
/// replaced by U+FFFD.
#[derive(Clone)]
pub struct FolderProvider {
    folder: Arc<Folder>,
}

pub(super) struct Folder {
    root: PathBuf,
    ids: Ids,
}

impl FolderProvider {
    /// Opens a folder. It must be writable, since notes and received files are kept in it.
    ///
    /// # Errors
    /// `FILE_NOT_FOUND` or `FILE_UNREADABLE`, with the path in its field.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self> {
        let given = root.into();
        let open = || -> std::io::Result<Folder> {
            let root = given.canonicalize()?;
            let own = root.join(OWN);
            keep::private_folder(&own)?;
            let ids = Ids::open(&own)?;
            scan::clients(&root)?;
            Ok(Folder { root, ids })
        };
        let folder = open().map_err(|e| unusable(&e, &given))?;
        Ok(Self {
            folder: Arc::new(folder),
        })
    }

    async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Folder) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        let folder = self.folder.clone();
        tokio::task::spawn_blocking(move || work(&folder))
            .await
            .unwrap_or(Err(ProviderError::Failed))
    }
}

fn unusable(error: &std::io::Error, path: &Path) -> Error {
    let code = match error.kind() {
        std::io::ErrorKind::NotFound => ErrorCode::FileNotFound,
        _ => ErrorCode::FileUnreadable,
    };
    let text = format!("the folder cannot be served: {}", error.kind());
    Error::new(code, text).with_path(path)
}

#[async_trait]
impl Provider for FolderProvider {
    async fn list_clients(&self, _: &Caller, _: &ClientQuery) -> Outcome<Listing<PullClient>> {
        let clients = self.on_disk(Folder::clients).await?;
        Ok(Listing::All(clients))
    }

    async fn list_files(
        &self,
        _: &Caller,
        client_id: &str,
        _: &FileQuery,
    ) -> Outcome<Listing<PullFile>> {
        let client_id = client_id.to_owned();
        let files = self.on_disk(move |folder| {
            let client = folder.client(&client_id)?;
            Ok(folder
                .files(&client)?
                .into_iter()
                .map(|(_, file)| file)
                .collect())
        });
        Ok(Listing::All(files.await?))
    }

    async fn open_file(&self, _: &Caller, file_id: &str) -> Outcome<OpenedFile> {
        let file_id = file_id.to_owned();
        self.on_disk(move |folder| {
            let (path, file) = folder.file(&file_id)?;
            Ok(OpenedFile {
                file,
                version: None,
                content: Content::File(scan::open(&path)?),
            })
        })
        .await
    }

    async fn add_note(&self, _: &Caller, client_id: &str, note: NewNote) -> Outcome<Note> {
        let client_id = client_id.to_owned();
        self.on_disk(move |folder| {
            let client = folder.client(&client_id)?;
            keep::note(folder, &client, client_id, note)
        })
        .await
    }

    async fn receive_file(
        &self,
        _: &Caller,
        client_id: &str,
        file: NewFile,
        content: &mut Incoming,
    ) -> Outcome<PullFile> {
        let id = client_id.to_owned();
        let client = self.on_disk(move |folder| folder.client(&id)).await?;
        let mut part = self.on_disk(keep::Part::create).await?;
        while let Some(chunk) = content.next().await? {
            part = self.on_disk(move |_| part.write(&chunk)).await?;
        }
        let client_id = client_id.to_owned();
        self.on_disk(move |folder| part.keep(folder, &client, &client_id, &file))
            .await
    }
}

#[cfg(test)]
mod tests;
