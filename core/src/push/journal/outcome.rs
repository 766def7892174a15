//! The stage of the watch: what is not terminal yet, and what Filed said became of it.

use rusqlite::OptionalExtension;

use super::db::Db;
use super::fault::Step;
use super::{Key, events, kept_error};
use crate::Error;
use crate::push::event::EventKind;

/// How an item ended at Filed.
#[derive(Debug, Clone)]
pub(crate) enum Ending {
    Imported,
    Failed(Error),
    Cancelled(Error),
}

impl Ending {
    fn word(&self) -> &'static str {
        match self {
            Ending::Imported => "imported",
            Ending::Failed(_) => "failed",
            Ending::Cancelled(_) => "cancelled",
        }
    }

    fn error(&self) -> Option<&Error> {
        match self {
            Ending::Imported => None,
            Ending::Failed(error) | Ending::Cancelled(error) => Some(error),
        }
    }

    fn kind(&self, client: bool) -> EventKind {
        match (self, client) {
            (Ending::Imported, true) => EventKind::ClientImported,
            (Ending::Failed(_), true) => EventKind::ClientFailed,
            (Ending::Cancelled(_), true) => EventKind::ClientCancelled,
            (Ending::Imported, false) => EventKind::FileImported,
            (Ending::Failed(_), false) => EventKind::FileFailed,
            (Ending::Cancelled(_), false) => EventKind::FileCancelled,
        }
    }

    fn count(&self, counts: &mut crate::push::report::Counts) {
        match self {
            Ending::Imported => counts.imported += 1,
            Ending::Failed(_) => counts.failed += 1,
            Ending::Cancelled(_) => counts.cancelled += 1,
        }
    }
}

/// A client that is being imported, or some file of it is.
#[derive(Debug, Clone)]
pub(crate) struct WatchedClient {
    pub key: Key,
    pub job_work_id: String,
}

/// The next clients after `after` with something that is not terminal.
pub(crate) fn open_clients(db: &Db, after: Key, limit: usize) -> Step<Vec<WatchedClient>> {
    let mut statement = db.sql().prepare_cached(
        "SELECT key, job_work_id FROM client WHERE key IN (
             SELECT key FROM (SELECT key FROM client WHERE state = 'attached' AND key > ?1
                              ORDER BY key LIMIT ?2)
             UNION
             SELECT client_key FROM (SELECT DISTINCT client_key FROM file
                                     WHERE state = 'attached' AND client_key > ?1
                                     ORDER BY client_key LIMIT ?2))
         ORDER BY key LIMIT ?2",
    )?;
    let clients = statement.query_map((after, limit as i64), |row| {
        Ok(WatchedClient {
            key: row.get(0)?,
            job_work_id: row.get(1)?,
        })
    })?;
    Ok(clients.collect::<rusqlite::Result<_>>()?)
}

/// Whether anything is not terminal.
pub(crate) fn any_open(db: &Db) -> Step<bool> {
    Ok(db
        .sql()
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM client WHERE state = 'attached')
                 OR EXISTS (SELECT 1 FROM file WHERE state = 'attached')",
        )?
        .query_row([], |row| row.get(0))?)
}

/// What was read about a work.
#[derive(Debug, Clone)]
pub(crate) struct WorkNews {
    pub key: Key,
    pub status: Option<String>,
    pub ending: Option<Ending>,
    /// Without a word of its own a work ends when its files have ended.
    pub by_files: bool,
    pub artifacts: Vec<ArtifactNews>,
}

/// What was read about an artifact.
#[derive(Debug, Clone)]
pub(crate) struct ArtifactNews {
    pub artifact_id: String,
    pub status: Option<String>,
    pub ending: Option<Ending>,
}

/// Records what was read. Says whether anything moved.
pub(crate) fn record(db: &Db, news: &[WorkNews]) -> Step<bool> {
    let mut moved = false;
    for work in news {
        for artifact in &work.artifacts {
            moved |= record_artifact(db, work.key, artifact)?;
        }
        moved |= record_work(db, work)?;
    }
    Ok(moved)
}

