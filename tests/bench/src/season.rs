//! A host that pushes a whole season: so many clients with so many small files each, as a program
//! of a firm would, with its own resources measured while it does.
//!
//! Prints one line of JSON whenever something is worth one: `open`, `mark` each time another part
//! of the clients was attached, `added`, `initiated`, `cancelled`, `done`. Settings come from the
//! `FILED_*` variables. Run again with the same journal, it goes on where it was.

mod measure;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::Parser;
use filed_core::push::{FileContent, NewClient, NewFile, Push, PushOptions};
use filed_core::{Client, Config, ErrorCode};
use futures_util::{TryStreamExt as _, stream};
use measure::Meter;

/// Pushes a season.
#[derive(Clone, Parser)]
struct Arguments {
    /// How many clients.
    #[arg(long)]
    clients: usize,
    /// Files of each.
    #[arg(long, default_value_t = 3)]
    files: usize,
    /// A folder with the documents, used again and again.
    #[arg(long)]
    documents: PathBuf,
    /// Where the journal is.
    #[arg(long)]
    journal: PathBuf,
    #[arg(long)]
    connection: String,
    #[arg(long)]
    workspace: String,
    /// Name of the job.
    #[arg(long, default_value = "Season")]
    job: String,
    /// Additions under way at once.
    #[arg(long, default_value_t = 64)]
    adding: usize,
    /// Cancel once so many files were sent.
    #[arg(long)]
    cancel_at: Option<u64>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let documents = documents(&arguments.documents)?;
    let meter = Arc::new(Meter::start());
    let client = Client::new(Config::from_env()?)?;
    let push = client.push(options(&arguments)).await?;
    meter.tell("open", &push.progress())?;
    let over = Arc::new(AtomicBool::new(false));
    let watcher = watch(&arguments, &push, &meter, &over);
    let events = tokio::spawn(drain(push.clone()));
    let outcome = season(&arguments, &documents, &push, &meter).await;
    over.store(true, Ordering::Release);
    if watcher.join().is_err() {
        bail!("the thread that measures has failed");
    }
    match outcome {
        Ok(()) => meter.tell_with("done", &push.progress(), &[("events", events.await??)]),
        Err(error) if error.code() == ErrorCode::Cancelled => {
            meter.tell("cancelled", &push.progress())
        }
        Err(error) => Err(error.into()),
    }
}

fn documents(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = std::fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    files.sort();
    if files.is_empty() {
        bail!("the folder of documents is empty");
    }
    Ok(files)
}

fn options(arguments: &Arguments) -> PushOptions {
    PushOptions {
        connection_id: arguments.connection.clone(),
        workspace_id: arguments.workspace.clone(),
        job_name: arguments.job.clone(),
        journal: Some(arguments.journal.clone()),
        ..PushOptions::default()
    }
}

/// Adds, commits and waits, as a program does that knows nothing of an earlier run.
async fn season(
    arguments: &Arguments,
    documents: &[PathBuf],
    push: &Push,
    meter: &Meter,
) -> filed_core::Result<()> {
    stream::iter((0..arguments.clients).map(Ok))
        .try_for_each_concurrent(arguments.adding, |n| async move {
            add(arguments, documents, push, n).await
        })
        .await?;
    meter.phase("added", push);
    push.commit().await?;
    meter.phase("initiated", push);
    push.wait(None).await.map(drop)
}

async fn add(
    arguments: &Arguments,
    documents: &[PathBuf],
    push: &Push,
    n: usize,
) -> filed_core::Result<()> {
    let client = push
        .add_client(NewClient {
            name: format!("Client {n:06} - 2024"),
            external_id: format!("c-{n:06}"),
        })
        .await?;
    let files = (0..arguments.files)
        .map(|k| {
            let at = (n * arguments.files + k) % documents.len();
            NewFile {
                external_id: format!("f-{n:06}-{k}"),
                content: FileContent::Path(documents[at].clone()),
                file_name: None,
                mime_type: None,
                category: None,
                metadata: None,
            }
        })
        .collect();
    push.add_files(client, files).await
}

/// Reads every event, as a host with a progress display does.
async fn drain(push: Push) -> Result<u64> {
    let mut events = push.events();
    drop(push);
    let mut count = 0;
    loop {
        let batch = events.next_batch(1024).await?;
        if batch.is_empty() {
            return Ok(count);
        }
        count += batch.len() as u64;
    }
}

/// Looks at progress all the time; says what each part of the season cost, and cancels when asked.
fn watch(
    arguments: &Arguments,
    push: &Push,
    meter: &Arc<Meter>,
    over: &Arc<AtomicBool>,
) -> std::thread::JoinHandle<()> {
    let (push, meter, over) = (push.clone(), meter.clone(), over.clone());
    let part = (arguments.clients as u64 / 50).max(1);
    let cancel_at = arguments.cancel_at;
    let next = AtomicU64::new(part);
    std::thread::spawn(move || {
        while !over.load(Ordering::Acquire) {
            let begun = Instant::now();
            let progress = push.progress();
            meter.looked(begun.elapsed());
            if progress.clients.attached >= next.load(Ordering::Relaxed) {
                meter.mark(&progress);
                next.store(progress.clients.attached + part, Ordering::Relaxed);
            }
            if cancel_at.is_some_and(|at| progress.files.sent >= at) {
                meter.cancelling();
                push.cancel();
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    })
}
