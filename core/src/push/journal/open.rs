//! Opening a journal file: made with mode 0600 whatever the umask, locked for one writer, checked
//! for kind, version and damage before anything is read from it.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::fault::{Fault, Step, io};
use super::log::Log;
use super::schema;
use crate::{Error, ErrorCode};

const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// What is expected at the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expect {
    /// Made when there is none.
    Any,
    /// Must be there.
    Existing,
}

/// An open database, and what is known about its past.
pub(super) struct Opened {
    pub sql: Connection,
    /// This call made it.
    pub fresh: bool,
    /// The one who had it open before did not get to close it: killed, or the power went.
    pub torn: bool,
}

pub(super) fn open(path: &Path, expect: Expect) -> Step<Opened> {
    let empty = prepare(path, expect)?;
    let log = match empty {
        // What a journal that is gone left beside it belongs to nothing; SQLite removes it.
        true => Log::None,
        false => Log::beside(path)?,
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let sql = Connection::open_with_flags(path, flags)?;
    // A log that is refused below is not tidied away when this connection closes.
    keep_log(&sql, log == Log::Damaged)?;
    lock(&sql)?;
    let fresh = empty || unborn(&sql)?;
    if log == Log::Damaged && !fresh && stage(&sql).map_or(true, |stage| stage == OPEN) {
        return Err(Fault::corrupt(
            "the start of its log, the file beside it whose name ends in -wal, is damaged",
        ));
    }
    keep_log(&sql, false)?;
    if fresh && expect == Expect::Existing {
        return Err(never_begun());
    }
    if fresh {
        create(&sql).inspect_err(|_| remove(path))?;
    } else {
        check(&sql)?;
        migrate(&sql)?;
    }
    let torn = begin_session(&sql, log)?;
    Ok(Opened { sql, fresh, torn })
}

fn keep_log(sql: &Connection, keep: bool) -> Step<()> {
    sql.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep)?;
    Ok(())
}

/// Whether a run was killed while it made the file: the tables and what says that it is a journal
/// come in one transaction, and everything else only after that has left the log.
fn unborn(sql: &Connection) -> Step<bool> {
    let tables: i64 = sql.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(tables == 0 && pragma(sql, "application_id")? == 0 && version(sql)? == 0)
}

/// A journal that was made and never said which push it is of.
pub(super) fn never_begun() -> Fault {
    Fault::Database(
        ErrorCode::JournalCorrupt,
        "the run that made this journal ended before anything was in it: open the push again \
         instead of resuming it, nothing was sent"
            .into(),
    )
}

/// Removes a journal that a failed opening made. Nothing was in it yet.
pub(super) fn remove(path: &Path) {
    for suffix in ["", "-wal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        // Whoever opens the same path next finds an empty journal at worst, which is taken as new.
        let _ = std::fs::remove_file(PathBuf::from(name));
    }
}

/// Sees to it that there is a file, and says whether it is an empty one: a run that was killed
/// right after making it left nothing else.
fn prepare(path: &Path, expect: Expect) -> Step<bool> {
    match std::fs::metadata(path) {
        Err(e) if e.kind() == ErrorKind::NotFound && expect == Expect::Any => {
            make(path).map(|()| true)
        }
        Err(e) if e.kind() == ErrorKind::NotFound => Err(io("there is no such file")),
        Err(e) => Err(io(&e.kind().to_string())),
        Ok(meta) if !meta.is_file() => Err(io("it is not a regular file")),
        Ok(meta) if meta.len() == 0 => empty(path, expect),
        // The first page may have been half written when it ended: what stands beside the file
        // takes that back, or brings it.
        Ok(_) if beside(path, "-journal") || beside(path, "-wal") => Ok(false),
        Ok(_) => header(path).map(|()| false),
    }
}

fn empty(path: &Path, expect: Expect) -> Step<bool> {
    if Log::beside(path)? != Log::None {
        return Err(Fault::corrupt("the file is empty"));
    }
    match expect {
        Expect::Any => Ok(true),
        Expect::Existing => Err(never_begun()),
    }
}

/// Whether there is a side file with something in it.
fn beside(path: &Path, suffix: &str) -> bool {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    std::fs::metadata(PathBuf::from(name)).is_ok_and(|meta| meta.len() > 0)
}

fn make(path: &Path) -> Step<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(file) => restrict(&file),
        // Somebody else made it this moment: the lock decides who goes on.
        Err(e) if e.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(io(&e.kind().to_string())),
    }
}

/// The mode a file is made with passes through the umask; SQLite gives its side files the mode of
/// the main one.
#[cfg(unix)]
fn restrict(file: &File) -> Step<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o600))
        .map_err(|e| io(&e.kind().to_string()))
}

#[cfg(not(unix))]
fn restrict(_: &File) -> Step<()> {
    Ok(())
}

