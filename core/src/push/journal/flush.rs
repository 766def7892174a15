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
//! A disk takes from a fraction of a millisecond to tens of them, and seconds when it sleeps. So a
//! thread of its own waits for it, and answers whoever must wait, while the journal's goes on with
//! everything else. Whatever has come meanwhile shares the next flush. Once something waits for
//! longer than [`LONGEST`], everybody does: a power cut takes back no more than that, however slow
//! the disk is.

use std::collections::VecDeque;
use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use super::db::Db;
use super::fault::{self, Fault, Step};
use super::thread::{Group, answer};
use crate::runtime::starting;

/// The longest that something committed waits for its flush, and the span of time of which a power
/// cut may take back what was answered.
const LONGEST: Duration = Duration::from_millis(100);

/// What of an open journal's log is not on the disk yet.
pub(super) struct Flush {
    /// `None` for a journal that need not survive a power cut.
    disk: Option<Disk>,
    /// When the oldest commit was made that no flush was begun for.
    waits_since: Option<Instant>,
    longest: Duration,
}

impl Flush {
    /// For the journal at `path`, whose database is open. SQLite leaves the flushing to this from
    /// here on.
    pub fn new(db: &Db, path: &Path) -> Step<Self> {
        db.sql().pragma_update(None, "synchronous", "NORMAL")?;
        let mut name = path.as_os_str().to_owned();
        name.push("-wal");
        let log = OpenOptions::new().write(true).open(name);
        let log = log.map_err(unflushed)?;
        Self::through(LONGEST, move || log.sync_data())
    }

    fn through(
        longest: Duration,
        sync: impl FnMut() -> io::Result<()> + Send + 'static,
    ) -> Step<Self> {
        Ok(Self {
            disk: Some(Disk::new(sync)?),
            waits_since: None,
            longest,
        })
    }

    /// For a journal that no other run will read.
    pub fn never(db: &Db) -> Step<Self> {
        db.sql().pragma_update(None, "synchronous", "OFF")?;
        Ok(Self {
            disk: None,
            waits_since: None,
            longest: LONGEST,
        })
    }

    /// How long to wait for another command at most.
    pub fn patience(&self) -> Option<Duration> {
        let since = self.waits_since?;
        Some(self.longest.saturating_sub(since.elapsed()))
    }

    /// Whether anything may still be built on this journal.
    ///
    /// # Errors
    /// `JOURNAL_IO` once a flush has failed.
    pub fn sound(&self) -> Result<(), Fault> {
        self.disk.as_ref().map_or(Ok(()), Disk::sound)
    }

    /// Answers a group that was committed: when it is on the disk, if it must last or the disk is
    /// behind.
    pub fn committed(&mut self, group: Group, must_last: bool) {
        let Some(disk) = &mut self.disk else {
            return answer(group, &Ok(()));
        };
        let since = *self.waits_since.get_or_insert_with(Instant::now);
        let oldest = disk.oldest().unwrap_or(since);
        if must_last || oldest.elapsed() >= self.longest {
            self.send(group);
        } else {
            answer(group, &Ok(()));
        }
    }

    /// Sends what waits to the disk. A failure is told to the next one who commits something.
    pub fn now(&mut self) {
        self.send(Group::new());
    }

    fn send(&mut self, group: Group) {
        if let (Some(since), Some(disk)) = (self.waits_since.take(), &mut self.disk) {
            disk.flush(group, since);
        }
    }
}

/// The thread that waits for the disk. It ends when this is dropped, with everybody answered.
struct Disk {
    groups: Option<Sender<Group>>,
    /// Of each group on its way: when the oldest commit was made that it brings to the disk.
    under_way: VecDeque<Instant>,
    /// Groups that are on the disk and not yet taken from `under_way`.
    arrived: Arc<AtomicUsize>,
    failed: Arc<OnceLock<Fault>>,
    thread: Option<JoinHandle<()>>,
}

impl Disk {
    fn new(sync: impl FnMut() -> io::Result<()> + Send + 'static) -> Step<Self> {
        let (groups, received) = channel();
        let (arrived, failed) = (Arc::default(), Arc::default());
        let told = (Arc::clone(&arrived), Arc::clone(&failed));
        let thread = Builder::new()
            .name("filed-flush".into())
            .spawn(move || serve(sync, &received, &told.0, &told.1))
            .map_err(|e| starting::refused(&e))?;
        Ok(Self {
            groups: Some(groups),
            under_way: VecDeque::new(),
            arrived,
            failed,
            thread: Some(thread),
        })
    }

