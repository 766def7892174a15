//! The stage of the artifacts: which clients have files to attach, and what became of them.

use rusqlite::{OptionalExtension, Row};

use super::db::Db;
use super::fault::Step;
use super::files::shift;
use super::{Key, events, head};
use crate::push::event::EventKind;

/// A client with uploaded files to attach.
#[derive(Debug, Clone)]
pub(crate) struct ReadyClient {
    pub key: Key,
    pub job_work_id: String,
    /// Files an earlier run left in doubt are among them.
    pub in_doubt: bool,
    /// The first ones, if they were taken with it.
    pub files: Vec<ReadyFile>,
}

/// An uploaded file that is to become an artifact.
#[derive(Debug, Clone)]
pub(crate) struct ReadyFile {
    pub key: Key,
    pub external_id: String,
    pub file_url: String,
    pub uploaded_name: String,
    pub uploaded_type: String,
    pub category: Option<String>,
    pub metadata: Option<String>,
    pub size: Option<u64>,
    /// How often it was sent and its answer lost.
    pub lost: u32,
}

/// The next client without files on their way; `urgent` takes it even when another file may follow
/// any moment. Otherwise it waits until a later client was added or its last file came in before
/// `quiet_since`. The client is taken until [`release`].
pub(crate) fn claim(db: &Db, urgent: bool, quiet_since: i64) -> Step<Option<ReadyClient>> {
    let next = db
        .sql()
        .prepare_cached(
            "SELECT key, job_work_id, EXISTS (
                 SELECT 1 FROM file WHERE client_key = client.key AND state = 'uploaded'
                                      AND in_doubt = 1)
             FROM client
             WHERE state = 'created' AND pending = 0 AND ready > 0 AND attaching = 0
               AND (?1 OR touched <= ?2 OR key < (SELECT max(key) FROM client))
             ORDER BY touched LIMIT 1",
        )?
        .query_row((urgent, quiet_since), |row| {
            Ok(ReadyClient {
                key: row.get(0)?,
                job_work_id: row.get(1)?,
                in_doubt: row.get(2)?,
                files: Vec::new(),
            })
        })
        .optional()?;
    if let Some(client) = &next {
        db.sql()
            .prepare_cached("UPDATE client SET attaching = 1 WHERE key = ?")?
            .execute([client.key])?;
    }
    Ok(next)
}

/// As [`claim`], with the client's first files taken at once. Those an earlier run left in doubt are
/// settled before others are taken.
pub(crate) fn claim_with_files(
    db: &Db,
    urgent: bool,
    quiet_since: i64,
    limit: usize,
) -> Step<Option<ReadyClient>> {
    let Some(client) = claim(db, urgent, quiet_since)? else {
        return Ok(None);
    };
    let files = match client.in_doubt {
        true => Vec::new(),
        false => take(db, client.key, limit)?,
    };
    Ok(Some(ReadyClient { files, ..client }))
}

/// When the last file came in of the client that is attached next.
pub(crate) fn next_touched(db: &Db) -> Step<Option<i64>> {
    Ok(db
        .sql()
        .prepare_cached(
            "SELECT min(touched) FROM client
             WHERE state = 'created' AND pending = 0 AND ready > 0 AND attaching = 0",
        )?
        .query_row([], |row| row.get(0))?)
}

/// Lets go of a client taken by [`claim`].
pub(crate) fn release(db: &Db, client: Key) -> Step<()> {
    db.sql()
        .prepare_cached("UPDATE client SET attaching = 0 WHERE key = ?")?
        .execute([client])?;
    Ok(())
}

/// The next files of a client to attach, marked as in doubt before anything is sent.
pub(crate) fn take(db: &Db, client: Key, limit: usize) -> Step<Vec<ReadyFile>> {
    let files = select(db, client, limit, false)?;
    let mut mark = db
        .sql()
        .prepare_cached("UPDATE file SET in_doubt = 1 WHERE key = ?")?;
    for file in &files {
        mark.execute([file.key])?;
    }
    if !files.is_empty() {
        head::asking(db)?;
    }
    Ok(files)
}

/// As [`take`]; a client that has none left is let go of in the same step.
pub(crate) fn take_or_release(db: &Db, client: Key, limit: usize) -> Step<Vec<ReadyFile>> {
    let files = take(db, client, limit)?;
    if files.is_empty() {
        release(db, client)?;
    }
    Ok(files)
}

