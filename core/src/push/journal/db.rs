//! [`Db`]: the connection with what belongs to each transaction beside it: the tally behind
//! progress snapshots and the newest event's sequence.

use std::cell::Cell;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::fault::Step;
use super::schema::word;
use crate::push::report::{Counts, PushState};

/// What a progress snapshot shows. Kept beside the database so that a snapshot costs the same at
/// any size; counted anew from the rows when a journal is opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub state: PushState,
    /// The run's last event was written: nothing may follow it.
    pub over: bool,
    pub clients: Counts,
    pub files: Counts,
    pub bytes_total: u64,
    pub bytes_sent: u64,
}

/// Pages in the write-ahead log before they are written to the file itself: 16 MiB. The same pages
/// are written again and again while a push runs, and go into the file once for all of it.
const LOG_PAGES: i64 = 4096;

/// The database of one push, on its own thread.
pub(crate) struct Db {
    sql: Connection,
    tally: Cell<Tally>,
    sequence: Cell<u64>,
    must_last: Cell<bool>,
}

impl Db {
    pub fn new(sql: Connection) -> Step<Self> {
        sql.set_prepared_statement_cache_capacity(128);
        // Otherwise SQLite parses a statement anew whenever a value is bound that it compared with
        // the condition of a partial index, which is nearly every time here.
        sql.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        sql.pragma_update_and_check(None, "wal_autocheckpoint", LOG_PAGES, |_| Ok(()))?;
        // What a savepoint would bring back is kept in memory. SQLite writes it to a temporary file
        // otherwise: names outside the journal, and as many writes again as the log takes.
        sql.pragma_update(None, "temp_store", "MEMORY")?;
        let db = Self {
            sql,
            tally: Cell::default(),
            sequence: Cell::new(0),
            must_last: Cell::default(),
        };
        db.recount()?;
        Ok(db)
    }

    pub fn sql(&self) -> &Connection {
        &self.sql
    }

    pub fn tally(&self) -> Tally {
        self.tally.get()
    }

    pub fn count(&self, change: impl FnOnce(&mut Tally)) {
        let mut tally = self.tally.get();
        change(&mut tally);
        self.tally.set(tally);
    }

    pub fn sequence(&self) -> u64 {
        self.sequence.get()
    }

    pub fn set_sequence(&self, sequence: u64) {
        self.sequence.set(sequence);
    }

    /// Says that what is written now, and all before, must survive a power cut before whoever asked
    /// for it is answered.
    pub fn must_last(&self) {
        self.must_last.set(true);
    }

    /// Whether that was said since the last time.
    pub fn take_must_last(&self) -> bool {
        self.must_last.take()
    }

    /// What a rollback has to bring back beside the rows.
    pub fn checkpoint(&self) -> (Tally, u64) {
        (self.tally.get(), self.sequence.get())
    }

    pub fn restore(&self, (tally, sequence): (Tally, u64)) {
        self.tally.set(tally);
        self.sequence.set(sequence);
    }

    /// Counts everything anew from the rows.
    pub fn recount(&self) -> Step<()> {
        self.tally.set(counted(&self.sql)?);
        self.sequence.set(self.sql.query_row(
            "SELECT ifnull(max(seq), 0) FROM event",
            [],
            |row| row.get::<_, i64>(0).map(i64::cast_unsigned),
        )?);
        Ok(())
    }
}

fn counted(sql: &Connection) -> Step<Tally> {
    let state: Option<String> = sql.query_row("SELECT max(state) FROM push", [], |r| r.get(0))?;
    let clients = counts(sql, "client", "job_work_id IS NOT NULL", "attached = 1")?;
    let files = counts(
        sql,
        "file",
        "file_url IS NOT NULL",
        "artifact_id IS NOT NULL",
    )?;
    let (total, sent) = sql.query_row(
        "SELECT ifnull(sum(size), 0), ifnull(sum(size) FILTER (WHERE file_url IS NOT NULL), 0) FROM file",
        [],
        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)),
    )?;
    Ok(Tally {
        state: state.map_or(Ok(PushState::Open), |text| word::push_state(&text))?,
        over: false,
        clients,
        files,
        bytes_total: total.cast_unsigned(),
        bytes_sent: sent.cast_unsigned(),
    })
}

fn counts(sql: &Connection, table: &str, sent: &str, attached: &str) -> Step<Counts> {
    let statement = format!(
        "SELECT count(*), count(*) FILTER (WHERE {sent}), count(*) FILTER (WHERE {attached}),
            count(*) FILTER (WHERE state = 'imported'), count(*) FILTER (WHERE state = 'failed'),
            count(*) FILTER (WHERE state = 'cancelled') FROM {table}"
    );
    let number = |row: &rusqlite::Row<'_>, i| row.get::<_, i64>(i).map(i64::cast_unsigned);
    Ok(sql.query_row(&statement, [], |row| {
        Ok(Counts {
            total: number(row, 0)?,
            sent: number(row, 1)?,
            attached: number(row, 2)?,
            imported: number(row, 3)?,
            failed: number(row, 4)?,
            cancelled: number(row, 5)?,
        })
    })?)
}
