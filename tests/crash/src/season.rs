//! What is pushed: clients and files whose content follows from their ids, so that every process
//! makes the same again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use bytes::Bytes;
use filed_core::push::{FileContent, NewClient, NewFile};
use filed_sandbox::Control;
use serde::{Deserialize, Serialize};

/// Clients with their files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Season {
    /// In the order they are added.
    pub clients: Vec<Client>,
}

/// One client; its number makes its external id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// In the order they are added.
    pub files: Vec<Document>,
}

/// One file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Where its content comes from.
    pub source: Source,
    /// Lines of its content.
    pub lines: u16,
}

/// Where content comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// A file on disk.
    Path,
    /// Memory: a resumed push needs it added again.
    Bytes,
    /// An address that Filed fetches itself.
    Url,
}

impl Season {
    /// `clients` clients with `files` files each; with `mixed`, every third one from memory.
    #[must_use]
    pub fn scripted(clients: usize, files: usize, mixed: bool) -> Self {
        let document = |number: usize| Document {
            source: match mixed && number % 3 == 2 {
                true => Source::Bytes,
                false => Source::Path,
            },
            lines: 20,
        };
        let client = |c: usize| Client {
            files: (0..files).map(|f| document(c + f)).collect(),
        };
        Self {
            clients: (0..clients).map(client).collect(),
        }
    }

    /// External ids of the clients.
    pub fn client_ids(&self) -> impl Iterator<Item = String> {
        (0..self.clients.len()).map(client_id)
    }

    /// Every file as number of its client, number within it, document.
    pub fn files(&self) -> impl Iterator<Item = (usize, usize, Document)> {
        self.clients.iter().enumerate().flat_map(|(c, client)| {
            let numbered = client.files.iter().enumerate();
            numbered.map(move |(f, document)| (c, f, *document))
        })
    }

    /// BLAKE3 of each file by external id.
    #[must_use]
    pub fn hashes(&self) -> BTreeMap<String, String> {
        self.files()
            .map(|(c, f, document)| {
                let id = file_id(c, f);
                let hash = hash(&content(&id, document.lines));
                (id, hash)
            })
            .collect()
    }

    /// Writes the files that come from disk.
    pub fn write(&self, folder: &Path) -> anyhow::Result<()> {
        for (c, f, document) in self.files().filter(|(.., d)| d.source == Source::Path) {
            let id = file_id(c, f);
            std::fs::write(path(folder, &id), content(&id, document.lines))
                .context("a document cannot be written")?;
        }
        Ok(())
    }

    /// Puts up the files that Filed fetches.
    pub fn host(&self, control: &Control) {
        for (c, f, document) in self.files().filter(|(.., d)| d.source == Source::Url) {
            let id = file_id(c, f);
            let body = content(&id, document.lines).into();
            control.host_file(&format!("{id}.pdf"), Some("application/pdf"), body);
        }
    }
}

/// A client as the host adds it.
#[must_use]
pub fn new_client(c: usize) -> NewClient {
    NewClient {
        name: format!("Client Number {c}"),
        external_id: client_id(c),
    }
}

/// A file as the host adds it.
#[must_use]
pub fn new_file(c: usize, f: usize, document: Document, folder: &Path, hosted: &str) -> NewFile {
    let id = file_id(c, f);
    let body = || Bytes::from(content(&id, document.lines));
    let (content, file_name) = match document.source {
        Source::Path => (FileContent::Path(path(folder, &id)), None),
        Source::Bytes => (FileContent::Bytes(body()), Some(format!("{id}.pdf"))),
        Source::Url => (FileContent::Url(format!("{hosted}/{id}.pdf")), None),
    };
    NewFile {
        external_id: id,
        content,
        file_name,
        mime_type: None,
        category: None,
        metadata: None,
    }
}

/// External id of a client.
#[must_use]
pub fn client_id(c: usize) -> String {
    format!("client-{c}")
}

/// External id of a file.
#[must_use]
pub fn file_id(c: usize, f: usize) -> String {
    format!("file-{c}-{f}")
}

fn path(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.pdf"))
}

fn content(id: &str, lines: u16) -> Vec<u8> {
    let mut content = b"%PDF-1.7\n".to_vec();
    for line in 0..lines {
        content.extend_from_slice(format!("{id} line {line}\n").as_bytes());
    }
    content
}

fn hash(content: &[u8]) -> String {
    blake3::hash(content).to_hex().to_string()
}
