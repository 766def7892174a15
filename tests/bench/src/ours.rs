//! Ours from Rust, as a program does it that sends many files.

mod contender;

use anyhow::{Result, bail};
use contender::{Words, path, serve};
use filed_core::push::{FileContent, NewClient, NewFile, PushOptions};
use filed_core::upload::UploadOptions;
use filed_core::{Client, Config};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::runtime::Builder;

fn main() -> Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let client = Client::new(Config::from_env()?)?;
    runtime.block_on(client.me())?;
    serve(|words| match words.text(0)? {
        "uploads" => runtime.block_on(uploads(&client, words)),
        "calls" => runtime.block_on(calls(&client, words)),
        "push" => runtime.block_on(push(&client, words)),
        other => bail!("unknown work `{other}`"),
    })
}

async fn uploads(client: &Client, words: &Words) -> Result<()> {
    let (count, at_once, folder) = (words.number(1)?, words.number(2)?, words.text(3)?);
    let uploads = client.uploads();
    let files =
        (0..count).map(|number| uploads.file(path(folder, number), UploadOptions::default()));
    let sent = stream::iter(files).buffer_unordered(at_once);
    sent.try_for_each(|_| async { Ok(()) }).await?;
    Ok(())
}

async fn calls(client: &Client, words: &Words) -> Result<()> {
    for _ in 0..words.number(1)? {
        client.me().await?;
    }
    Ok(())
}

async fn push(client: &Client, words: &Words) -> Result<()> {
    let (clients, files) = (words.number(1)?, words.number(2)?);
    let (job, folder) = (words.text(4)?, words.text(8)?);
    let push = client
        .push(PushOptions {
            connection_id: words.text(6)?.to_owned(),
            workspace_id: words.text(7)?.to_owned(),
            job_name: job.to_owned(),
            journal: Some(words.text(5)?.into()),
            ..PushOptions::default()
        })
        .await?;
    for number in 0..clients {
        let external_id = format!("{job}/{number}");
        let key = push
            .add_client(NewClient {
                name: format!("Client {number}"),
                external_id: external_id.clone(),
            })
            .await?;
        let added = (number * files..(number + 1) * files)
            .map(|file| NewFile {
                external_id: format!("{external_id}/{file}"),
                content: FileContent::Path(path(folder, file).into()),
                file_name: None,
                mime_type: None,
                category: None,
                metadata: None,
            })
            .collect();
        push.add_files(key, added).await?;
    }
    push.commit().await?;
    Ok(())
}
