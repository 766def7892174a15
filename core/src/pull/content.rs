//! The bytes of a file on their way: [`Content`] goes out, [`Incoming`] comes in. Both are pulled
//! a chunk at a time, so that neither is ever whole in memory.

use std::fs::File;
use std::pin::Pin;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};

use super::provider::{Outcome, ProviderError};

/// What a file is read from.
pub enum Content {
    /// An open regular file: the fastest, and read without the provider.
    File(File),
    /// Bytes in memory.
    Bytes(Bytes),
    /// Chunks that the provider gives.
    Chunks(Box<dyn Chunks>),
}

/// Content in chunks of any size; some 64 KiB to 1 MiB are best.
#[async_trait]
pub trait Chunks: Send {
    /// Moves to `offset`, before the first chunk. `false` when it cannot: then the server reads
    /// and drops what comes before.
    async fn skip(&mut self, offset: u64) -> Outcome<bool> {
        let _ = offset;
        Ok(false)
    }

    /// The next chunk, or `None` at the end.
    async fn next(&mut self) -> Outcome<Option<Bytes>>;
}

/// The content of a file that comes in.
pub struct Incoming {
    chunks: Pin<Box<dyn Stream<Item = Outcome<Bytes>> + Send>>,
    over: Option<Outcome<()>>,
}

impl Incoming {
    pub(super) fn new(chunks: impl Stream<Item = Outcome<Bytes>> + Send + 'static) -> Self {
        Self {
            chunks: Box::pin(chunks),
            over: None,
        }
    }

    /// The next chunk, never empty; `None` at an end that is sound.
    ///
    /// # Errors
    /// The transfer broke, stalled, or grew beyond its limit; every later call says the same.
    pub async fn next(&mut self) -> Outcome<Option<Bytes>> {
        loop {
            if let Some(end) = &self.over {
                return end.clone().map(|()| None);
            }
            match self.chunks.next().await {
                Some(Ok(chunk)) if chunk.is_empty() => {}
                Some(Ok(chunk)) => return Ok(Some(chunk)),
                Some(Err(e)) => self.over = Some(Err(e)),
                None => self.over = Some(Ok(())),
            }
        }
    }

    /// Reads what is left, so that nothing is left on the line.
    pub(super) async fn drain(&mut self) -> Result<(), ProviderError> {
        while self.next().await?.is_some() {}
        Ok(())
    }
}