fn record_artifact(db: &Db, client: Key, news: &ArtifactNews) -> Step<bool> {
    let known: Option<(Key, Option<String>)> = db
        .sql()
        .prepare_cached(
            "SELECT key, status FROM file
             WHERE client_key = ? AND state = 'attached' AND artifact_id = ?",
        )?
        .query_row((client, &news.artifact_id), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((key, status)) = known else {
        return Ok(false);
    };
    if status != news.status {
        db.sql()
            .prepare_cached("UPDATE file SET status = ? WHERE key = ?")?
            .execute((&news.status, key))?;
    }
    if let Some(ending) = &news.ending {
        end(
            db,
            "UPDATE file SET state = ?, error = ? WHERE key = ?",
            ending,
            key,
        )?;
        db.count(|tally| ending.count(&mut tally.files));
        events::file(db, ending.kind(false), (client, key), ending.error())?;
    }
    Ok(status != news.status || news.ending.is_some())
}

fn record_work(db: &Db, news: &WorkNews) -> Step<bool> {
    let known: Option<Option<String>> = db
        .sql()
        .prepare_cached("SELECT status FROM client WHERE key = ? AND state = 'attached'")?
        .query_row([news.key], |row| row.get(0))
        .optional()?;
    let Some(status) = known else {
        return Ok(false);
    };
    if status != news.status {
        db.sql()
            .prepare_cached("UPDATE client SET status = ? WHERE key = ?")?
            .execute((&news.status, news.key))?;
    }
    let ending = match (&news.ending, news.by_files) {
        (Some(ending), _) => Some(ending.clone()),
        (None, true) => ending_by_files(db, news.key)?,
        (None, false) => None,
    };
    if let Some(ending) = &ending {
        end(
            db,
            "UPDATE client SET state = ?, error = ? WHERE key = ?",
            ending,
            news.key,
        )?;
        db.count(|tally| ending.count(&mut tally.clients));
        events::client(db, ending.kind(true), news.key, ending.error())?;
    }
    Ok(status != news.status || ending.is_some())
}

fn end(db: &Db, statement: &str, ending: &Ending, key: Key) -> Step<()> {
    let error = ending.error().map(kept_error::write).transpose()?;
    db.sql()
        .prepare_cached(statement)?
        .execute((ending.word(), error, key))?;
    Ok(())
}

/// How a client ended whose work has no status of its own: imported when any of its files was or
/// when there were none to import, else as its last attached file did.
fn ending_by_files(db: &Db, client: Key) -> Step<Option<Ending>> {
    let row = db
        .sql()
        .prepare_cached(
            "SELECT count(*) FILTER (WHERE state = 'attached'),
                    count(*) FILTER (WHERE state = 'imported'),
                    count(*),
                    max(key) FROM file WHERE client_key = ? AND artifact_id IS NOT NULL",
        )?
        .query_row([client], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, i64>(1)?,
                row.get::<_, i64>(2)?,
                row.get::<_, Option<Key>>(3)?,
            ))
        })?;
    match row {
        (open, ..) if open > 0 => Ok(None),
        (_, imported, total, last) => match last {
            Some(last) if imported == 0 && total > 0 => as_its_file(db, last).map(Some),
            _ => Ok(Some(Ending::Imported)),
        },
    }
}

fn as_its_file(db: &Db, file: Key) -> Step<Ending> {
    let (state, error): (String, Option<String>) = db
        .sql()
        .prepare_cached("SELECT state, error FROM file WHERE key = ?")?
        .query_row([file], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let error = error.as_deref().map(kept_error::read).transpose()?;
    let error = error.unwrap_or_else(|| {
        Error::new(
            crate::ErrorCode::ImportFailed,
            "none of its files was imported",
        )
    });
    Ok(match state.as_str() {
        "cancelled" => Ending::Cancelled(error),
        _ => Ending::Failed(error),
    })
}