    /// Flushes what was committed since `since`, and answers the group then.
    fn flush(&mut self, group: Group, since: Instant) {
        if let Some(groups) = &self.groups {
            self.under_way.push_back(since);
            // A thread that is gone answers nobody, which says that the journal is closed.
            let _ = groups.send(group);
        }
    }

    /// When the oldest commit was made that is on its way and may not have arrived.
    fn oldest(&mut self) -> Option<Instant> {
        let arrived = self.arrived.swap(0, Ordering::Acquire);
        self.under_way.drain(..arrived);
        self.under_way.front().copied()
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

/// Flushes for one group after the other, and for all that wait at once.
fn serve(
    mut sync: impl FnMut() -> io::Result<()>,
    groups: &Receiver<Group>,
    arrived: &AtomicUsize,
    failed: &OnceLock<Fault>,
) {
    while let Ok(first) = groups.recv() {
        let all: Vec<Group> = std::iter::once(first).chain(groups.try_iter()).collect();
        // After a failure the system may have forgotten what it could not write: trying again
        // would succeed and prove nothing.
        let flushed = match failed.get() {
            Some(fault) => Err(fault.clone()),
            None => sync().map_err(unflushed),
        };
        if let Err(fault) = &flushed {
            // Set already by the first failure.
            let _ = failed.set(fault.clone());
        }
        arrived.fetch_add(all.len(), Ordering::Release);
        answer(all.into_iter().flatten(), &flushed);
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
    use std::sync::Mutex;
    use std::sync::mpsc::{SyncSender, sync_channel};

    use tokio::sync::{oneshot, watch};

    use super::super::Published;
    use super::super::open::{self, Expect};
    use super::super::thread::{self, Call};
    use super::*;
    use crate::ErrorCode;

    const MINUTE: Duration = Duration::from_secs(60);

    fn opened(folder: &tempfile::TempDir) -> (Db, Flush) {
        let path = folder.path().join("push.filed");
        let db = Db::new(open::open(&path, Expect::Any).unwrap().sql).unwrap();
        let flush = Flush::new(&db, &path).unwrap();
        (db, flush)
    }

    /// A group of one command that was executed, and where its answer comes.
    fn group(db: &Db) -> (Group, oneshot::Receiver<Step<()>>) {
        let (call, answer) = Call::new(|_: &Db| Ok(()));
        let mut group: Group = vec![Box::new(call)];
        assert!(group[0].execute(db));
        (group, answer)
    }

    /// A flush that says when it begins, and ends when it is let.
    fn gate() -> (
        impl FnMut() -> io::Result<()> + Send,
        Receiver<()>,
        SyncSender<()>,
    ) {
        let (begins, begun) = channel();
        let (ends, end) = sync_channel(100);
        let sync = move || {
            begins.send(()).map_err(io::Error::other)?;
            end.recv_timeout(MINUTE).map_err(io::Error::other)
        };
        (sync, begun, ends)
    }

    /// A disk that holds up nobody but those who must wait for it.
    fn gated() -> (Flush, Receiver<()>, SyncSender<()>) {
        let (sync, begun, ends) = gate();
        (Flush::through(MINUTE, sync).unwrap(), begun, ends)
    }

    #[test]
    fn what_must_last_is_answered_once_it_is_on_the_disk_and_nobody_else_waits() {
        let folder = tempfile::tempdir().unwrap();
        let (db, _) = opened(&folder);
        let (mut flush, begun, ends) = gated();
        assert_eq!(flush.patience(), None);
        let (lasts, mut on_disk) = group(&db);
        flush.committed(lasts, true);
        assert_eq!(flush.patience(), None);
        begun.recv_timeout(MINUTE).unwrap();
        let (other, mut answered) = group(&db);
        flush.committed(other, false);
        assert!(answered.try_recv().unwrap().is_ok());
        assert!(flush.patience().is_some());
        assert!(on_disk.try_recv().is_err(), "its flush has not ended");
        ends.send(()).unwrap();
        assert!(on_disk.blocking_recv().unwrap().is_ok());
        drop(ends);
    }

    #[test]
    fn everybody_waits_for_a_disk_that_is_behind() {
        let folder = tempfile::tempdir().unwrap();
        let (db, _) = opened(&folder);
        let (mut flush, begun, ends) = gated();
        let disk = flush.disk.as_mut().unwrap();
        disk.flush(Group::new(), Instant::now().checked_sub(MINUTE).unwrap());
        begun.recv_timeout(MINUTE).unwrap();
        let (late, mut answered) = group(&db);
        flush.committed(late, false);
        assert!(answered.try_recv().is_err());
        ends.send(()).unwrap();
        ends.send(()).unwrap();
        assert!(answered.blocking_recv().unwrap().is_ok());
        let (next, mut answered) = group(&db);
        flush.committed(next, false);
        assert!(answered.try_recv().unwrap().is_ok(), "it has caught up");
    }

    #[test]
    fn a_disk_is_behind_with_the_oldest_of_what_has_not_arrived() {
        let folder = tempfile::tempdir().unwrap();
        let (db, _) = opened(&folder);
        let (sync, begun, ends) = gate();
        let mut disk = Disk::new(sync).unwrap();
        let times = [Instant::now(), Instant::now() + MINUTE];
        assert_eq!(disk.oldest(), None);
        let mut answers = Vec::new();
        for (n, since) in times.into_iter().enumerate() {
            let (waits, answer) = group(&db);
            disk.flush(waits, since);
            if n == 0 {
                begun.recv_timeout(MINUTE).unwrap();
            }
            answers.push(answer);
        }
        for (answer, since) in answers.into_iter().zip(times) {
            assert_eq!(disk.oldest(), Some(since));
            ends.send(()).unwrap();
            assert!(answer.blocking_recv().unwrap().is_ok());
        }
        assert_eq!(disk.oldest(), None);
    }

    #[test]
    fn what_comes_while_the_disk_is_busy_shares_the_next_flush() {
        let folder = tempfile::tempdir().unwrap();
        let (db, _) = opened(&folder);
        let (mut flush, begun, ends) = gated();
        let answers: Vec<_> = (0..10)
            .map(|n| {
                let (lasts, answer) = group(&db);
                flush.committed(lasts, true);
                if n == 0 {
                    begun.recv_timeout(MINUTE).unwrap();
                }
                answer
            })
            .collect();
        ends.send(()).unwrap();
        ends.send(()).unwrap();
        for answer in answers {
            assert!(answer.blocking_recv().unwrap().is_ok());
        }
        assert_eq!(flush.disk.as_mut().unwrap().oldest(), None);
        assert_eq!(begun.try_iter().count(), 1);
    }

    #[test]
    fn whoever_waits_for_the_disk_is_answered_when_the_journal_closes() {
        let folder = tempfile::tempdir().unwrap();
        let (db, _) = opened(&folder);
        let (mut flush, _begun, ends) = gated();
        let (lasts, mut answer) = group(&db);
        flush.committed(lasts, true);
        ends.send(()).unwrap();
        drop(flush);
        assert!(answer.try_recv().unwrap().is_ok());
    }

    #[test]
    fn what_nobody_waits_for_goes_to_the_disk_while_nothing_else_comes() {
        let folder = tempfile::tempdir().unwrap();
        let (db, _) = opened(&folder);
        let (sync, begun, ends) = gate();
        let flush = Flush::through(Duration::from_millis(1), sync).unwrap();
        ends.send(()).unwrap();
        let published = Published {
            tally: Mutex::new(db.tally()),
            sequence: watch::Sender::new(0),
            entry: Mutex::new(None),
        };
        let (commands, received) = thread::queue();
        let (call, answer) = Call::new(|_: &Db| Ok(()));
        commands.send(Box::new(call)).unwrap();
        std::thread::scope(|scope| {
            let journal = scope.spawn(move || thread::serve(&db, flush, &received, &published));
            answer.blocking_recv().unwrap().unwrap();
            begun.recv_timeout(MINUTE).unwrap();
            drop(commands);
            journal.join().unwrap();
        });
        assert_eq!(begun.try_iter().count(), 0, "once is enough");
    }

    #[test]
    fn an_open_journal_can_be_flushed() {
        let folder = tempfile::tempdir().unwrap();
        let (db, mut flush) = opened(&folder);
        let (lasts, answer) = group(&db);
        flush.committed(lasts, true);
        assert!(answer.blocking_recv().unwrap().is_ok());
    }

    #[test]
    fn nothing_is_built_on_a_journal_that_could_not_be_flushed() {
        let folder = tempfile::tempdir().unwrap();
        let (db, _) = opened(&folder);
        let mut flush = Flush::through(MINUTE, || Err(io::ErrorKind::Other.into())).unwrap();
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

    /// The second try would succeed, as a system's does that has forgotten what it could not write.
    #[test]
    fn a_flush_that_failed_is_not_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let (db, _) = opened(&folder);
        let mut fails = true;
        let mut flush = Flush::through(MINUTE, move || match std::mem::take(&mut fails) {
            true => Err(io::ErrorKind::Other.into()),
            false => Ok(()),
        })
        .unwrap();
        for _ in 0..2 {
            let (lasts, answer) = group(&db);
            flush.committed(lasts, true);
            assert!(answer.blocking_recv().unwrap().is_err());
        }
    }
}
