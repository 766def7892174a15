//! What the micro-benchmarks of pushes drive: a journal with a firm in it.

use std::path::Path;

use super::engine::schedule_step;
use super::entry::{NewClient, PushOptions};
use super::journal::files::FileEntry;
use super::journal::{Db, Expect, Journal, clients, files, head, uploads};
use crate::Result;
use crate::upload::UploadedFile;

/// A journal with so many clients, and files of theirs.
pub struct Firm {
    journal: Journal,
    clients: usize,
    files: usize,
}

impl Firm {
    /// Makes the journal, at `path` or a temporary one, and adds everybody.
    ///
    /// # Errors
    /// `JOURNAL_IO`.
    pub async fn add(path: Option<&Path>, clients: usize, files: usize) -> Result<Self> {
        let journal = Journal::open(path.map(Path::to_owned), Expect::Any).await?;
        let options = PushOptions {
            connection_id: "connection_1".into(),
            workspace_id: "workspace_1".into(),
            job_name: "Season".into(),
            ..PushOptions::default()
        };
        journal.run(move |db| head::identify(db, &options)).await?;
        let firm = Self {
            journal,
            clients,
            files,
        };
        for client in 0..clients {
            firm.add_client(client).await?;
        }
        Ok(firm)
    }

    /// Adds one more client with its files, in one transaction that is on disk when this returns.
    ///
    /// # Errors
    /// `JOURNAL_IO`.
    pub async fn add_client(&self, number: usize) -> Result<()> {
        let entries: Vec<_> = (0..self.files).map(|file| entry(number, file)).collect();
        let client = NewClient {
            name: format!("Client {number} - 2024"),
            external_id: format!("c-{number}"),
        };
        self.journal
            .run(move |db| {
                let key = clients::add(db, &client)?;
                files::add_all(db, key, &entries, 0).map(drop)
            })
            .await
    }

    /// Claims up to `room` files to upload and notes them as uploaded, in one command: as the
    /// scheduler does each time something ended, for what arrived and what comes next. How many
    /// there were.
    ///
    /// # Errors
    /// `JOURNAL_IO`.
    pub async fn step(&self, room: usize) -> Result<usize> {
        let step = move |db: &Db| {
            let keys = schedule_step(db, room)?;
            let arrived = sent();
            for key in &keys {
                uploads::uploaded(db, *key, &arrived, 0)?;
            }
            Ok(keys.len())
        };
        self.journal.run(step).await
    }

    /// Files that were added.
    pub fn files(&self) -> usize {
        self.clients * self.files
    }
}

fn entry(client: usize, file: usize) -> FileEntry {
    FileEntry {
        external_id: format!("f-{client}-{file}"),
        kind: "path",
        path: Some(format!("/documents/{client}/{file}.pdf").into_bytes()),
        url: None,
        file_name: None,
        mime_type: None,
        category: None,
        metadata: None,
        fingerprint: Some("204800 1700000000".into()),
        size: Some(204_800),
    }
}

fn sent() -> UploadedFile {
    UploadedFile {
        file_url: "https://files.example/8d0f4f0c-6a3c-4f7e-9d57-2b9a3d1c0e42".into(),
        file_name: "document.pdf".into(),
        mime_type: "application/pdf".into(),
        size: Some(204_800),
        blake3: Some("0".repeat(64)),
    }
}