fn header(path: &Path) -> Step<()> {
    let mut start = [0; 16];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut start));
    match read {
        Ok(()) if &start == MAGIC => Ok(()),
        Ok(()) => Err(Fault::corrupt("it is not a journal")),
        Err(e) if e.kind() == ErrorKind::UnexpectedEof => Err(Fault::corrupt("it is cut short")),
        Err(e) => Err(io(&e.kind().to_string())),
    }
}

/// Exclusive mode set before the first access: the lock is held until the connection closes, and
/// the write-ahead log needs no shared memory file.
fn lock(sql: &Connection) -> Step<()> {
    sql.busy_timeout(std::time::Duration::ZERO)?;
    sql.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    sql.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0))?;
    sql.pragma_update(None, "synchronous", "FULL")?;
    sql.execute_batch("BEGIN IMMEDIATE; COMMIT")?;
    Ok(())
}

fn create(sql: &Connection) -> Step<()> {
    let header = format!(
        "BEGIN; PRAGMA application_id = {}; PRAGMA user_version = {};",
        schema::APPLICATION_ID,
        schema::VERSION
    );
    let tables = schema::TABLES;
    let later = schema::MIGRATIONS.concat();
    sql.execute_batch(&format!("{header}{tables}{later} COMMIT"))?;
    // So that the file itself, without its log, says what it is.
    checkpoint(sql, "TRUNCATE")
}

fn checkpoint(sql: &Connection, how: &str) -> Step<()> {
    Ok(sql.pragma_update_and_check(None, "wal_checkpoint", how, |_| Ok(()))?)
}

/// Brings a journal of an older version to this one, in one transaction.
fn migrate(sql: &Connection) -> Step<()> {
    let version = version(sql)?;
    let done = usize::try_from(version - 1).map_err(|_| Fault::corrupt("it has no version"))?;
    let steps = schema::MIGRATIONS.get(done..).unwrap_or_default().concat();
    if steps.is_empty() {
        return Ok(());
    }
    let newest = schema::VERSION;
    let migrated = sql.execute_batch(&format!(
        "BEGIN; {steps} PRAGMA user_version = {newest}; COMMIT"
    ));
    if migrated.is_err() && !sql.is_autocommit() {
        // The migration's own error is the one to tell.
        let _ = sql.execute_batch("ROLLBACK");
    }
    Ok(migrated?)
}

/// Marks the journal as open, and says whether the last one to open it never closed it.
///
/// What is written while a journal is open stands in its log first. The mark stands in the file
/// itself from the start, so a log that was taken away, which SQLite would not miss, is noticed.
fn begin_session(sql: &Connection, log: Log) -> Step<bool> {
    let before = stage(sql)?;
    if before == OPEN && log != Log::Sound {
        return Err(Fault::corrupt(
            "its log, the file beside it whose name ends in -wal, is gone or cut short, \
             and with it what was written last",
        ));
    }
    // A log that is empty once more, and nothing lost: stopped before the second mark.
    set_stage(sql, OPENING)?;
    checkpoint(sql, "TRUNCATE")?;
    set_stage(sql, OPEN)?;
    checkpoint(sql, "PASSIVE")?;
    Ok(before == OPEN)
}

/// Marks the journal as closed, before its connection is.
pub(super) fn end_session(sql: &Connection) -> Step<()> {
    set_stage(sql, CLOSED)
}

const CLOSED: i64 = 0;
fn stage(sql: &Connection) -> Step<i64> {
    Ok(sql.query_row("SELECT stage FROM session", [], |row| row.get(0))?)
}

const OPENING: i64 = 1;
const OPEN: i64 = 2;

fn set_stage(sql: &Connection, stage: i64) -> Step<()> {
    sql.execute("UPDATE session SET stage = ?", [stage])?;
    Ok(())
}

fn version(sql: &Connection) -> Step<i32> {
    pragma(sql, "user_version")
}

fn pragma(sql: &Connection, name: &str) -> Step<i32> {
    Ok(sql.pragma_query_value(None, name, |row| row.get(0))?)
}

fn check(sql: &Connection) -> Step<()> {
    if pragma(sql, "application_id")? != schema::APPLICATION_ID {
        return Err(Fault::corrupt("it is a database of another program"));
    }
    let version = version(sql)?;
    if version > schema::VERSION {
        return Err(Fault::Database(
            ErrorCode::JournalVersion,
            format!(
                "the journal was written by a newer version of this library (journal version \
                 {version}; this library knows up to {}): nothing was read from it or changed; \
                 go on with the newer library, or upgrade this one",
                schema::VERSION
            ),
        ));
    }
    let sound: String = sql.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    if sound != "ok" {
        return Err(Fault::corrupt("its pages do not fit together"));
    }
    Ok(())
}

/// An error about a journal path that is no [`Fault`] of the database.
pub(super) fn temporary(e: &std::io::Error) -> Error {
    Error::new(
        ErrorCode::JournalIo,
        format!("no temporary journal could be made: {}", e.kind()),
    )
}
