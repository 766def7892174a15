//! A push's events: what is there crosses to JavaScript as one text.

use std::sync::Arc;

use filed_core::Client;
use filed_core::push::{Event, Events};
use napi_derive::napi;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::bridge::Shared;
use crate::outcome;

/// A stream of events as JavaScript holds it.
#[napi]
pub struct NativeEvents {
    events: Arc<Mutex<Events>>,
    client: Client,
    shared: Arc<Shared>,
}

#[napi]
impl NativeEvents {
    /// Up to `max` events, waiting for the first; none after the last.
    #[napi(catch_unwind)]
    pub fn next(&self, call: i64, max: u32) {
        let events = self.events.clone();
        self.shared
            .start(self.client.generation(), call, async move {
                let batch = events.lock().await.next_batch(max as usize).await?;
                Ok(batch.iter().map(event).collect::<Value>().to_string())
            });
    }
}

impl NativeEvents {
    /// The stream of `events`.
    pub fn new(events: Events, client: &Client, shared: Arc<Shared>) -> Self {
        Self {
            events: Arc::new(Mutex::new(events)),
            client: client.clone(),
            shared,
        }
    }
}

fn event(event: &Event) -> Value {
    json!({
        "sequence": event.sequence,
        "kind": event.kind.as_str(),
        "externalId": event.external_id,
        "clientExternalId": event.client_external_id,
        "error": event.error.as_ref().map(outcome::error),
    })
}
