//! The push itself: its identity, its phase, its job, what was sent to initiate it, its notes.

use rusqlite::OptionalExtension;

use super::db::Db;
use super::events;
use super::fault::{Fault, Step};
use super::open;
use super::schema::word;
use crate::push::entry::{OnExisting, PushOptions};
use crate::push::event::EventKind;
use crate::push::report::PushState;
use crate::{Error, ErrorCode};

/// The push's row.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub connection_id: String,
    pub workspace_id: String,
    pub job_name: String,
    pub allow_partial: bool,
    pub on_existing: OnExisting,
    pub state: PushState,
    pub job_id: Option<String>,
    /// A job was asked for and its id was never learnt.
    pub job_in_doubt: bool,
    /// The request to initiate was about to be sent, or was.
    pub initiate_sent: bool,
    /// When something was last asked for that may have been created, by the wall clock.
    pub asked_at: i64,
    /// The job was taken over after its import had begun.
    pub begun: bool,
}

/// The push's row; `None` in a journal that was made but never identified.
pub(crate) fn read(db: &Db) -> Step<Option<Head>> {
    let row = db
        .sql()
        .prepare_cached(
            "SELECT connection_id, workspace_id, job_name, allow_partial, on_existing, state,
                    job_id, job_in_doubt, initiate_sent, asked_at, begun FROM push",
        )?
        .query_row([], |row| {
            let head = Head {
                connection_id: row.get(0)?,
                workspace_id: row.get(1)?,
                job_name: row.get(2)?,
                allow_partial: row.get(3)?,
                on_existing: OnExisting::Error,
                state: PushState::Open,
                job_id: row.get(6)?,
                job_in_doubt: row.get(7)?,
                initiate_sent: row.get(8)?,
                asked_at: row.get(9)?,
                begun: row.get(10)?,
            };
            Ok((head, row.get::<_, String>(4)?, row.get::<_, String>(5)?))
        })
        .optional()?;
    row.map(|(head, on_existing, state)| {
        Ok(Head {
            on_existing: word::on_existing_from(&on_existing)?,
            state: word::push_state(&state)?,
            ..head
        })
    })
    .transpose()
}

/// The push's row of a journal that has one.
pub(crate) fn get(db: &Db) -> Step<Head> {
    read(db)?.ok_or_else(open::never_begun)
}

/// Writes the identity into a fresh journal, or compares it with what the journal says. The two
/// policies may differ from run to run: the last word counts until the import was initiated.
pub(crate) fn identify(db: &Db, options: &PushOptions) -> Step<Head> {
    if let Some(head) = read(db)? {
        compare(&head, options)?;
    }
    db.sql().execute(
        "INSERT INTO push (id, connection_id, workspace_id, job_name, allow_partial, on_existing)
         VALUES (1, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE
         SET allow_partial = excluded.allow_partial, on_existing = excluded.on_existing",
        (
            &options.connection_id,
            &options.workspace_id,
            &options.job_name,
            options.allow_partial,
            word::on_existing(options.on_existing),
        ),
    )?;
    get(db)
}

/// Whether a journal belongs to the push that `options` describe.
pub(crate) fn compare(head: &Head, options: &PushOptions) -> Step<()> {
    let differs = [
        ("connection_id", head.connection_id != options.connection_id),
        ("workspace_id", head.workspace_id != options.workspace_id),
        ("job_name", head.job_name != options.job_name),
    ];
    match differs.iter().find(|(_, differs)| *differs) {
        None => Ok(()),
        Some((field, _)) => Err(Fault::Database(
            ErrorCode::JournalMismatch,
            format!("the journal belongs to a push with another {field}: use one journal per push"),
        )),
    }
}

fn phase(db: &Db, state: PushState, kind: EventKind) -> Step<()> {
    db.sql()
        .prepare_cached("UPDATE push SET state = ?")?
        .execute([state.as_str()])?;
    db.must_last();
    db.count(|tally| tally.state = state);
    events::push(db, kind, None)
}

/// Open → committing. Nothing happens when it is committing or further already, or when the run was
/// stopped this moment: the one who commits is told so, and no event follows the last.
pub(crate) fn commit(db: &Db) -> Step<()> {
    if db.tally().state != PushState::Open || db.tally().over {
        // The one who committed it may wait for the disk at this moment.
        db.must_last();
        return Ok(());
    }
    if db.tally().clients.total == 0 {
        return Err(Error::new(
            ErrorCode::PushState,
            "the push is empty: add a client before committing it",
        )
        .into());
    }
    phase(db, PushState::Committing, EventKind::PushCommitting)
}

/// Refuses additions once the push is committing.
pub(super) fn require_open(db: &Db) -> Step<()> {
    if db.tally().state == PushState::Open {
        return Ok(());
    }
    Err(Error::new(
        ErrorCode::PushState,
        "the push was committed: nothing more can be added, open a new push for what is missing",
    )
    .into())
}

/// Milliseconds of the wall clock, which goes on between runs.
pub(crate) fn wall_clock() -> i64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_millis()).ok())
        .unwrap_or(0)
}

/// Says that something is about to be asked for that may then exist.
pub(super) fn asking(db: &Db) -> Step<()> {
    db.sql()
        .prepare_cached("UPDATE push SET asked_at = ?")?
        .execute([wall_clock()])?;
    db.must_last();
    Ok(())
}

/// Says that a job is about to be asked for.
pub(crate) fn job_asked(db: &Db) -> Step<()> {
    db.sql().execute("UPDATE push SET job_in_doubt = 1", [])?;
    db.must_last();
    Ok(())
}

/// Records the job.
pub(crate) fn job_created(db: &Db, id: &str) -> Step<()> {
    db.sql()
        .execute("UPDATE push SET job_id = ?, job_in_doubt = 0", [id])?;
    db.must_last();
    events::push(db, EventKind::JobCreated, None)
}

/// Says that the request to initiate is about to be sent (or, after a clean refusal, that it had
/// no effect).
pub(crate) fn initiate_sent(db: &Db, sent: bool) -> Step<()> {
    db.sql().execute(
        "UPDATE push SET initiate_sent = ?, initiate_at = ?",
        (sent, if sent { wall_clock() } else { 0 }),
    )?;
    db.must_last();
    Ok(())
}

/// Committing → initiated.
pub(crate) fn initiated(db: &Db) -> Step<()> {
    phase(db, PushState::Initiated, EventKind::PushInitiated)
}

/// Initiated → watching; nobody is told.
pub(crate) fn watching(db: &Db) -> Step<()> {
    db.sql().execute("UPDATE push SET state = 'watching'", [])?;
    db.count(|tally| tally.state = PushState::Watching);
    Ok(())
}

/// Watching → done. Told again by a run that finds the push done.
pub(crate) fn done(db: &Db) -> Step<()> {
    phase(db, PushState::Done, EventKind::PushDone)
}

/// Keeps something out of the ordinary for the report; the same text once.
pub(crate) fn note(db: &Db, text: &str) -> Step<()> {
    db.sql()
        .execute("INSERT OR IGNORE INTO note (text) VALUES (?)", [text])?;
    Ok(())
}

/// Every note, oldest first.
pub(crate) fn notes(db: &Db) -> Step<Vec<String>> {
    let mut statement = db
        .sql()
        .prepare_cached("SELECT text FROM note ORDER BY id")?;
    let notes = statement.query_map([], |row| row.get(0))?;
    Ok(notes.collect::<rusqlite::Result<_>>()?)
}
