//! A file on its way out, as the host opened it.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use filed_core::pull::{
    Chunks, Content, OpenedFile, Outcome, ProviderError, PullFile, async_trait,
};
use serde::Deserialize;
use serde_json::json;

use super::host::{Host, answered};
use crate::bridge::{Reply, Shared};

/// What `openFile` gave: the file, and one of the contents.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Opened {
    file: PullFile,
    version: Option<String>,
    path: Option<PathBuf>,
    /// The number of a stream that JavaScript holds.
    stream: Option<i64>,
}

impl Opened {
    /// The file with its content.
    pub async fn open(self, host: &Host) -> Outcome<OpenedFile> {
        let content = match (self.path, self.stream) {
            (Some(path), _) => Content::File(open(path).await?),
            (None, Some(stream)) => Content::Chunks(Box::new(HostChunks {
                shared: host.shared.clone(),
                stream,
            })),
            (None, None) => return Err(ProviderError::Failed),
        };
        Ok(OpenedFile {
            file: self.file,
            version: self.version,
            content,
        })
    }
}

async fn open(path: PathBuf) -> Outcome<File> {
    let open = move || match std::fs::metadata(&path)?.is_file() {
        true => File::open(&path),
        false => Err(std::io::ErrorKind::InvalidInput.into()),
    };
    let opened = tokio::task::spawn_blocking(open).await;
    opened
        .map_err(|_| ProviderError::Failed)?
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => ProviderError::NotFound,
            _ => ProviderError::Failed,
        })
}

/// The chunks of a stream that JavaScript holds; dropping them stops the stream.
struct HostChunks {
    shared: Arc<Shared>,
    stream: i64,
}

impl HostChunks {
    async fn ask(&self, method: &str, offset: u64) -> Outcome<Reply> {
        let question = json!({ "stream": self.stream, "method": method, "offset": offset });
        let reply = self.shared.ask("pull", &question.to_string()).await;
        reply.ok_or(ProviderError::Failed)
    }
}

#[async_trait]
impl Chunks for HostChunks {
    async fn skip(&mut self, offset: u64) -> Outcome<bool> {
        answered(self.ask("skip", offset).await?)
    }

    async fn next(&mut self) -> Outcome<Option<Bytes>> {
        match self.ask("read", 0).await? {
            Reply::Bytes(chunk) => Ok(Some(chunk)),
            // The end, or why there is none.
            end @ Reply::Text(_) => answered::<()>(end).map(|()| None),
        }
    }
}

impl Drop for HostChunks {
    fn drop(&mut self) {
        let stream = self.stream;
        self.shared.tell(&format!("[{stream},\"stop\"]"));
    }
}
