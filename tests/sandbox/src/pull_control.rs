//! What a test may ask of Filed as a caller: a note, everything, another return to send.

use std::sync::Arc;

use anyhow::Context as _;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;

use crate::control::Control;
use crate::hub::Epoch;
use crate::pull::{self, Note, Platform};

/// Which note goes where.
#[derive(Deserialize)]
struct NoteWanted {
    connection_id: String,
    client_id: String,
    #[serde(flatten)]
    note: Note,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PullWanted {
    connection_id: String,
    #[serde(default = "some_at_once")]
    at_once: usize,
}

fn some_at_once() -> usize {
    4
}

fn platform(epoch: &Epoch, connection_id: &str) -> anyhow::Result<Arc<Platform>> {
    let connection = epoch.world().connections.get(connection_id).cloned();
    let connection = connection.context("no such connection")?;
    let platform = epoch.platforms.of(epoch, &connection)?;
    platform.context("the connection's inputs name no platform on the loopback")
}

impl Control {
    /// Puts bytes in place of the return that `uploadConnectionFile` sends to a platform.
    pub fn prepare_return(&self, bytes: Bytes) {
        self.hub.epoch().prepare_return(bytes);
    }

    /// Posts a note, `{"connection_id", "client_id", "text", "format", "category", "author"}`, and
    /// gives what the platform made of it.
    ///
    /// # Errors
    /// When the platform refuses it, or answers otherwise than documented.
    pub async fn post_note(&self, wanted: Value) -> anyhow::Result<Value> {
        let wanted: NoteWanted = serde_json::from_value(wanted)?;
        let epoch = self.hub.epoch();
        let platform = platform(&epoch, &wanted.connection_id)?;
        let created = platform.note(&wanted.client_id, &wanted.note).await?;
        epoch.world().notes.push(created.clone());
        Ok(created)
    }

    /// Pulls everything behind a connection, `{"connection_id", "at_once": 4}`, and gives what came:
    /// `clients`, `files` with `blake3` or `error`, and how many `failed`.
    ///
    /// # Errors
    /// When a list cannot be read to its end.
    pub async fn pull(&self, wanted: Value) -> anyhow::Result<Value> {
        let wanted: PullWanted = serde_json::from_value(wanted)?;
        let epoch = self.hub.epoch();
        let platform = platform(&epoch, &wanted.connection_id)?;
        let break_after = epoch.settings().pull_break_after_bytes;
        let pulled = pull::everything(platform, wanted.at_once, break_after).await?;
        epoch.world().pulls.push(pulled.clone());
        Ok(pulled)
    }
}
