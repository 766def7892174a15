//! The stage of the works: which clients to create next, and what became of them.

use rusqlite::Row;

use super::db::Db;
use super::fault::Step;
use super::{Key, events, head};
use crate::push::event::EventKind;

/// A client whose work is to be created.
#[derive(Debug, Clone)]
pub(crate) struct PendingWork {
    pub key: Key,
    pub external_id: String,
    pub name: String,
    /// How often it was sent and its answer lost.
    pub lost: u32,
}

fn pending(row: &Row<'_>) -> rusqlite::Result<PendingWork> {
    Ok(PendingWork {
        key: row.get(0)?,
        external_id: row.get(1)?,
        name: row.get(2)?,
        lost: row.get(3)?,
    })
}

/// The next clients to create, marked as in doubt before anything is sent.
pub(crate) fn claim(db: &Db, limit: usize) -> Step<Vec<PendingWork>> {
    let mut next = db.sql().prepare_cached(
        "SELECT key, external_id, name, tries FROM client
         WHERE state = 'added' AND in_doubt = 0 ORDER BY key LIMIT ?",
    )?;
    let works: Vec<_> = next
        .query_map([limit as i64], pending)?
        .collect::<rusqlite::Result<_>>()?;
    let mut mark = db
        .sql()
        .prepare_cached("UPDATE client SET in_doubt = 1 WHERE key = ?")?;
    for work in &works {
        mark.execute([work.key])?;
    }
    if !works.is_empty() {
        head::asking(db)?;
    }
    Ok(works)
}

/// Clients an earlier run left in doubt.
pub(crate) fn in_doubt(db: &Db, limit: usize) -> Step<Vec<PendingWork>> {
    let mut statement = db.sql().prepare_cached(
        "SELECT key, external_id, name, tries + 1 FROM client
         WHERE state = 'added' AND in_doubt = 1 ORDER BY key LIMIT ?",
    )?;
    let works = statement.query_map([limit as i64], pending)?;
    Ok(works.collect::<rusqlite::Result<_>>()?)
}

/// A client whose work was found at Filed.
#[derive(Debug, Clone)]
pub(crate) struct CreatedClient {
    pub key: Key,
    pub job_work_id: String,
    pub work_id: String,
    pub status: Option<String>,
}

/// Records created works.
pub(crate) fn created(db: &Db, clients: &[CreatedClient]) -> Step<()> {
    let mut statement = db.sql().prepare_cached(
        "UPDATE client SET state = 'created', in_doubt = 0, job_work_id = ?, work_id = ?, status = ?
         WHERE key = ? AND state = 'added'",
    )?;
    for client in clients {
        let row = (
            &client.job_work_id,
            &client.work_id,
            &client.status,
            client.key,
        );
        if statement.execute(row)? == 1 {
            db.count(|tally| tally.clients.sent += 1);
            events::client(db, EventKind::ClientCreated, client.key, None)?;
        }
    }
    Ok(())
}

/// Gives clients back that are not at Filed; they are created again. `lost` says that they were
/// sent and the answer was lost, rather than never taken.
pub(crate) fn give_back(db: &Db, keys: &[Key], lost: bool) -> Step<()> {
    let mut statement = db.sql().prepare_cached(
        "UPDATE client SET in_doubt = 0, tries = tries + ? WHERE key = ? AND state = 'added'",
    )?;
    for key in keys {
        statement.execute((lost, key))?;
    }
    Ok(())
}

/// Whether a client waits to be claimed.
pub(crate) fn any_waiting(db: &Db) -> Step<bool> {
    Ok(db
        .sql()
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM client WHERE state = 'added' AND in_doubt = 0)",
        )?
        .query_row([], |row| row.get(0))?)
}
