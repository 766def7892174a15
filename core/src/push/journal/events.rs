//! Events as rows: written in the transaction of the change they tell of, read by pages.

use rusqlite::Row;

use super::db::Db;
use super::fault::Step;
use super::schema::word;
use super::{Key, kept_error};
use crate::Error;
use crate::push::event::{Event, EventKind};

/// Tells something about the push itself.
pub(super) fn push(db: &Db, kind: EventKind, error: Option<&Error>) -> Step<()> {
    write(db, kind, None, None, error)
}

/// Tells something about a client.
pub(super) fn client(db: &Db, kind: EventKind, key: Key, error: Option<&Error>) -> Step<()> {
    write(db, kind, Some(key), None, error)
}

/// Tells something about a file.
pub(super) fn file(
    db: &Db,
    kind: EventKind,
    (client, key): (Key, Key),
    error: Option<&Error>,
) -> Step<()> {
    write(db, kind, Some(client), Some(key), error)
}

fn write(
    db: &Db,
    kind: EventKind,
    client: Option<Key>,
    file: Option<Key>,
    error: Option<&Error>,
) -> Step<()> {
    let error = error.map(kept_error::write).transpose()?;
    db.sql()
        .prepare_cached(
            "INSERT INTO event (kind, client_key, file_key, error) VALUES (?, ?, ?, ?)",
        )?
        .execute((kind.as_str(), client, file, error))?;
    db.set_sequence(db.sql().last_insert_rowid().cast_unsigned());
    Ok(())
}

/// The last event of a run: the push failed or was cancelled. The phase stays what it is, so that
/// the next run goes on from there.
pub(crate) fn run_ended(db: &Db, kind: EventKind, error: &Error) -> Step<()> {
    push(db, kind, Some(error))?;
    db.count(|tally| tally.over = true);
    Ok(())
}

/// Up to `max` events after `cursor`.
pub(crate) fn page(db: &Db, cursor: u64, max: usize) -> Step<Vec<Event>> {
    let mut statement = db.sql().prepare_cached(
        "SELECT e.seq, e.kind, c.external_id, f.external_id, e.error, f.path
         FROM event e LEFT JOIN client c ON c.key = e.client_key
                      LEFT JOIN file f ON f.key = e.file_key
         WHERE e.seq > ? ORDER BY e.seq LIMIT ?",
    )?;
    let limit = i64::try_from(max).unwrap_or(i64::MAX);
    let rows = statement.query_map((cursor.cast_signed(), limit), raw)?;
    rows.map(|row| event(row?)).collect()
}

struct Raw {
    seq: i64,
    kind: String,
    client: Option<String>,
    file: Option<String>,
    error: Option<String>,
    path: Option<Vec<u8>>,
}

fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok(Raw {
        seq: row.get(0)?,
        kind: row.get(1)?,
        client: row.get(2)?,
        file: row.get(3)?,
        error: row.get(4)?,
        path: row.get(5)?,
    })
}

fn event(raw: Raw) -> Step<Event> {
    let error = raw.error.as_deref().map(kept_error::read).transpose()?;
    let subject = raw.file.as_ref().or(raw.client.as_ref()).cloned();
    let path = raw.path.map(super::files::path_from);
    Ok(Event {
        sequence: raw.seq.cast_unsigned(),
        kind: word::event_kind(&raw.kind)?,
        error: error.map(|e| super::files::about(e, subject.as_deref(), path)),
        client_external_id: raw.file.is_some().then_some(raw.client).flatten(),
        external_id: subject,
    })
}
