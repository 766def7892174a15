//! When what was committed goes to the disk. SQLite writes every commit into its log, where a kill
//! of the process cannot take it back; a power cut can, as long as the log is in the memory of the
//! system alone.
//!
//! That a push is committed, and what must be there before something happens at Filed, is flushed at
//! once ([`Db::must_last`]). The rest waits for that, or for [`LONGEST`]: a host that adds clients one
//! after another must not wait for its disk with each, a file that is sent again doubles nothing, and
//! answers are read again. A log is flushed from its start, so what comes back after a power cut is
//! always a moment that there was.
//!
//! A disk takes from a fraction of a millisecond to tens of them. So a thread of its own waits for
//! it, and answers whoever must wait, while the journal's goes on with everything else. Whatever has
//! come meanwhile shares the next flush.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use super::db::Db;
use super::fault::{self, Fault, Step};
use super::thread::{Group, answer};
use crate::runtime::starting;

/// The longest that something committed waits for its flush.
const LONGEST: Duration = Duration::from_millis(100);

/// What of an open journal's log is not on its way to the disk yet.
pub(super) struct Flush {
    /// `None` for a journal that need not survive a power cut.
    disk: Option<Disk>,
    /// When the oldest commit was made that still waits.
    waits_since: Option<Instant>,
}

impl Flush {
    /// For the journal at `path`, whose database is open. SQLite leaves the flushing to this from
    /// here on.
    pub fn new(db: &Db, path: &Path) -> Step<Self> {
        db.sql().pragma_update(None, "synchronous", "NORMAL")?;
        let mut name = path.as_os_str().to_owned();
        name.push("-wal");
        let log = OpenOptions::new().write(true).open(name);
        Ok(Self {
            disk: Some(Disk::new(log.map_err(unflushed)?)?),
            waits_since: None,
        })
    }

    /// For a journal that no other run will read.
    pub fn never(db: &Db) -> Step<Self> {
        db.sql().pragma_update(None, "synchronous", "OFF")?;
        Ok(Self {
            disk: None,
            waits_since: None,
        })
    }

    /// How long to wait for another command at most.
    pub fn patience(&self) -> Option<Duration> {
        let since = self.waits_since?;
        Some(LONGEST.saturating_sub(since.elapsed()))
    }

    /// Whether anything may still be built on this journal.
    ///
    /// # Errors
    /// `JOURNAL_IO` once a flush has failed.
    pub fn sound(&self) -> Result<(), Fault> {
        self.disk.as_ref().map_or(Ok(()), Disk::sound)
    }

    /// Answers a group that was committed: when it is on the disk, if it must last.
    pub fn committed(&mut self, group: Group, must_last: bool) {
        let Some(disk) = &self.disk else {
            return answer(group, &Ok(()));
        };
        if must_last {
            self.waits_since = None;
            return disk.flush(group);
        }
        self.waits_since.get_or_insert_with(Instant::now);
        answer(group, &Ok(()));
        if self.patience() == Some(Duration::ZERO) {
            self.now();
        }
    }

    /// Sends what waits to the disk. A failure is told to the next one who commits something.
    pub fn now(&mut self) {
        if let (Some(_), Some(disk)) = (self.waits_since.take(), &self.disk) {
            disk.flush(Group::new());
        }
    }
}

/// The thread that waits for the disk. It ends when this is dropped, with everybody answered.
struct Disk {
    groups: Option<Sender<Group>>,
    failed: Arc<OnceLock<Fault>>,
    thread: Option<JoinHandle<()>>,
}

impl Disk {
    fn new(log: File) -> Step<Self> {
        let (groups, received) = channel();
        let failed = Arc::new(OnceLock::new());
        let told = failed.clone();
        let thread = Builder::new()
            .name("filed-flush".into())
            .spawn(move || serve(&log, &received, &told))
            .map_err(|e| starting::refused(&e))?;
        Ok(Self {
            groups: Some(groups),
            failed,
            thread: Some(thread),
        })
    }

