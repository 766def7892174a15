//! The journal: the single source of truth of a push, in one SQLite file.
//!
//! Every entry, every state, every event and every intent before an effect is a row here before
//! anybody acts on it. The journal holds clients' names and files' paths, and is readable by its
//! owner alone; it holds no token and no file content.
//!
//! | file | what lives there |
//! | --- | --- |
//! | `thread`, `flush` | the thread that owns the database; group commit; what goes to the disk when |
//! | `open`, `log`, `schema`, `registry` | the file, its log, its checks, its tables; who has it open |
//! | `db`, `fault` | tally and sequence; why a command failed |
//! | `kept_error`, `clean` | errors as rows, without names |
//! | `head` | the push itself: identity, phase, job, notes |
//! | `clients`, `files` | entries as they are added; their transitions |
//! | `resent` | paths added again after their files were sent |
//! | `works`, `uploads`, `attach`, `outcome` | what is to do next in each stage, and how it ended |
//! | `recover`, `adopt` | what an earlier run left half done; a job whose journal is gone |
//! | `elsewhere` | clients that other jobs hold already |
//! | `verify` | the comparison with what Filed holds |
//! | `events`, `listing` | what a host reads |

pub(super) mod adopt;
pub(super) mod attach;
mod clean;
pub(super) mod clients;
mod db;
pub(super) mod elsewhere;
pub(super) mod events;
mod fault;
pub(super) mod files;
mod flush;
#[cfg(any(test, feature = "fuzz"))]
pub(crate) mod fuzz;
pub(super) mod head;
mod kept_error;
pub(super) mod listing;
mod log;
mod open;
pub(super) mod outcome;
pub(super) mod recover;
mod registry;
pub(super) mod resent;
mod schema;
#[cfg(test)]
mod tests;
mod thread;
pub(super) mod uploads;
pub(super) mod verify;
pub(super) mod works;

use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::TempDir;
use tokio::sync::{oneshot, watch};

pub(crate) use db::{Db, Tally};
pub(crate) use fault::{Fault, Step};
pub(crate) use open::Expect;

use crate::runtime::{fork, starting};
use crate::{ErrorCode, Result};
use flush::Flush;
use registry::Entry;
use thread::{Call, Command, Commands};

/// A client or a file of the journal.
pub(crate) type Key = i64;

/// An open journal. Its thread ends when the last of these is dropped.
pub(crate) struct Journal {
    commands: Commands,
    path: PathBuf,
    published: Arc<Published>,
    past: Past,
}

/// What opening a journal found out about its past.
#[derive(Debug, Clone, Copy)]
struct Past {
    fresh: bool,
    #[allow(dead_code, reason = "what the tests of damaged logs look at")]
    torn: bool,
}

/// What may be read without asking the thread.
pub(super) struct Published {
    tally: Mutex<Tally>,
    sequence: watch::Sender<u64>,
    entry: Mutex<Option<Entry>>,
}

impl Journal {
    /// Opens the journal at `path`, or a temporary one that is removed when it is closed.
    pub async fn open(path: Option<PathBuf>, expect: Expect) -> Result<Self> {
        let Some(path) = path else {
            let folder = tempfile::Builder::new()
                .prefix("filed-")
                .tempdir()
                .map_err(|e| open::temporary(&e))?;
            let path = folder.path().join("push.filed");
            return start(path, Expect::Any, Some(folder)).await;
        };
        match start(path.clone(), expect, None).await {
            Err(e) if e.code() == ErrorCode::JournalLocked && registry::closed(&path).await => {
                start(path, expect, None).await
            }
            result => result,
        }
    }

