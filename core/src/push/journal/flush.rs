//! When what was committed goes to the disk. SQLite writes every commit into its log, where a kill
//! of the process cannot take it back; a power cut can, as long as the log is in the memory of the
//! system alone.
//!
//! That a push is committed, and what must be there before something happens at Filed, is flushed at
//! once ([`Db::must_last`]). The rest waits for that, or for [`LONGEST`]: a host that adds clients one
//! after another must not wait for its disk with each, a file that is sent again doubles nothing, and
//! answers are read again. A log is flushed from its start, so what comes back after a power cut is
//! always a moment that there was.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use super::db::Db;
use super::fault::{self, Fault, Step};

/// The longest that something committed waits for its flush.
const LONGEST: Duration = Duration::from_millis(100);

/// The log of an open journal, and what of it is not on the disk yet.
pub(super) struct Flush {
    log: Option<File>,
    /// When the oldest commit was made that still waits.
    waits_since: Option<Instant>,
    /// A flush that failed when nobody waited for it.
    failed: Option<Fault>,
}

impl Flush {
    /// For the journal at `path`, whose database is open. SQLite leaves the flushing to this from
    /// here on.
    pub fn new(db: &Db, path: &Path) -> Step<Self> {
        db.sql().pragma_update(None, "synchronous", "NORMAL")?;
        let mut name = path.as_os_str().to_owned();
        name.push("-wal");
        let log = OpenOptions::new()
            .write(true)
            .open(name)
            .map_err(unflushed)?;
        Ok(Self {
            log: Some(log),
            waits_since: None,
            failed: None,
        })
    }

    /// For a journal that no other run will read: it need not survive a power cut.
    pub fn never(db: &Db) -> Step<Self> {
        db.sql().pragma_update(None, "synchronous", "OFF")?;
        Ok(Self {
            log: None,
            waits_since: None,
            failed: None,
        })
    }

    /// How long to wait for another command at most.
    pub fn patience(&self) -> Option<Duration> {
        let since = self.waits_since?;
        Some(LONGEST.saturating_sub(since.elapsed()))
    }

    /// After a commit: flushes when it must last, or when something has waited too long.
    ///
    /// # Errors
    /// `JOURNAL_IO`, also when an earlier flush failed: nothing may be built on this journal then.
    pub fn committed(&mut self, db: &Db) -> Result<(), Fault> {
        let urgent = db.take_must_last();
        if self.log.is_none() {
            return Ok(());
        }
        self.waits_since.get_or_insert_with(Instant::now);
        if urgent || self.patience() == Some(Duration::ZERO) {
            self.now();
        }
        match &self.failed {
            None => Ok(()),
            Some(fault) => Err(fault.clone()),
        }
    }

    /// Flushes what waits. A failure is told to the next one who commits something.
    pub fn now(&mut self) {
        if self.waits_since.take().is_none() {
            return;
        }
        // After a failure the system may have forgotten what it could not write: trying again
        // would succeed and prove nothing.
        if let (Some(log), None) = (&self.log, &self.failed) {
            self.failed = log.sync_data().map_err(unflushed).err();
        }
    }
}

fn unflushed(error: io::Error) -> Fault {
    fault::io(&format!(
        "it could not be flushed to disk: {}",
        error.kind()
    ))
}

#[cfg(test)]
mod tests {
    use super::super::open::{self, Expect};
    use super::*;

    fn opened(folder: &tempfile::TempDir) -> (Db, Flush) {
        let path = folder.path().join("push.filed");
        let db = Db::new(open::open(&path, Expect::Any).unwrap().sql).unwrap();
        let flush = Flush::new(&db, &path).unwrap();
        (db, flush)
    }

    #[test]
    fn what_must_last_is_flushed_at_once_and_with_it_all_before() {
        let folder = tempfile::tempdir().unwrap();
        let (db, mut flush) = opened(&folder);
        assert_eq!(flush.patience(), None);
        flush.committed(&db).unwrap();
        assert!(flush.patience().is_some_and(|patience| patience <= LONGEST));
        db.must_last();
        flush.committed(&db).unwrap();
        assert_eq!(flush.patience(), None);
        flush.committed(&db).unwrap();
        flush.now();
        assert_eq!(flush.patience(), None);
    }

    /// A device that cannot be flushed stands for a disk that fails.
    #[cfg(target_os = "linux")]
    #[test]
    fn nothing_is_built_on_a_journal_that_could_not_be_flushed() {
        let folder = tempfile::tempdir().unwrap();
        let (db, mut flush) = opened(&folder);
        flush.log = Some(OpenOptions::new().write(true).open("/dev/null").unwrap());
        flush.committed(&db).unwrap();
        flush.now();
        for _ in 0..2 {
            let fault = flush.committed(&db).unwrap_err();
            let error = fault.into_error(Path::new("push.filed"));
            assert_eq!(error.code(), crate::ErrorCode::JournalIo);
            assert!(error.message().contains("flushed"), "{}", error.message());
        }
    }
}
