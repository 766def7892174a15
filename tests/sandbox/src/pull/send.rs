//! `uploadConnectionFile`: the prepared return on its way to a platform. Creating the upload is part
//! of the mutation and decides its `success`; the transfer follows.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use url::Url;

use super::Platform;
use crate::hub::Epoch;
use crate::state::SentFile;

/// Creates the upload at the platform; gives its address.
pub(crate) async fn begin(
    platform: &Platform,
    sent: &SentFile,
    bytes: &Bytes,
) -> anyhow::Result<Url> {
    let endpoint = Url::parse(&sent.tusd_endpoint).context("tusdEndpoint is not a URL")?;
    let kind = sent
        .content_type
        .as_deref()
        .unwrap_or("application/octet-stream");
    let metadata = [
        ("filename", sent.file_name.as_str()),
        ("filetype", kind),
        // For a platform with one endpoint for all clients.
        ("clientKey", sent.client_key.as_str()),
    ];
    platform.tus_create(&endpoint, bytes.len(), &metadata).await
}

/// Sends the bytes and writes down how that ended.
pub(crate) async fn transfer(
    epoch: Arc<Epoch>,
    platform: Arc<Platform>,
    at: usize,
    upload: Url,
    bytes: Bytes,
) {
    let settings = epoch.settings();
    let break_after = settings
        .pull_break_after_bytes
        .and_then(|bytes| usize::try_from(bytes).ok());
    let patience = Duration::from_millis(settings.pull_patience_ms);
    let ended = platform
        .tus_send(&upload, &bytes, break_after, patience)
        .await;
    let mut world = epoch.world();
    let Some(sent) = world.sent_files.get_mut(at) else {
        return;
    };
    match ended {
        Ok(ended) => {
            sent.blake3 = Some(blake3::hash(&bytes).to_hex().to_string());
            sent.requests = ended.requests;
            sent.transfer = "sent";
        }
        Err(error) => {
            sent.error = Some(format!("{error:#}"));
            sent.transfer = "failed";
        }
    }
}
