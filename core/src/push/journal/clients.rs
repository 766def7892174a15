//! Clients: added, created, failed.

use rusqlite::OptionalExtension;

use super::db::Db;
use super::fault::Step;
use super::{Key, clean, elsewhere, events, files, head, kept_error};
use crate::push::entry::NewClient;
use crate::push::event::EventKind;
use crate::{Error, ErrorCode};

/// Adds a client, or finds the same one. Refused when another one has its external id, or when the
/// push is committing. One that another job holds fails at once, as those do that were there when
/// the push was compared with it.
pub(crate) fn add(db: &Db, new: &NewClient) -> Step<Key> {
    if let Some((key, name)) = find(db, &new.external_id)? {
        return match name == new.name {
            true => Ok(key),
            false => Err(duplicate("client", &new.external_id).into()),
        };
    }
    head::require_open(db)?;
    db.sql()
        .prepare_cached("INSERT INTO client (external_id, name) VALUES (?, ?)")?
        .execute((&new.external_id, &new.name))?;
    let key = db.sql().last_insert_rowid();
    db.count(|tally| tally.clients.total += 1);
    events::client(db, EventKind::ClientAdded, key, None)?;
    if let Some(error) = elsewhere::holds(db, &new.external_id)? {
        fail(db, key, &error)?;
    }
    Ok(key)
}

fn find(db: &Db, external_id: &str) -> Step<Option<(Key, String)>> {
    Ok(db
        .sql()
        .prepare_cached("SELECT key, name FROM client WHERE external_id = ?")?
        .query_row([external_id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

/// The error about an external id that another entry has.
pub(super) fn duplicate(what: &str, external_id: &str) -> Error {
    Error::new(
        ErrorCode::DuplicateExternalId,
        format!(
            "another {what} was already added under external id `{external_id}`: give each its own"
        ),
    )
    .with_external_id(external_id)
}

/// Fails a client and, with the same code, every file of it that is not terminal.
pub(crate) fn fail(db: &Db, key: Key, error: &Error) -> Step<()> {
    let error = &clean::about_client(db, key, error)?;
    let changed = db
        .sql()
        .prepare_cached(
            "UPDATE client SET state = 'failed', in_doubt = 0, error = ?
             WHERE key = ? AND state NOT IN ('imported', 'failed', 'cancelled')",
        )?
        .execute((kept_error::write(error)?, key))?;
    if changed == 0 {
        return Ok(());
    }
    db.count(|tally| tally.clients.failed += 1);
    events::client(db, EventKind::ClientFailed, key, Some(error))?;
    files::fail_all_of(db, key, &for_files(error))
}

/// What the files of a failed client fail with.
pub(super) fn for_files(error: &Error) -> Error {
    Error::new(
        error.code(),
        format!("its client failed: {}", error.message()),
    )
}

/// The error of a failed client.
pub(super) fn failure(db: &Db, key: Key) -> Step<Option<Error>> {
    let text: Option<String> = db
        .sql()
        .prepare_cached("SELECT error FROM client WHERE key = ? AND state = 'failed'")?
        .query_row([key], |row| row.get(0))
        .optional()?
        .flatten();
    text.as_deref().map(kept_error::read).transpose()
}
