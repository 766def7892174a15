//! The comparison of the journal with what Filed holds, page by page: each work and artifact that
//! is read is marked as seen; what was not seen at the end is missing. The marks are a bit per
//! entry in memory: a pass belongs to one run, and nothing of it need be written.

use std::time::Duration;

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

/// What one pass has seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    clients: Keys,
    files: Keys,
}

/// A set of keys. They count from 1 without gaps, so a bit for each is little.
#[derive(Debug, Default)]
struct Keys(Vec<u64>);

impl Keys {
    fn place(key: Key) -> (usize, u64) {
        let key = usize::try_from(key).unwrap_or(0);
        (key / 64, 1 << (key % 64))
    }

    fn add(&mut self, key: Key) {
        let (at, bit) = Self::place(key);
        if self.0.len() <= at {
            self.0.resize(at + 1, 0);
        }
        if let Some(word) = self.0.get_mut(at) {
            *word |= bit;
        }
    }

    fn has(&self, key: Key) -> bool {
        let (at, bit) = Self::place(key);
        self.0.get(at).is_some_and(|word| word & bit != 0)
    }
}

/// What is at Filed and does not fit the journal.
#[derive(Debug, Default)]
pub(crate) struct Extra {
    /// Under an external id this push does not have there.
    pub foreign: Names,
    /// Under an external id of this push, beside the entry the journal knows.
    pub doubled: Names,
}

/// What one pass has seen, and what of it the journal does not know.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    pub seen: Seen,
    pub extra: Extra,
}

/// Marks a page of works as seen.
pub(crate) fn mark(db: &Db, pass: &mut Comparison, works: &[SeenWork]) -> Step<()> {
    for work in works {
        let name = work.external_id.as_deref().unwrap_or(&work.id);
        match client(db, work)? {
            Some(key) => {
                pass.seen.clients.add(key);
                mark_artifacts(db, pass, key, work)?;
            }
            None if is_created(db, work.external_id.as_deref())? => pass.extra.doubled.add(name),
            None => pass.extra.foreign.add(name),
        }
    }
    Ok(())
}

fn client(db: &Db, work: &SeenWork) -> Step<Option<Key>> {
    Ok(db
        .sql()
        .prepare_cached("SELECT key FROM client WHERE external_id = ? AND job_work_id = ?")?
        .query_row((&work.external_id, &work.id), |row| row.get(0))
        .optional()?)
}

fn is_created(db: &Db, external_id: Option<&str>) -> Step<bool> {
    Ok(db
        .sql()
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM client
                            WHERE external_id = ? AND job_work_id IS NOT NULL)",
        )?
        .query_row([external_id], |row| row.get(0))?)
}

fn mark_artifacts(db: &Db, pass: &mut Comparison, client: Key, work: &SeenWork) -> Step<()> {
    let mut find = db.sql().prepare_cached(
        "SELECT key FROM file WHERE external_id = ? AND client_key = ? AND artifact_id = ?",
    )?;
    let mut attached = db.sql().prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM file WHERE external_id = ? AND client_key = ?
                                             AND artifact_id IS NOT NULL)",
    )?;
    for (id, external_id) in &work.artifacts {
        let key = find.query_row((external_id, client, id), |row| row.get(0));
        if let Some(key) = key.optional()? {
            pass.seen.files.add(key);
            continue;
        }
        match attached.query_row((external_id, client), |row| row.get(0))? {
            true => pass.extra.doubled.add(external_id),
            false => pass.extra.foreign.add(external_id),
        }
    }
    Ok(())
}

/// What the journal has as attached and this pass did not see.
pub(crate) fn missing(db: &Db, seen: &Seen) -> Step<Names> {
    let mut names = unseen(
        db,
        "SELECT key FROM client WHERE state = 'attached' ORDER BY key",
        "SELECT external_id FROM client WHERE key = ?",
        &seen.clients,
    )?;
    names.extend(unseen(
        db,
        "SELECT key FROM file WHERE state = 'attached' ORDER BY client_key, key",
        "SELECT external_id FROM file WHERE key = ?",
        &seen.files,
    )?);
    Ok(names)
}

/// Walks the keys by an index alone; a row is looked at only when its name is wanted.
fn unseen(db: &Db, keys: &str, name: &str, seen: &Keys) -> Step<Names> {
    let mut names = Names::default();
    let mut keys = db.sql().prepare_cached(keys)?;
    let mut name = db.sql().prepare_cached(name)?;
    let mut rows = keys.query([])?;
    while let Some(row) = rows.next()? {
        let key: Key = row.get(0)?;
        if !seen.has(key) {
            names.add(&name.query_row([key], |row| row.get::<_, String>(0))?);
        }
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

/// What is known of the time before the import was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Before {
    pub moved: Moved,
    /// How long the first artifact had been there when the import was asked for.
    pub still: Duration,
    /// When it was asked for, by the wall clock.
    pub asked_at: i64,
}

/// Records what had moved when the comparison succeeded.
pub(crate) fn set_moved(db: &Db, moved: Moved) -> Step<()> {
    db.sql().execute(
        "UPDATE push SET works_moved = ?, artifacts_moved = ?",
        (moved.works, moved.artifacts),
    )?;
    Ok(())
}

/// What was recorded of the time before the import was asked for.
pub(crate) fn before(db: &Db) -> Step<Before> {
    Ok(db.sql().query_row(
        "SELECT works_moved, artifacts_moved, attached_at, initiate_at FROM push",
        [],
        |row| {
            let (attached, asked_at): (i64, i64) = (row.get(2)?, row.get(3)?);
            let still = match attached {
                0 => 0,
                attached => u64::try_from(asked_at.saturating_sub(attached)).unwrap_or(0),
            };
            Ok(Before {
                moved: Moved {
                    works: row.get(0)?,
                    artifacts: row.get(1)?,
                },
                still: Duration::from_millis(still),
                asked_at,
            })
        },
    )?)
}
