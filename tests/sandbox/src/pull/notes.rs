//! Posting a note on a client.

use anyhow::ensure;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Platform;
use super::caller::json;

/// A note as the platform takes it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Note {
    pub(crate) text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) format: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) category: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) author: Option<String>,
}

impl Platform {
    /// Posts a note once, however often the request has to be sent, and gives back what the
    /// platform made of it.
    pub(crate) async fn note(&self, client: &str, note: &Note) -> anyhow::Result<Value> {
        let url = self.url(&["api", "v1", "clients", client, "notes"])?;
        let key = uuid::Uuid::new_v4().to_string();
        let body = serde_json::to_string(note)?;
        let response = self
            .send(&url, |http| {
                http.post(url.clone())
                    .header(CONTENT_TYPE, "application/json")
                    .header("idempotency-key", &key)
                    .body(body.clone())
            })
            .await?;
        let created = json(response, StatusCode::CREATED).await?;
        ensure!(
            created["id"].is_string(),
            "the note came back without an id"
        );
        ensure!(
            created["text"] == note.text.as_str(),
            "the note came back with another text"
        );
        Ok(created)
    }
}
