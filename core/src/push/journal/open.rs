//! Opening a journal file: made with mode 0600 whatever the umask, locked for one writer, checked
//! for kind, version and damage before anything is read from it.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::fault::{Fault, Step, io};
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

/// An open database, and whether this call made it.
pub(super) struct Opened {
    pub sql: Connection,
    pub fresh: bool,
}

pub(super) fn open(path: &Path, expect: Expect) -> Step<Opened> {
    let empty = prepare(path, expect)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let sql = Connection::open_with_flags(path, flags)?;
    lock(&sql)?;
    if empty {
        create(&sql).inspect_err(|_| remove(path))?;
    } else {
        check(&sql)?;
    }
    Ok(Opened { sql, fresh: empty })
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
        Ok(_) => header(path).map(|()| false),
    }
}

fn empty(path: &Path, expect: Expect) -> Step<bool> {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    let cut_off = std::fs::metadata(PathBuf::from(wal)).is_ok_and(|meta| meta.len() > 0);
    if cut_off || expect == Expect::Existing {
        return Err(Fault::corrupt("the file is empty"));
    }
    Ok(true)
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

/// A journal that no other run will read need not survive a power cut.
pub(super) fn make_fleeting(sql: &Connection) -> Step<()> {
    Ok(sql.pragma_update(None, "synchronous", "OFF")?)
}

fn create(sql: &Connection) -> Step<()> {
    let header = format!(
        "BEGIN; PRAGMA application_id = {}; PRAGMA user_version = {};",
        schema::APPLICATION_ID,
        schema::VERSION
    );
    sql.execute_batch(&format!("{header}{} COMMIT", schema::TABLES))?;
    // So that the file itself, without its log, says what it is.
    sql.pragma_update_and_check(None, "wal_checkpoint", "TRUNCATE", |_| Ok(()))?;
    Ok(())
}

fn check(sql: &Connection) -> Step<()> {
    let pragma = |name: &str| sql.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    if pragma("application_id")? != schema::APPLICATION_ID {
        return Err(Fault::corrupt("it is a database of another program"));
    }
    let version = pragma("user_version")?;
    if version > schema::VERSION {
        return Err(Fault::Database(
            ErrorCode::JournalVersion,
            format!(
                "the journal has version {version}, this library knows {}: upgrade the library",
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
