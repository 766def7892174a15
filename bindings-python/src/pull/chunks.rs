//! [`HostChunks`]: content that Python reads, a chunk at a time.

use std::sync::Arc;

use bytes::Bytes;
use filed_core::pull::{Chunks, Outcome, async_trait};
use serde_json::json;

use super::call::Reply;
use super::questions::{Event, Questions};

/// A stream that Python knows by its key.
pub struct HostChunks {
    questions: Arc<Questions>,
    key: u64,
}

impl HostChunks {
    pub fn new(questions: Arc<Questions>, key: u64) -> Self {
        Self { questions, key }
    }
}

#[async_trait]
impl Chunks for HostChunks {
    async fn skip(&mut self, offset: u64) -> Outcome<bool> {
        let arguments = json!({"key": self.key, "offset": offset}).to_string();
        self.questions
            .ask("skip", arguments, None, Reply::Skipped)
            .await
    }

    async fn next(&mut self) -> Outcome<Option<Bytes>> {
        let arguments = json!({"key": self.key}).to_string();
        self.questions
            .ask("chunk", arguments, None, Reply::Chunk)
            .await
    }
}

impl Drop for HostChunks {
    fn drop(&mut self) {
        self.questions.tell(Event::StreamOver(self.key));
    }
}
