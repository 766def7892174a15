//! Pulling all there is: every client, every file of each, every byte hashed.

use std::sync::Arc;

use anyhow::ensure;
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};

use super::download::Downloaded;
use super::{Platform, RemoteClient, RemoteFile};

/// Pulls everything, a few downloads at a time, and says what came.
pub(crate) async fn everything(
    platform: Arc<Platform>,
    at_once: usize,
    break_after: Option<u64>,
) -> anyhow::Result<Value> {
    let clients = platform.all_clients().await?;
    let mut wanted = Vec::new();
    for client in &clients {
        let files = platform.all_files(&client.id).await?;
        wanted.extend(files.into_iter().map(|file| (client.id.clone(), file)));
    }
    let files: Vec<Value> = stream::iter(wanted)
        .map(|(client, file)| one(Arc::clone(&platform), client, file, break_after))
        .buffered(at_once.max(1))
        .collect()
        .await;
    let failed = files
        .iter()
        .filter(|file| file["error"].is_string())
        .count();
    Ok(json!({
        "clients": clients.iter().map(show).collect::<Vec<_>>(),
        "files": files,
        "failed": failed,
    }))
}

fn show(client: &RemoteClient) -> Value {
    json!({ "id": client.id, "name": client.name })
}

async fn one(
    platform: Arc<Platform>,
    client: String,
    file: RemoteFile,
    break_after: Option<u64>,
) -> Value {
    let outcome = fetch(&platform, &client, &file, break_after).await;
    let mut shown = json!({
        "client_id": client,
        "id": file.id,
        "name": file.name,
        "mime_type": file.mime_type,
        "size": file.size,
    });
    match outcome {
        Ok(downloaded) => {
            shown["blake3"] = downloaded.blake3.into();
            shown["requests"] = downloaded.requests.into();
        }
        Err(error) => shown["error"] = format!("{error:#}").into(),
    }
    shown
}

async fn fetch(
    platform: &Platform,
    client: &str,
    file: &RemoteFile,
    break_after: Option<u64>,
) -> anyhow::Result<Downloaded> {
    let mut downloaded = platform.download(&file.download_url, break_after).await;
    if downloaded.is_err() {
        // The address may have been a signed one that has ended meanwhile: a fresh list has another.
        let files = platform.all_files(client).await?;
        if let Some(again) = files
            .iter()
            .find(|found| found.id == file.id && found.download_url != file.download_url)
        {
            downloaded = platform.download(&again.download_url, break_after).await;
        }
    }
    let downloaded = downloaded?;
    ensure!(
        downloaded.size == file.size,
        "{} bytes came, the list says {}",
        downloaded.size,
        file.size
    );
    Ok(downloaded)
}
