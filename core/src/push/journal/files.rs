//! Files: added, looked up, failed. How they are uploaded and attached is in `uploads` and
//! `attach`.

use std::path::PathBuf;

use rusqlite::{OptionalExtension, Row, named_params};

use super::db::Db;
use super::fault::Step;
use super::{Key, clean, clients, events, head, kept_error};
use crate::push::event::EventKind;
use crate::push::report::PushState;
use crate::{Error, ErrorCode};

/// A checked file, as it is kept. Content in memory is not part of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FileEntry {
    pub external_id: String,
    /// `path`, `bytes` or `url`.
    pub kind: &'static str,
    pub path: Option<Vec<u8>>,
    pub url: Option<String>,
    pub file_name: Option<String>,
    pub mime_type: Option<String>,
    pub category: Option<String>,
    pub metadata: Option<String>,
    /// Size and time of a path, SHA-256 of bytes: what tells that the content changed.
    pub fingerprint: Option<String>,
    pub size: Option<u64>,
}

/// What adding a file came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Added {
    pub key: Key,
    /// Content in memory is wanted: the file is new, or came back before it was sent.
    pub wanted: bool,
}

/// Adds files to a client, or finds the same ones. All or none.
pub(crate) fn add_all(db: &Db, client: Key, entries: &[FileEntry], now: i64) -> Step<Vec<Added>> {
    let known: Option<i64> = db
        .sql()
        .prepare_cached("SELECT key FROM client WHERE key = ?")?
        .query_row([client], |row| row.get(0))
        .optional()?;
    if known.is_none() {
        let text = "there is no such client in this push: use the key that add_client returned";
        return Err(Error::new(ErrorCode::InvalidArgument, text).into());
    }
    entries
        .iter()
        .map(|entry| add(db, client, entry, now))
        .collect()
}

fn add(db: &Db, client: Key, entry: &FileEntry, now: i64) -> Step<Added> {
    if let Some(found) = find(db, &entry.external_id)? {
        return again(db, client, entry, &found, now);
    }
    head::require_open(db)?;
    let key = insert(db, client, entry)?;
    db.count(|tally| {
        tally.files.total += 1;
        tally.bytes_total += entry.size.unwrap_or(0);
    });
    shift(db, client, 1, 0, now)?;
    events::file(db, EventKind::FileAdded, (client, key), None)?;
    if let Some(error) = clients::failure(db, client)? {
        fail(db, key, &clients::for_files(&error), now)?;
    }
    Ok(Added { key, wanted: true })
}

fn insert(db: &Db, client: Key, entry: &FileEntry) -> Step<Key> {
    db.sql()
        .prepare_cached(
            "INSERT INTO file (client_key, external_id, kind, path, url, file_name, mime_type,
                               category, metadata, fingerprint, size, held)
             VALUES (:client, :external_id, :kind, :path, :url, :file_name, :mime_type,
                     :category, :metadata, :fingerprint, :size, 1)",
        )?
        .execute(named_params! {
            ":client": client,
            ":external_id": entry.external_id,
            ":kind": entry.kind,
            ":path": entry.path,
            ":url": entry.url,
            ":file_name": entry.file_name,
            ":mime_type": entry.mime_type,
            ":category": entry.category,
            ":metadata": entry.metadata,
            ":fingerprint": entry.fingerprint,
            ":size": entry.size.map(u64::cast_signed),
        })?;
    Ok(db.sql().last_insert_rowid())
}

struct Found {
    key: Key,
    client: Key,
    kind: String,
    entry: FileEntry,
    unsent: bool,
}

fn find(db: &Db, external_id: &str) -> Step<Option<Found>> {
    Ok(db
        .sql()
        .prepare_cached(
            "SELECT key, client_key, kind, external_id, path, url, file_name, mime_type, category,
                    metadata, fingerprint, state = 'added', size
             FROM file WHERE external_id = ?",
        )?
        .query_row([external_id], found)
        .optional()?)
}

fn found(row: &Row<'_>) -> rusqlite::Result<Found> {
    Ok(Found {
        key: row.get(0)?,
        client: row.get(1)?,
        kind: row.get(2)?,
        entry: FileEntry {
            kind: "",
            external_id: row.get(3)?,
            path: row.get(4)?,
            url: row.get(5)?,
            file_name: row.get(6)?,
            mime_type: row.get(7)?,
            category: row.get(8)?,
            metadata: row.get(9)?,
            fingerprint: row.get(10)?,
            size: row.get::<_, Option<i64>>(12)?.map(i64::cast_unsigned),
        },
        unsent: row.get(11)?,
    })
}

/// The same entry again changes nothing, except that bytes lost with an earlier process are back.
fn again(db: &Db, client: Key, entry: &FileEntry, found: &Found, now: i64) -> Step<Added> {
    if client != found.client || entry.kind != found.kind || !same(entry, &found.entry) {
        return Err(clients::duplicate("file", &entry.external_id).into());
    }
    let wanted = entry.kind == "bytes" && found.unsent;
    if wanted {
        db.sql()
            .prepare_cached("UPDATE file SET held = 1 WHERE key = ? AND state = 'added'")?
            .execute([found.key])?;
    }
    if entry.kind == "path" && entry.fingerprint != found.entry.fingerprint {
        renew(db, entry, found, now)?;
    }
    Ok(Added {
        key: found.key,
        wanted,
    })
}

