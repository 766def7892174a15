//! The stage of the uploads: which files to send next, and what became of them.

use std::path::PathBuf;

use rusqlite::{OptionalExtension, Row};

use super::db::Db;
use super::fault::Step;
use super::files::{self, path_from, shift};
use super::{Key, events};
use crate::push::event::EventKind;
use crate::upload::UploadedFile;
use crate::{Error, ErrorCode};

/// A file whose turn has come.
#[derive(Debug, Clone)]
pub(crate) struct PendingUpload {
    pub key: Key,
    pub external_id: String,
    pub path: Option<PathBuf>,
    pub url: Option<String>,
    pub file_name: Option<String>,
    pub mime_type: Option<String>,
    pub fingerprint: Option<String>,
    /// How often it was put back because the network failed.
    pub round: u32,
}

fn pending(row: &Row<'_>) -> rusqlite::Result<PendingUpload> {
    Ok(PendingUpload {
        key: row.get(0)?,
        external_id: row.get(1)?,
        path: row.get::<_, Option<Vec<u8>>>(2)?.map(path_from),
        url: row.get(3)?,
        file_name: row.get(4)?,
        mime_type: row.get(5)?,
        fingerprint: row.get(6)?,
        round: row.get(7)?,
    })
}

/// The next files to send, marked as on their way. Those the network failed come after the others.
pub(crate) fn claim(db: &Db, limit: usize, now: i64) -> Step<Vec<PendingUpload>> {
    let mut next = db.sql().prepare_cached(
        "SELECT key, external_id, path, url, file_name, mime_type, fingerprint, round, client_key
         FROM file WHERE state = 'added' AND held = 1 AND due <= ?
         ORDER BY held, round, due, key LIMIT ?",
    )?;
    let rows = next.query_map((now, limit as i64), |row| {
        Ok((pending(row)?, row.get::<_, Key>(8)?))
    })?;
    // One by one: an UPDATE that returns rows keeps them in a table of their own first.
    let claimed: Vec<(PendingUpload, Key)> = rows.collect::<rusqlite::Result<_>>()?;
    let mut mark = db
        .sql()
        .prepare_cached("UPDATE file SET state = 'uploading' WHERE key = ?")?;
    for (upload, client) in &claimed {
        mark.execute([upload.key])?;
        events::file(db, EventKind::FileUploading, (*client, upload.key), None)?;
    }
    Ok(claimed.into_iter().map(|(upload, _)| upload).collect())
}

/// When the next file that was put back is due.
pub(crate) fn next_due(db: &Db) -> Step<Option<i64>> {
    Ok(db
        .sql()
        .prepare_cached("SELECT min(due) FROM file WHERE state = 'added' AND held = 1 AND due > 0")?
        .query_row([], |row| row.get(0))?)
}

/// Records a sent file. Ignored when the file failed meanwhile with its client.
pub(crate) fn uploaded(db: &Db, key: Key, file: &UploadedFile, now: i64) -> Step<()> {
    let Some((client, known)) = on_its_way(db, key)? else {
        return Ok(());
    };
    let size = file.size.map(u64::cast_signed);
    db.sql()
        .prepare_cached(
            "UPDATE file SET state = 'uploaded', file_url = ?, uploaded_name = ?,
                    uploaded_type = ?, size = ifnull(?, size), blake3 = ?, sha256 = NULL WHERE key = ?",
        )?
        .execute((
            &file.file_url,
            &file.file_name,
            &file.mime_type,
            size,
            &file.blake3,
            key,
        ))?;
    let (known, sent) = (known.unwrap_or(0), file.size.or(known).unwrap_or(0));
    db.count(|tally| {
        tally.files.sent += 1;
        tally.bytes_total = tally.bytes_total + sent - known;
        tally.bytes_sent += sent;
    });
    shift(db, client, -1, 1, now)?;
    events::file(db, EventKind::FileUploaded, (client, key), None)
}

fn on_its_way(db: &Db, key: Key) -> Step<Option<(Key, Option<u64>)>> {
    Ok(db
        .sql()
        .prepare_cached("SELECT client_key, size FROM file WHERE key = ? AND state = 'uploading'")?
        .query_row([key], |row| {
            let size: Option<i64> = row.get(1)?;
            Ok((row.get(0)?, size.map(i64::cast_unsigned)))
        })
        .optional()?)
}

/// Puts a file back that the network failed; it is tried again when it is due.
pub(crate) fn put_back(db: &Db, key: Key, due: i64) -> Step<()> {
    db.sql()
        .prepare_cached(
            "UPDATE file SET state = 'added', round = round + 1, due = ?
             WHERE key = ? AND state = 'uploading'",
        )?
        .execute((due, key))?;
    Ok(())
}

/// Fails files whose bytes were lost with an earlier process and were not added again. Says
/// whether there were any.
pub(crate) fn fail_unavailable(db: &Db, now: i64) -> Step<bool> {
    let keys: Vec<Key> = db
        .sql()
        .prepare_cached("SELECT key FROM file WHERE state = 'added' AND held = 0 LIMIT 500")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let error = Error::new(
        ErrorCode::SourceUnavailable,
        "the content lived only in the memory of an earlier process: resume and add the same bytes again under the same external id",
    );
    for key in &keys {
        files::fail(db, *key, &error, now)?;
    }
    Ok(!keys.is_empty())
}
