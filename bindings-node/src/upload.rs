//! Uploads whose content does not fit into JSON text: bytes and streams.

use bytes::Bytes;
use filed_core::upload::{ChunkReceiver, Source, UploadOptions};
use filed_core::{Client, Result};
use serde::Deserialize;

use crate::client::arguments;
use crate::outcome;
use crate::shape::shaped;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    file_name: Option<String>,
    mime_type: Option<String>,
    size: Option<u64>,
}

impl Arguments {
    fn options(self) -> UploadOptions {
        UploadOptions {
            file_name: self.file_name,
            mime_type: self.mime_type,
            progress: None,
        }
    }
}

/// Uploads bytes.
pub async fn bytes(client: &Client, text: &str, data: Bytes) -> Result<String> {
    let given: Arguments = arguments(text)?;
    let uploaded = client.uploads().bytes(data, given.options()).await?;
    Ok(outcome::text(&shaped(&uploaded)))
}

/// Uploads the chunks of a stream.
pub async fn stream(client: &Client, text: &str, receiver: ChunkReceiver) -> Result<String> {
    let given: Arguments = arguments(text)?;
    let size = given.size;
    let source = Source::Chunks { receiver, size };
    let uploaded = client.uploads().stream(source, given.options()).await?;
    Ok(outcome::text(&shaped(&uploaded)))
}
