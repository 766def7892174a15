//! The chunks of a stream on their way to an upload.

use std::sync::Arc;

use bytes::Bytes;
use filed_core::upload::ChunkSender;
use filed_core::{Client, Error, ErrorCode};
use futures_util::FutureExt;
use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;

use crate::bridge::Shared;

/// Takes the chunks of a stream.
#[napi]
pub struct NativeSink {
    sender: Option<ChunkSender>,
    client: Client,
    shared: Arc<Shared>,
}

#[napi]
impl NativeSink {
    /// Hands over a copy of a chunk. `true` when it was taken, `false` when no more are wanted;
    /// nothing when the upload is behind: then the call is answered with one of them later.
    #[napi(catch_unwind)]
    pub fn write(&mut self, call: i64, chunk: Uint8Array) -> Option<bool> {
        let Some(sender) = self.sender.clone() else {
            return Some(false);
        };
        let chunk = Bytes::copy_from_slice(&chunk);
        // Mostly there is room, and then the event loop need not be crossed a second time.
        let at_once = sender.send(chunk.clone()).now_or_never();
        if at_once.is_none() {
            self.shared
                .start(self.client.generation(), call, async move {
                    Ok(sender.send(chunk).await.to_string())
                });
        }
        at_once
    }

    /// The content is complete.
    #[napi(catch_unwind)]
    pub fn end(&mut self) {
        self.sender = None;
    }

    /// The host's stream failed: so does the upload.
    #[napi(catch_unwind)]
    pub fn fail(&mut self) {
        let Some(sender) = self.sender.take() else {
            return;
        };
        let error = Error::new(
            ErrorCode::SourceFailed,
            "the stream that supplies the content failed; its error is the cause of this one",
        );
        // Without a runtime there is no upload left to tell.
        let _ = self
            .client
            .generation()
            .spawn(async move { sender.fail(error).await });
    }
}

impl NativeSink {
    /// The host's end of an upload's chunks.
    pub fn new(sender: ChunkSender, client: &Client, shared: Arc<Shared>) -> Self {
        Self {
            sender: Some(sender),
            client: client.clone(),
            shared,
        }
    }
}
