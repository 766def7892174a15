//! The journal by itself: opening, group commit, crashes, transitions.

mod crash;
mod elsewhere;
mod group;
mod lasting;
mod opening;
mod owners;
mod plans;
mod recovery;
mod transitions;
mod versions;

use std::path::Path;

use super::files::{self, FileEntry};
use super::works::{self, CreatedClient};
use super::{Db, Expect, Journal, Key, Step, clients, head};
use crate::push::entry::{NewClient, PushOptions};
use crate::upload::UploadedFile;

fn options() -> PushOptions {
    PushOptions {
        connection_id: "connection_1".into(),
        workspace_id: "workspace_1".into(),
        job_name: "Season".into(),
        ..PushOptions::default()
    }
}

/// An identified journal at `path`.
async fn journal(path: &Path) -> Journal {
    let journal = Journal::open(Some(path.to_owned()), Expect::Any)
        .await
        .unwrap();
    journal
        .run(|db| head::identify(db, &options()))
        .await
        .unwrap();
    journal
}

async fn temporary() -> Journal {
    let journal = Journal::open(None, Expect::Any).await.unwrap();
    journal
        .run(|db| head::identify(db, &options()))
        .await
        .unwrap();
    journal
}

fn client(db: &Db, external_id: &str) -> Step<Key> {
    let new = NewClient {
        name: format!("Name of {external_id}"),
        external_id: external_id.into(),
    };
    clients::add(db, &new)
}

fn entry(external_id: &str) -> FileEntry {
    FileEntry {
        external_id: external_id.into(),
        kind: "path",
        path: Some(b"/scans/\xff.pdf".to_vec()),
        url: None,
        file_name: None,
        mime_type: None,
        category: None,
        metadata: None,
        fingerprint: Some("10 1".into()),
        size: Some(10),
    }
}

fn file(db: &Db, client: Key, external_id: &str) -> Step<Key> {
    Ok(files::add_all(db, client, &[entry(external_id)], 0)?[0].key)
}

/// The tally beside the rows is what counting the rows gives.
async fn assert_tally(journal: &Journal) {
    let kept = journal.tally();
    let counted = journal
        .run(|db| {
            let before = db.checkpoint();
            db.recount()?;
            let counted = db.tally();
            db.restore(before);
            Ok(counted)
        })
        .await
        .unwrap();
    assert_eq!(kept, counted);
}

fn sent(n: i64) -> UploadedFile {
    UploadedFile {
        file_url: format!("https://host/{n}"),
        file_name: "scan.pdf".into(),
        mime_type: "application/pdf".into(),
        size: Some(12),
        blake3: Some("00".into()),
    }
}

fn create(db: &Db, key: Key) -> Step<()> {
    works::created(
        db,
        &[CreatedClient {
            key,
            job_work_id: format!("jw-{key}"),
            work_id: format!("w-{key}"),
            status: None,
        }],
    )
}
