//! Damaged journals, for fuzzing: opened, recovered and read to their end, as the next run would.

use std::path::Path;
use std::sync::OnceLock;

use super::files::{self, FileEntry};
use super::works::{self, CreatedClient};
use super::{Db, Expect, Step, clients, events, head, listing, open, recover};
use crate::Result;
use crate::push::entry::{NewClient, PushOptions};

/// One offset, four bytes, and what is written there.
const PATCH: usize = 5;

/// Reads a journal. The first byte says what the others are: a whole file, or changes to a sound
/// one, of which a rest too short for a change says where it is cut off.
///
/// # Errors
/// What a host would be told.
#[allow(clippy::expect_used, reason = "what fails here is no journal's fault")]
pub(crate) fn read_journal(data: &[u8]) -> Result<()> {
    let Some((kind, rest)) = data.split_first() else {
        return Ok(());
    };
    let bytes = match kind % 2 {
        0 => rest.to_vec(),
        _ => changed(rest),
    };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("fuzzed.filed");
    std::fs::write(&path, bytes).expect("a file");
    read(&path).map_err(|fault| fault.into_error(&path))
}

fn changed(changes: &[u8]) -> Vec<u8> {
    static SOUND: OnceLock<Vec<u8>> = OnceLock::new();
    let mut bytes = SOUND.get_or_init(sound).clone();
    let changes = changes.chunks_exact(PATCH);
    let cut = changes.remainder();
    for change in changes {
        if let [a, b, c, d, value] = *change {
            let at = u32::from_le_bytes([a, b, c, d]) as usize % bytes.len();
            bytes[at] = value;
        }
    }
    if let [a, b, ..] = *cut {
        bytes.truncate(usize::from(u16::from_le_bytes([a, b])) * 4 % bytes.len());
    }
    bytes
}

fn read(path: &Path) -> Step<()> {
    let opened = open::open(path, Expect::Existing)?;
    let db = Db::new(opened.sql)?;
    head::read(&db)?;
    recover::recover(&db)?;
    head::notes(&db)?;
    listing::report(&db)?;
    listing::clients(&db, 0, 100)?;
    listing::files(&db, 0, 100)?;
    listing::failed_external_ids(&db, 100)?;
    events::page(&db, 0, 100)?;
    open::end_session(db.sql())
}

/// A journal with something of everything in it.
#[allow(clippy::expect_used, reason = "what fails here is no journal's fault")]
fn sound() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sound.filed");
    fill(&path).expect("a sound journal");
    std::fs::read(&path).expect("a file")
}

fn fill(path: &Path) -> Step<()> {
    let db = Db::new(open::open(path, Expect::Any)?.sql)?;
    let options = PushOptions {
        connection_id: "connection_1".into(),
        workspace_id: "workspace_1".into(),
        job_name: "Season".into(),
        ..PushOptions::default()
    };
    head::identify(&db, &options)?;
    for n in 0..8 {
        let new = NewClient {
            name: format!("Client {n}"),
            external_id: format!("client-{n}"),
        };
        let key = clients::add(&db, &new)?;
        files::add_all(&db, key, &[entry(n)], 0)?;
        let created = CreatedClient {
            key,
            job_work_id: format!("jw-{n}"),
            work_id: format!("w-{n}"),
            status: None,
        };
        works::created(&db, &[created])?;
    }
    head::note(&db, "a note")?;
    open::end_session(db.sql())
}

fn entry(n: u32) -> FileEntry {
    FileEntry {
        external_id: format!("file-{n}"),
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
