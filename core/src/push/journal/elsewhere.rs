//! Clients that other jobs of the connection hold already. They are kept, so that a client that is
//! added later, or gets another try in a later run, is compared as those were that came first.

use rusqlite::{OptionalExtension, Row};

use super::adopt::Standing;
use super::db::Db;
use super::fault::Step;
use super::{Key, clients};
use crate::{Error, ErrorCode};

/// Clients refused in one command, so that whoever else asks the journal is answered in between.
const STEP: u32 = 200;

/// Begins a comparison. What an earlier one found stays until this one is complete.
pub(crate) fn begin(db: &Db) -> Step<()> {
    db.sql().execute("UPDATE elsewhere SET current = 0", [])?;
    Ok(())
}

/// Keeps a work in another job; `begun` says that its import has.
pub(crate) fn keep(db: &Db, job: &str, work: &Standing, begun: bool) -> Step<()> {
    if work.external_id.is_empty() {
        return Ok(());
    }
    db.sql()
        .prepare_cached(
            "INSERT INTO elsewhere (external_id, job_id, job_work_id, begun) VALUES (?, ?, ?, ?)
             ON CONFLICT (external_id) DO UPDATE
             SET job_id = excluded.job_id, job_work_id = excluded.job_work_id,
                 begun = excluded.begun, current = 1
             WHERE current = 0",
        )?
        .execute((&work.external_id, job, &work.job_work_id, begun))?;
    Ok(())
}

/// Ends a comparison that read everything: forgets what is there no more, and says of all works of
/// these jobs that their import has begun.
pub(crate) fn complete(db: &Db, begun: &[String]) -> Step<()> {
    db.sql()
        .execute("DELETE FROM elsewhere WHERE current = 0", [])?;
    let begun = serde_json::Value::from(begun).to_string();
    db.sql().execute(
        "UPDATE elsewhere SET begun = 1 WHERE job_id IN (SELECT value FROM json_each(?))",
        [begun],
    )?;
    Ok(())
}

/// A job that was taken over holds nothing elsewhere.
pub(super) fn is_ours(db: &Db, job: &str) -> Step<()> {
    db.sql()
        .execute("DELETE FROM elsewhere WHERE job_id = ?", [job])?;
    Ok(())
}

/// Whether a client waits to be created that another job held when it was last looked for. Only
/// another run sees that, which gives such a client another try.
pub(crate) fn any_waiting(db: &Db) -> Step<bool> {
    Ok(db
        .sql()
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM elsewhere CROSS JOIN client USING (external_id)
                            WHERE state = 'added')",
        )?
        .query_row([], |row| row.get(0))?)
}

/// Fails the next clients that wait to be created and that another job holds; their works there are
/// left alone. Starts after the external id `after`; returns the one to go on after.
pub(crate) fn refuse(db: &Db, after: &str) -> Step<Option<String>> {
    let mut next = db.sql().prepare_cached(
        "SELECT external_id, job_id, elsewhere.job_work_id, begun, key
         FROM elsewhere CROSS JOIN client USING (external_id)
         WHERE external_id > ? AND state = 'added' ORDER BY external_id LIMIT ?",
    )?;
    let found: Vec<(Held, Key)> = next
        .query_map((after, STEP), |row| Ok((held(row)?, row.get(4)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (held, key) in &found {
        clients::fail(db, *key, &held.error())?;
    }
    Ok(found.into_iter().last().map(|(held, _)| held.external_id))
}

/// The error of a client that is added and that another job holds. Before the push has a job it is
/// not known yet which jobs are others.
pub(super) fn holds(db: &Db, external_id: &str) -> Step<Option<Error>> {
    let held = db
        .sql()
        .prepare_cached(
            "SELECT external_id, elsewhere.job_id, job_work_id, elsewhere.begun
             FROM elsewhere, push WHERE external_id = ? AND push.job_id IS NOT NULL",
        )?
        .query_row([external_id], held)
        .optional()?;
    Ok(held.map(|held| held.error()))
}

/// A client at Filed, and where.
struct Held {
    external_id: String,
    job_id: String,
    job_work_id: String,
    begun: bool,
}

fn held(row: &Row<'_>) -> rusqlite::Result<Held> {
    Ok(Held {
        external_id: row.get(0)?,
        job_id: row.get(1)?,
        job_work_id: row.get(2)?,
        begun: row.get(3)?,
    })
}

impl Held {
    fn error(&self) -> Error {
        let (state, next) = match self.begun {
            true => (
                "whose import has begun",
                "leave this client out, or send it under another external id",
            ),
            false => (
                "whose import has not begun",
                "to go on with that job, open the push with a new journal and on_existing = adopt; \
                 to send the client once more, give it another external id",
            ),
        };
        let (work, job) = (&self.job_work_id, &self.job_id);
        Error::new(
            ErrorCode::ExternalIdExists,
            format!(
                "Filed already has a client with this external id: job work `{work}` in job \
                 `{job}`, {state}. It was left alone, and nothing was created for it here: {next}"
            ),
        )
        .with_external_id(&self.external_id)
    }
}
