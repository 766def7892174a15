//! [`Store`]: what outlives the process: the server's secret, unfinished uploads, answers under
//! their idempotency keys. One SQLite file and a folder of parts, mode 0700, one server at a time.

pub mod once;
pub mod uploads;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ring::rand::{SecureRandom, SystemRandom};
use rusqlite::Connection;
use secrecy::{ExposeSecret, SecretBox};
use tempfile::{NamedTempFile, TempDir};

use super::config::invalid;
use super::private;
use super::problem::{Code, Problem};
use crate::{Error, Result};

/// The version of the tables.
const VERSION: i32 = 1;

const TABLES: &str = "
CREATE TABLE upload (
    id TEXT PRIMARY KEY, caller TEXT NOT NULL, client TEXT NOT NULL, file TEXT NOT NULL,
    length INTEGER NOT NULL, received INTEGER NOT NULL, ends INTEGER NOT NULL, answer TEXT
) STRICT;
CREATE TABLE once (
    caller TEXT NOT NULL, place TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL,
    answer TEXT NOT NULL, ends INTEGER NOT NULL, PRIMARY KEY (caller, place, key)
) STRICT;
";

/// The state of one server.
pub struct Store {
    sql: Mutex<Connection>,
    parts: PathBuf,
    /// Where there is no state folder: one that goes with the server.
    _fleeting: Option<TempDir>,
}

impl Store {
    /// Opens the state, or makes it. Blocks.
    ///
    /// # Errors
    /// `CONFIG_INVALID` when the folder cannot be used, or another server uses it.
    pub fn open(folder: Option<&Path>) -> Result<(Arc<Self>, SecretBox<[u8; 32]>)> {
        let fleeting = match folder {
            Some(_) => None,
            None => Some(TempDir::new().map_err(|e| unusable(&e))?),
        };
        let folder = match (&fleeting, folder) {
            (Some(own), _) => own.path(),
            (None, Some(folder)) => folder,
            (None, None) => return Err(invalid("state_dir is missing")),
        };
        let parts = folder.join("parts");
        private::folder(folder).map_err(|e| unusable(&e))?;
        private::folder(&parts).map_err(|e| unusable(&e))?;
        let sql = database(&folder.join("state.sqlite")).map_err(|_| {
            invalid("state_dir: its database cannot be opened, or another server uses it")
        })?;
        let secret = secret(folder).map_err(|e| unusable(&e))?;
        let store = Self {
            sql: Mutex::new(sql),
            parts,
            _fleeting: fleeting,
        };
        Ok((Arc::new(store), secret))
    }

    /// Where the bytes of an upload are.
    pub fn part(&self, id: &str) -> PathBuf {
        self.parts.join(id)
    }

    /// Runs statements on a thread that may block.
    pub async fn with<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Problem> {
        let store = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            work(&store.sql.lock().unwrap_or_else(PoisonError::into_inner))
        });
        match done.await {
            Ok(Ok(value)) => Ok(value),
            _ => Err(Problem::new(Code::Internal)),
        }
    }
}

fn database(path: &Path) -> rusqlite::Result<Connection> {
    let sql = Connection::open(path)?;
    private::restrict(path).map_err(|_| rusqlite::Error::InvalidPath(PathBuf::new()))?;
    sql.busy_timeout(std::time::Duration::ZERO)?;
    sql.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    sql.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    sql.pragma_update(None, "synchronous", "FULL")?;
    sql.execute_batch("BEGIN IMMEDIATE; COMMIT")?;
    let version: i32 = sql.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match version {
        0 => sql.execute_batch(&format!(
            "BEGIN; {TABLES} PRAGMA user_version = {VERSION}; COMMIT"
        ))?,
        VERSION => {}
        _ => return Err(rusqlite::Error::InvalidQuery),
    }
    Ok(sql)
}

/// What tokens, cursors and signatures are sealed with.
fn secret(folder: &Path) -> io::Result<SecretBox<[u8; 32]>> {
    let path = folder.join("secret");
    match std::fs::read(&path) {
        Ok(bytes) => match <[u8; 32]>::try_from(bytes) {
            Ok(secret) => Ok(SecretBox::new(Box::new(secret))),
            Err(_) => Err(io::ErrorKind::InvalidData.into()),
        },
        Err(e) if e.kind() == io::ErrorKind::NotFound => make_secret(folder, &path),
        Err(e) => Err(e),
    }
}

fn make_secret(folder: &Path, path: &Path) -> io::Result<SecretBox<[u8; 32]>> {
    let mut secret = Box::new([0; 32]);
    SystemRandom::new()
        .fill(&mut *secret)
        .map_err(|_| io::Error::other("no random numbers"))?;
    let secret = SecretBox::new(secret);
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(secret.expose_secret())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(secret)
}

fn unusable(error: &io::Error) -> Error {
    invalid(&format!("state_dir cannot be used: {}", error.kind()))
}
