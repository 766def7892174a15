//! Taking over a job that an earlier run began and whose journal is gone: which of the works there
//! carry external ids of this push, and recording them as ours.

use rusqlite::OptionalExtension;

use super::db::Db;
use super::fault::Step;
use super::files::shift;
use super::works::{self, CreatedClient, PendingWork};
use super::{Key, elsewhere, events, head};
use crate::push::event::EventKind;

/// A work that stands at Filed already.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub external_id: String,
    pub job_work_id: String,
    pub work_id: String,
    pub status: Option<String>,
    /// External id, id and status word of each artifact.
    pub artifacts: Vec<(String, String, Option<String>)>,
}

/// The client with an external id; `None` when this push does not have it.
pub(crate) fn client_of(db: &Db, external_id: &str) -> Step<Option<Key>> {
    let mut find = db
        .sql()
        .prepare_cached("SELECT key FROM client WHERE external_id = ? AND state <> 'failed'")?;
    Ok(find.query_row([external_id], |row| row.get(0)).optional()?)
}

/// How many of a work's artifacts are files of this client.
pub(crate) fn known_artifacts(db: &Db, client: Key, work: &Standing) -> Step<usize> {
    let mut find = db.sql().prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM file WHERE external_id = ? AND client_key = ?)",
    )?;
    let mut known = 0;
    for (external_id, ..) in &work.artifacts {
        let is_ours: bool = find.query_row((external_id, client), |row| row.get(0))?;
        known += usize::from(is_ours);
    }
    Ok(known)
}

/// Takes a job over with everything in it that is ours. A file that is on its way, or uploaded, is
/// left in doubt: its artifact is found when its turn comes.
pub(crate) fn take_over(
    db: &Db,
    job_id: &str,
    begun: bool,
    works: &[(Key, Standing)],
    note: &str,
) -> Step<()> {
    head::job_created(db, job_id)?;
    elsewhere::is_ours(db, job_id)?;
    db.sql().execute("UPDATE push SET begun = ?", [begun])?;
    head::note(db, note)?;
    for (key, work) in works {
        let created = CreatedClient {
            key: *key,
            job_work_id: work.job_work_id.clone(),
            work_id: work.work_id.clone(),
            status: work.status.clone(),
        };
        works::created(db, &[created])?;
        take_artifacts(db, *key, work)?;
    }
    Ok(())
}

fn take_artifacts(db: &Db, client: Key, work: &Standing) -> Step<()> {
    let mut attach = db.sql().prepare_cached(
        "UPDATE file SET state = 'attached', in_doubt = 0, artifact_id = ?, status = ?
         WHERE external_id = ? AND client_key = ? AND state = 'added' RETURNING key",
    )?;
    let mut doubt = db.sql().prepare_cached(
        "UPDATE file SET in_doubt = 1
         WHERE external_id = ? AND client_key = ? AND state IN ('uploading', 'uploaded')",
    )?;
    for (external_id, id, status) in &work.artifacts {
        let row = (id, status, external_id, client);
        let key: Option<Key> = attach.query_row(row, |row| row.get(0)).optional()?;
        let Some(key) = key else {
            doubt.execute((external_id, client))?;
            continue;
        };
        shift(db, client, -1, 0, 0)?;
        db.count(|tally| tally.files.attached += 1);
        events::file(db, EventKind::FileAttached, (client, key), None)?;
    }
    Ok(())
}

/// Those of a batch that are still to be created.
pub(crate) fn still_wanted(db: &Db, batch: Vec<PendingWork>) -> Step<Vec<PendingWork>> {
    let mut find = db
        .sql()
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM client WHERE key = ? AND state = 'added')")?;
    let mut wanted = Vec::with_capacity(batch.len());
    for work in batch {
        if find.query_row([work.key], |row| row.get(0))? {
            wanted.push(work);
        }
    }
    Ok(wanted)
}