/// Files of a client that an earlier run left in doubt.
pub(crate) fn in_doubt(db: &Db, client: Key, limit: usize) -> Step<Vec<ReadyFile>> {
    select(db, client, limit, true)
}

fn select(db: &Db, client: Key, limit: usize, in_doubt: bool) -> Step<Vec<ReadyFile>> {
    let mut statement = db.sql().prepare_cached(
        "SELECT key, external_id, file_url, uploaded_name, uploaded_type, category, metadata, size,
                tries + in_doubt
         FROM file WHERE client_key = ? AND state = 'uploaded' AND in_doubt = ?
         ORDER BY key LIMIT ?",
    )?;
    let files = statement.query_map((client, in_doubt, limit as i64), ready)?;
    Ok(files.collect::<rusqlite::Result<_>>()?)
}

fn ready(row: &Row<'_>) -> rusqlite::Result<ReadyFile> {
    Ok(ReadyFile {
        key: row.get(0)?,
        external_id: row.get(1)?,
        file_url: row.get(2)?,
        uploaded_name: row.get(3)?,
        uploaded_type: row.get(4)?,
        category: row.get(5)?,
        metadata: row.get(6)?,
        size: row.get::<_, Option<i64>>(7)?.map(i64::cast_unsigned),
        lost: row.get(8)?,
    })
}

/// A file whose artifact was found at Filed.
#[derive(Debug, Clone)]
pub(crate) struct AttachedFile {
    pub key: Key,
    pub artifact_id: String,
    pub status: Option<String>,
}

/// Records attached files of one client, and when the first of the push was.
pub(crate) fn attached(db: &Db, client: Key, files: &[AttachedFile], now: i64) -> Step<()> {
    db.sql()
        .prepare_cached("UPDATE push SET attached_at = ? WHERE attached_at = 0")?
        .execute([head::wall_clock()])?;
    let mut statement = db.sql().prepare_cached(
        "UPDATE file SET state = 'attached', in_doubt = 0, artifact_id = ?, status = ?
         WHERE key = ? AND state = 'uploaded'",
    )?;
    let mut count = 0;
    for file in files {
        if statement.execute((&file.artifact_id, &file.status, file.key))? == 1 {
            count += 1;
            db.count(|tally| tally.files.attached += 1);
            events::file(db, EventKind::FileAttached, (client, file.key), None)?;
        }
    }
    match count {
        0 => Ok(()),
        count => shift(db, client, 0, -count, now),
    }
}

/// Gives files back that are not attached at Filed; they are attached again. `lost` says that they
/// were sent and the answer was lost, rather than never taken.
pub(crate) fn give_back(db: &Db, keys: &[Key], lost: bool) -> Step<()> {
    let mut statement = db.sql().prepare_cached(
        "UPDATE file SET in_doubt = 0, tries = tries + ? WHERE key = ? AND state = 'uploaded'",
    )?;
    for key in keys {
        statement.execute((lost, key))?;
    }
    Ok(())
}

/// Created clients of a committing push with nothing left to upload or attach are attached: some of
/// them, so that nobody waits long for the journal. Says whether there may be more.
pub(crate) fn settle(db: &Db) -> Step<bool> {
    const AT_ONCE: usize = 500;
    let keys: Vec<Key> = db
        .sql()
        .prepare_cached(
            "SELECT key FROM client WHERE state = 'created' AND pending = 0 AND ready = 0
                                      AND attaching = 0 ORDER BY key LIMIT 500",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut statement = db
        .sql()
        .prepare_cached("UPDATE client SET state = 'attached', attached = 1 WHERE key = ?")?;
    for key in &keys {
        statement.execute([key])?;
        db.count(|tally| tally.clients.attached += 1);
        events::client(db, EventKind::ClientAttached, *key, None)?;
    }
    Ok(keys.len() == AT_ONCE)
}

/// Whether a client is not attached yet, or failed.
pub(crate) fn any_unsettled(db: &Db) -> Step<bool> {
    Ok(db
        .sql()
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM client WHERE state IN ('added', 'created'))")?
        .query_row([], |row| row.get(0))?)
}
