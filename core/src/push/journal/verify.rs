//! The comparison of the journal with what Filed holds, page by page: each work and artifact that
//! is read marks its row as seen in this pass; what was not seen at the end is missing.

use rusqlite::OptionalExtension;

use super::Key;
use super::db::Db;
use super::fault::Step;

/// Items named in an error at most.
pub(crate) const NAMED: usize = 10;

/// A work as it was read.
#[derive(Debug, Clone)]
pub(crate) struct SeenWork {
    pub id: String,
    pub external_id: Option<String>,
    /// Id and external id of each artifact.
    pub artifacts: Vec<(String, String)>,
}

/// Something that does not fit, by external id.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    pub total: u64,
    pub first: Vec<String>,
}

impl Names {
    fn add(&mut self, name: &str) {
        self.total += 1;
        if self.first.len() < NAMED {
            self.first.push(name.to_owned());
        }
    }

    /// Adds what another page had.
    pub fn extend(&mut self, other: Names) {
        self.total += other.total;
        let room = NAMED.saturating_sub(self.first.len());
        self.first.extend(other.first.into_iter().take(room));
    }
}

/// Begins a pass and returns its number.
pub(crate) fn begin(db: &Db) -> Step<i64> {
    Ok(db.sql().query_row(
        "UPDATE push SET verify_pass = verify_pass + 1 RETURNING verify_pass",
        [],
        |row| row.get(0),
    )?)
}

/// Marks a page of works as seen and returns what the journal does not know.
pub(crate) fn mark(db: &Db, pass: i64, works: &[SeenWork]) -> Step<Names> {
    let mut extra = Names::default();
    for work in works {
        let name = work.external_id.as_deref().unwrap_or(&work.id);
        match mark_client(db, pass, work)? {
            None => extra.add(name),
            Some(client) => mark_artifacts(db, pass, client, work, &mut extra)?,
        }
    }
    Ok(extra)
}

fn mark_client(db: &Db, pass: i64, work: &SeenWork) -> Step<Option<Key>> {
    Ok(db
        .sql()
        .prepare_cached(
            "UPDATE client SET seen = ? WHERE external_id = ? AND job_work_id = ? RETURNING key",
        )?
        .query_row((pass, &work.external_id, &work.id), |row| row.get(0))
        .optional()?)
}

fn mark_artifacts(db: &Db, pass: i64, client: Key, work: &SeenWork, extra: &mut Names) -> Step<()> {
    let mut mark = db.sql().prepare_cached(
        "UPDATE file SET seen = ?
         WHERE external_id = ? AND client_key = ? AND artifact_id = ?",
    )?;
    for (id, external_id) in &work.artifacts {
        if mark.execute((pass, external_id, client, id))? == 0 {
            extra.add(external_id);
        }
    }
    Ok(())
}

/// What the journal has as attached and this pass did not see.
pub(crate) fn missing(db: &Db, pass: i64) -> Step<Names> {
    let mut names = unseen(
        db,
        "SELECT external_id FROM client WHERE state = 'attached' AND seen < ? ORDER BY key",
        pass,
    )?;
    names.extend(unseen(
        db,
        "SELECT external_id FROM file WHERE state = 'attached' AND seen < ? ORDER BY client_key, key",
        pass,
    )?);
    Ok(names)
}

fn unseen(db: &Db, statement: &str, pass: i64) -> Step<Names> {
    let mut names = Names::default();
    let mut statement = db.sql().prepare_cached(statement)?;
    let mut rows = statement.query([pass])?;
    while let Some(row) = rows.next()? {
        names.add(&row.get::<_, String>(0)?);
    }
    Ok(names)
}

/// Which kinds of items had moved away from their first state before the import was initiated:
/// those moving is no evidence that it was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Moved {
    pub works: bool,
    pub artifacts: bool,
}

/// Records what had moved when the comparison succeeded.
pub(crate) fn set_moved(db: &Db, moved: Moved) -> Step<()> {
    db.sql().execute(
        "UPDATE push SET works_moved = ?, artifacts_moved = ?",
        (moved.works, moved.artifacts),
    )?;
    Ok(())
}

/// What [`set_moved`] recorded.
pub(crate) fn moved(db: &Db) -> Step<Moved> {
    Ok(db
        .sql()
        .query_row("SELECT works_moved, artifacts_moved FROM push", [], |row| {
            Ok(Moved {
                works: row.get(0)?,
                artifacts: row.get(1)?,
            })
        })?)
}