    fn flush(&self, group: Group) {
        if let Some(groups) = &self.groups {
            // A thread that is gone answers nobody, which says that the journal is closed.
            let _ = groups.send(group);
        }
    }

    fn sound(&self) -> Result<(), Fault> {
        self.failed.get().cloned().map_or(Ok(()), Err)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(self.groups.take());
        if let Some(thread) = self.thread.take() {
            // It has nothing left to tell.
            let _ = thread.join();
        }
    }
}

/// Flushes the log for one group after the other, and for all that wait at once.
fn serve(log: &File, groups: &Receiver<Group>, failed: &OnceLock<Fault>) {
    while let Ok(mut group) = groups.recv() {
        group.extend(groups.try_iter().flatten());
        // After a failure the system may have forgotten what it could not write: trying again
        // would succeed and prove nothing.
        let flushed = match failed.get() {
            Some(fault) => Err(fault.clone()),
            None => log.sync_data().map_err(unflushed),
        };
        if let Err(fault) = &flushed {
            // Set already by the first failure.
            let _ = failed.set(fault.clone());
        }
        answer(group, &flushed);
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
    use tokio::sync::oneshot::Receiver;

    use super::super::open::{self, Expect};
    use super::super::thread::Call;
    use super::*;
    use crate::ErrorCode;

    fn opened(folder: &tempfile::TempDir) -> (Db, Flush) {
        let path = folder.path().join("push.filed");
        let db = Db::new(open::open(&path, Expect::Any).unwrap().sql).unwrap();
        let flush = Flush::new(&db, &path).unwrap();
        (db, flush)
    }

    /// A group of one command that was executed, and where its answer comes.
    fn group(db: &Db) -> (Group, Receiver<Step<()>>) {
        let (call, answer) = Call::new(|_: &Db| Ok(()));
        let mut group: Group = vec![Box::new(call)];
        assert!(group[0].execute(db));
        (group, answer)
    }

    #[test]
    fn what_must_last_is_flushed_before_its_answer_and_with_it_all_before() {
        let folder = tempfile::tempdir().unwrap();
        let (db, mut flush) = opened(&folder);
        assert_eq!(flush.patience(), None);
        let (waits, mut answer) = group(&db);
        flush.committed(waits, false);
        assert!(answer.try_recv().unwrap().is_ok());
        assert!(flush.patience().is_some_and(|patience| patience <= LONGEST));
        let (lasts, answer) = group(&db);
        flush.committed(lasts, true);
        assert_eq!(flush.patience(), None);
        assert!(answer.blocking_recv().unwrap().is_ok());
    }

    #[test]
    fn whoever_waits_for_the_disk_is_answered_also_when_the_journal_closes() {
        let folder = tempfile::tempdir().unwrap();
        let (db, mut flush) = opened(&folder);
        let answers: Vec<_> = (0..10)
            .map(|_| {
                let (lasts, answer) = group(&db);
                flush.committed(lasts, true);
                answer
            })
            .collect();
        drop(flush);
        for mut answer in answers {
            assert!(answer.try_recv().unwrap().is_ok());
        }
    }

    /// A device that cannot be flushed stands for a disk that fails.
    #[cfg(target_os = "linux")]
    #[test]
    fn nothing_is_built_on_a_journal_that_could_not_be_flushed() {
        let folder = tempfile::tempdir().unwrap();
        let (db, mut flush) = opened(&folder);
        let device = OpenOptions::new().write(true).open("/dev/null").unwrap();
        flush.disk = Some(Disk::new(device).unwrap());
        flush.sound().unwrap();
        for _ in 0..2 {
            let (lasts, answer) = group(&db);
            flush.committed(lasts, true);
            let fault = answer.blocking_recv().unwrap().unwrap_err();
            let error = fault.into_error(Path::new("push.filed"));
            assert_eq!(error.code(), ErrorCode::JournalIo);
            assert!(error.message().contains("flushed"), "{}", error.message());
            assert!(flush.sound().is_err());
        }
    }
}