/// A file that changed before anything of it was sent is the new one, since its host says so. It
/// gets another try: in an open push now, in a committed one with the next run.
fn renew(db: &Db, entry: &FileEntry, found: &Found, now: i64) -> Step<()> {
    let size = entry.size.map(u64::cast_signed);
    let renewed = db
        .sql()
        .prepare_cached(
            "UPDATE file SET fingerprint = ?, size = ?
             WHERE key = ? AND state IN ('added', 'failed') AND file_url IS NULL",
        )?
        .execute((&entry.fingerprint, size, found.key))?;
    if renewed == 0 {
        return Ok(());
    }
    let (before, after) = (found.entry.size.unwrap_or(0), entry.size.unwrap_or(0));
    db.count(|tally| tally.bytes_total = tally.bytes_total - before + after);
    if db.tally().state != PushState::Open {
        return Ok(());
    }
    let revived = db
        .sql()
        .prepare_cached(
            "UPDATE file SET state = 'added', error = NULL, round = 0, due = 0
             WHERE key = ? AND state = 'failed'
               AND client_key NOT IN (SELECT key FROM client WHERE state = 'failed')",
        )?
        .execute([found.key])?;
    if revived == 1 {
        db.count(|tally| tally.files.failed -= 1);
        shift(db, found.client, 1, 0, now)?;
    }
    Ok(())
}

/// Whether two entries describe the same file. A path is compared by name: what its content says is
/// looked at in `resent` and when it is uploaded. The order of metadata's keys does not matter.
fn same(a: &FileEntry, b: &FileEntry) -> bool {
    let json = |text: &Option<String>| {
        let text = text.as_deref().unwrap_or("null");
        serde_json::from_str::<serde_json::Value>(text).ok()
    };
    a.path == b.path
        && a.url == b.url
        && a.file_name == b.file_name
        && a.mime_type == b.mime_type
        && a.category == b.category
        && json(&a.metadata) == json(&b.metadata)
        && (a.kind != "bytes" || a.fingerprint == b.fingerprint)
}

/// Keeps the client's counts of its files: before upload, and uploaded but not attached.
pub(super) fn shift(db: &Db, client: Key, pending: i64, ready: i64, now: i64) -> Step<()> {
    db.sql()
        .prepare_cached(
            "UPDATE client SET pending = pending + ?, ready = ready + ?, touched = ? WHERE key = ?",
        )?
        .execute((pending, ready, now, client))?;
    Ok(())
}

/// Fails a file, wherever it stands before its end.
pub(crate) fn fail(db: &Db, key: Key, error: &Error, now: i64) -> Step<()> {
    let row: Option<(Key, String)> = db
        .sql()
        .prepare_cached(
            "SELECT client_key, state FROM file
             WHERE key = ? AND state NOT IN ('imported', 'failed', 'cancelled')",
        )?
        .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((client, state)) = row else {
        return Ok(());
    };
    let (pending, ready) = match state.as_str() {
        "added" | "uploading" => (-1, 0),
        "uploaded" => (0, -1),
        _ => (0, 0),
    };
    shift(db, client, pending, ready, now)?;
    let error = &clean::about_file(db, (client, key), error)?;
    db.sql()
        .prepare_cached("UPDATE file SET state = 'failed', in_doubt = 0, error = ? WHERE key = ?")?
        .execute((kept_error::write(error)?, key))?;
    db.count(|tally| tally.files.failed += 1);
    events::file(db, EventKind::FileFailed, (client, key), Some(error))
}

/// Fails every file of a client that is not terminal.
pub(super) fn fail_all_of(db: &Db, client: Key, error: &Error) -> Step<()> {
    let keys: Vec<Key> = db
        .sql()
        .prepare_cached(
            "SELECT key FROM file
             WHERE client_key = ? AND state NOT IN ('imported', 'failed', 'cancelled')",
        )?
        .query_map([client], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    keys.into_iter().try_for_each(|key| fail(db, key, error, 0))
}

/// An error with the item it is about.
pub(super) fn about(error: Error, external_id: Option<&str>, path: Option<PathBuf>) -> Error {
    let error = match external_id {
        Some(id) => error.with_external_id(id),
        None => error,
    };
    match path {
        Some(path) => error.with_path(path),
        None => error,
    }
}

/// A path as the bytes the journal keeps: the system's own, whatever they are.
pub(crate) fn path_bytes(path: &std::path::Path) -> Vec<u8> {
    path.as_os_str().as_encoded_bytes().to_vec()
}

/// The path behind [`path_bytes`].
#[cfg(unix)]
pub(super) fn path_from(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(<std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(bytes))
}

/// The path behind [`path_bytes`].
#[cfg(not(unix))]
pub(super) fn path_from(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(&bytes).into_owned())
}