    /// Runs `work` on the journal's thread, in a transaction; returns once it was committed. What
    /// was handed over is done even when the returned future is dropped.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Db) -> Step<T> + Send + 'static,
    ) -> Result<T> {
        let (call, answer) = Call::new(work);
        let result = match self.commands.send(Box::new(call)) {
            Ok(()) => answer.await.unwrap_or_else(|_| Err(gone())),
            Err(_) => Err(gone()),
        };
        result.map_err(|fault| fault.into_error(&self.path))
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether opening it made it.
    pub fn is_fresh(&self) -> bool {
        self.past.fresh
    }

    /// Whether whoever had it open before was killed, or lost its power: what was written last may
    /// be missing where the disk did not keep its word.
    #[allow(dead_code, reason = "what the tests of damaged logs look at")]
    pub fn is_torn(&self) -> bool {
        self.past.torn
    }

    /// A snapshot of what is committed.
    pub fn tally(&self) -> Tally {
        *lock(&self.published.tally)
    }

    /// Follows the newest committed event.
    pub fn sequence(&self) -> watch::Receiver<u64> {
        self.published.sequence.subscribe()
    }

    /// Tells other openers in this process that the journal is about to be closed.
    pub fn closing(&self) {
        if let Some(entry) = &*lock(&self.published.entry) {
            entry.closing();
        }
    }

    /// Closes a journal that a failed opening made, and removes it.
    pub async fn discard(self) {
        let Self {
            commands,
            path,
            published,
            ..
        } = self;
        // The last sender goes when the thread has closed the database.
        let mut sequence = published.sequence.subscribe();
        drop((commands, published));
        while sequence.changed().await.is_ok() {}
        open::remove(&path);
    }
}

impl Published {
    fn publish(&self, db: &Db) {
        *lock(&self.tally) = db.tally();
        let newest = db.sequence();
        self.sequence.send_if_modified(|known| {
            let grew = *known < newest;
            *known = newest.max(*known);
            grew
        });
    }
}

async fn start(path: PathBuf, expect: Expect, folder: Option<TempDir>) -> Result<Journal> {
    let entry = Entry::claim(&path).ok_or_else(|| fault::locked().into_error(&path))?;
    let (commands, received) = thread::queue();
    let (ready, opened) = oneshot::channel();
    let thread_path = path.clone();
    std::thread::Builder::new()
        .name("filed-journal".into())
        .spawn(move || live(&thread_path, (expect, entry), folder, &received, ready))
        .map_err(|e| starting::refused(&e))?;
    let opened = opened.await.unwrap_or_else(|_| Err(gone()));
    let (published, past) = opened.map_err(|fault| fault.into_error(&path))?;
    Ok(Journal {
        commands,
        path,
        published,
        past,
    })
}

/// The life of the thread.
fn live(
    path: &Path,
    (expect, entry): (Expect, Entry),
    folder: Option<TempDir>,
    commands: &Receiver<Box<dyn Command>>,
    ready: oneshot::Sender<Step<(Arc<Published>, Past)>>,
) {
    let section = fork::section();
    let opened = open::open(path, expect).and_then(|opened| {
        let past = Past {
            fresh: opened.fresh,
            torn: opened.torn,
        };
        let db = Db::new(opened.sql)?;
        let flush = match folder {
            Some(_) => Flush::never(&db)?,
            None => Flush::new(&db, path)?,
        };
        Ok((db, flush, past))
    });
    drop(section);
    let (db, flush, past) = match opened {
        Ok(opened) => opened,
        Err(fault) => {
            drop(entry);
            // Nobody listens when the opener was cancelled.
            let _ = ready.send(Err(fault));
            return;
        }
    };
    let folder = nameless(folder);
    let published = Arc::new(Published {
        tally: Mutex::new(db.tally()),
        sequence: watch::Sender::new(db.sequence()),
        entry: Mutex::new(Some(entry)),
    });
    if ready.send(Ok((published.clone(), past))).is_ok() {
        thread::serve(&db, flush, commands, &published);
    }
    let section = fork::section();
    // One that cannot be marked as closed is looked at more closely when it is opened next.
    let _ = open::end_session(db.sql());
    drop(db);
    drop(section);
    drop(folder);
    // After the database: whoever waits for this entry to go finds the file unlocked.
    lock(&published.entry).take();
}

/// Takes the names of a temporary journal away at once, where a file lives on without one: nothing
/// is left behind then, however the process ends.
#[cfg(unix)]
fn nameless(folder: Option<TempDir>) -> Option<TempDir> {
    drop(folder);
    None
}

/// Elsewhere a temporary journal is removed when it was closed.
#[cfg(not(unix))]
fn nameless(folder: Option<TempDir>) -> Option<TempDir> {
    folder
}

fn gone() -> Fault {
    Fault::Database(
        ErrorCode::Closed,
        "the push was closed: open or resume it again".into(),
    )
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
