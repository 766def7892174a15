//! File uploads: sources, the multipart body, MIME detection. Attaching an uploaded file to a work
//! is [`crate::gateway::Works::add_artifacts`]; a push does both.

mod answer;
#[cfg(feature = "bench")]
pub(crate) mod bench;
mod body;
pub(crate) mod by_url;
pub(crate) mod cached;
pub(crate) mod file;
#[cfg(any(test, feature = "fuzz"))]
pub(crate) mod fuzz;
mod hosts;
pub(crate) mod mime;
pub(crate) mod name;
pub(crate) mod platform;
mod pool;
mod source;
mod stream;
mod uploader;

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;

pub(crate) use uploader::Uploader;

use crate::client::Client;
use crate::{Error, Result};

/// Where the content of a file comes from.
pub enum Source {
    /// A regular file on disk; read while it is sent, sent again from the start on a retry.
    Path(PathBuf),
    /// Bytes in memory, shared and not copied.
    Bytes(Bytes),
    /// A blocking reader, read on a thread that may block. Read once: a transfer that breaks after
    /// more than the first 256 KiB was taken fails instead of being retried. It may wrap an
    /// [`Error`] of its own in an [`std::io::Error`]; the upload then fails with that. One that
    /// gives nothing for five times `timeout` fails the upload; its thread stays taken until it
    /// returns.
    Reader {
        /// The reader.
        reader: Box<dyn std::io::Read + Send>,
        /// Its size in bytes, when known: another size than this fails the upload.
        size: Option<u64>,
    },
    /// Chunks pushed by the host through a [`ChunkSender`]; otherwise like a reader.
    Chunks {
        /// The receiving end of [`chunks`].
        receiver: ChunkReceiver,
        /// The size in bytes, when known: another size than this fails the upload.
        size: Option<u64>,
    },
    /// A URL that Filed fetches itself: https, or http on loopback.
    Url(String),
}

/// A channel of a few chunks between a host that produces content and an upload.
pub fn chunks() -> (ChunkSender, ChunkReceiver) {
    let (sender, receiver) = tokio::sync::mpsc::channel(4);
    (ChunkSender(sender), ChunkReceiver(receiver))
}

/// The host's end of [`chunks`]. Dropping it ends the content.
#[derive(Clone)]
pub struct ChunkSender(tokio::sync::mpsc::Sender<Result<Bytes>>);

/// The upload's end of [`chunks`].
pub struct ChunkReceiver(pub(crate) tokio::sync::mpsc::Receiver<Result<Bytes>>);

impl ChunkSender {
    /// Hands over the next chunk, waiting while the upload is behind. `false` when the upload no
    /// longer wants any.
    pub async fn send(&self, chunk: Bytes) -> bool {
        self.0.send(Ok(chunk)).await.is_ok()
    }

    /// Fails the upload with the host's error.
    pub async fn fail(&self, error: Error) {
        // Nobody listens any more: the upload has ended already, with a cause of its own.
        let _ = self.0.send(Err(error)).await;
    }
}

/// Told the bytes handed to the network so far and, when known, the total. Rises within an attempt
/// and begins again with the next one. Called on a runtime thread: it must only note the numbers.
pub type ProgressFn = Arc<dyn Fn(u64, Option<u64>) + Send + Sync>;

/// How to upload a file.
#[derive(Clone, Default)]
pub struct UploadOptions {
    /// The name Filed is told; for a path its own file name is the default, otherwise required.
    pub file_name: Option<String>,
    /// The MIME type; otherwise decided by name, then by content.
    pub mime_type: Option<String>,
    /// Told about progress.
    pub progress: Option<ProgressFn>,
}

/// A file that Filed's upload host holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UploadedFile {
    /// What an artifact's `url` takes.
    pub file_url: String,
    /// The name as the upload host returned it.
    pub file_name: String,
    /// The MIME type as the upload host returned it.
    pub mime_type: String,
    /// Bytes sent; `None` for an upload by URL.
    pub size: Option<u64>,
    /// BLAKE3 of the bytes sent, lower-case hex; `None` for an upload by URL.
    pub blake3: Option<String>,
}

/// File uploads. Made by [`Client::uploads`].
#[derive(Debug, Clone)]
pub struct Uploads {
    client: Client,
}

impl Uploads {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Uploads a file from disk.
    ///
    /// # Errors
    /// `FILE_NOT_FOUND`, `FILE_EMPTY`, `FILE_NOT_REGULAR`, `FILE_UNREADABLE`, `FILE_CHANGED`, with
    /// the path in the error's own field; `ROLE_MISMATCH`; network and authentication errors.
    pub async fn file(
        &self,
        path: impl Into<PathBuf>,
        options: UploadOptions,
    ) -> Result<UploadedFile> {
        self.send("uploads.file", Source::Path(path.into()), options)
            .await
    }

    /// Uploads bytes; `options.file_name` is required.
    ///
    /// # Errors
    /// `FILE_EMPTY`, `FILE_NAME_INVALID`; network and authentication errors.
    pub async fn bytes(
        &self,
        data: impl Into<Bytes>,
        options: UploadOptions,
    ) -> Result<UploadedFile> {
        self.send("uploads.bytes", Source::Bytes(data.into()), options)
            .await
    }

    /// Uploads what a reader or a chunk channel gives; `options.file_name` is required.
    ///
    /// # Errors
    /// `SOURCE_FAILED`, `FILE_EMPTY`, `FILE_NAME_INVALID`; network and authentication errors.
    pub async fn stream(&self, source: Source, options: UploadOptions) -> Result<UploadedFile> {
        self.send("uploads.stream", source, options).await
    }

    /// Lets Filed fetch a file itself.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` when the URL is not https; `ROLE_MISMATCH` for partners, for whom uploads
    /// by URL are not documented; `REQUEST_REJECTED`; network and authentication errors.
    pub async fn url(
        &self,
        url: impl Into<String>,
        mime_type: Option<String>,
    ) -> Result<UploadedFile> {
        let options = UploadOptions {
            mime_type,
            ..UploadOptions::default()
        };
        self.send("uploads.url", Source::Url(url.into()), options)
            .await
    }

    async fn send(
        &self,
        operation: &'static str,
        source: Source,
        options: UploadOptions,
    ) -> Result<UploadedFile> {
        self.client
            .run(operation, |inner| async move {
                inner.uploader.upload(source, options).await
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    /// Futures are moved into tasks, and tasks are allocated: their size is paid for with each file.
    #[test]
    fn an_upload_under_way_is_small() {
        let client = Client::new(Config {
            api_key: Some("key".into()),
            source_platform: Some("tests".into()),
            gateway_url: Some("http://127.0.0.1:9/graphql".into()),
            upload_url: Some("http://127.0.0.1:9/upload".into()),
            ..Config::default()
        })
        .unwrap();
        let uploader = &client.inner().uploader;
        let upload = uploader.upload(Source::Path("scan.pdf".into()), UploadOptions::default());
        let size = size_of_val(&upload);
        assert!(size < 8 * 1024, "{size} bytes");
        let outer = size_of_val(&client.uploads().file("scan.pdf", UploadOptions::default()));
        assert!(outer < 2 * 1024, "{outer} bytes");
    }
}
