//! Paths added again after their files were sent: the ones whose size or time is another by now.
//! Only their content tells whether they are still what was sent, and looking at it is not for the
//! journal's thread.

use std::path::PathBuf;

use rusqlite::OptionalExtension;

use super::db::Db;
use super::fault::Step;
use super::files::{FileEntry, path_from};

/// What was sent, as the version of the library that sent it hashed it; in hexadecimal.
#[derive(Debug, PartialEq)]
pub(crate) enum Sent {
    Blake3(String),
    Sha256(String),
}

/// A file on disk that may be another than the one that was sent.
#[derive(Debug)]
pub(crate) struct Doubt {
    pub external_id: String,
    pub path: PathBuf,
    pub sent: Sent,
    /// Of what is there now.
    pub fingerprint: String,
}

/// The entries whose file was sent with another fingerprint.
pub(crate) fn doubts(db: &Db, entries: &[FileEntry]) -> Step<Vec<Doubt>> {
    if db.tally().files.sent == 0 {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in entries {
        found.extend(doubt(db, entry)?);
    }
    Ok(found)
}

fn doubt(db: &Db, entry: &FileEntry) -> Step<Option<Doubt>> {
    let (Some(path), Some(now)) = (&entry.path, &entry.fingerprint) else {
        return Ok(None);
    };
    let sent = db
        .sql()
        .prepare_cached(
            "SELECT blake3, sha256 FROM file
             WHERE external_id = ? AND path = ? AND fingerprint <> ?",
        )?
        .query_row((&entry.external_id, path, now), |row| {
            let older = row.get::<_, Option<String>>(1)?.map(Sent::Sha256);
            Ok(row.get::<_, Option<String>>(0)?.map(Sent::Blake3).or(older))
        })
        .optional()?
        .flatten();
    Ok(sent.map(|sent| Doubt {
        external_id: entry.external_id.clone(),
        path: path_from(path.clone()),
        sent,
        fingerprint: now.clone(),
    }))
}

/// Records that a file holds what was sent, whatever its time says.
pub(crate) fn same(db: &Db, external_id: &str, fingerprint: &str) -> Step<()> {
    db.sql()
        .prepare_cached("UPDATE file SET fingerprint = ? WHERE external_id = ?")?
        .execute((fingerprint, external_id))?;
    Ok(())
}
