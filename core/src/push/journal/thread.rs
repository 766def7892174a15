//! The one thread that touches the database. Commands that are waiting when it looks are executed
//! as one transaction (group commit): a thousand entries added at once cost one write to the log.
//!
//! Each command runs in a savepoint of its own (or has the transaction to itself), so a refused one
//! leaves nothing behind, and is answered only after the transaction was committed, and is on the
//! disk if it must last.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::db::Db;
use super::fault::{Fault, Step};
use super::flush::Flush;
use crate::push::journal::Published;
use crate::runtime::fork;

/// Commands taken into one transaction at most, so that the first one does not wait for ever.
const GROUP: usize = 512;

pub(super) type Commands = Sender<Box<dyn Command>>;

/// Commands of one transaction.
pub(super) type Group = Vec<Box<dyn Command>>;

/// Something to do with the database, and somebody who waits for the result.
pub(super) trait Command: Send {
    fn execute(&mut self, db: &Db) -> bool;
    fn answer(self: Box<Self>, commit: Result<(), Fault>);
}

/// A command made of a function.
pub(super) struct Call<F, T> {
    work: Option<F>,
    result: Option<Step<T>>,
    reply: oneshot::Sender<Step<T>>,
}

impl<F, T> Call<F, T> {
    pub fn new(work: F) -> (Self, oneshot::Receiver<Step<T>>) {
        let (reply, receiver) = oneshot::channel();
        let call = Self {
            work: Some(work),
            result: None,
            reply,
        };
        (call, receiver)
    }
}

impl<F, T> Command for Call<F, T>
where
    F: FnOnce(&Db) -> Step<T> + Send,
    T: Send,
{
    fn execute(&mut self, db: &Db) -> bool {
        self.result = self.work.take().map(|work| work(db));
        matches!(self.result, Some(Ok(_)))
    }

    fn answer(self: Box<Self>, commit: Result<(), Fault>) {
        let result = match (self.result, commit) {
            (Some(Err(own)), _) => Err(own),
            (_, Err(fault)) => Err(fault),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(Fault::defect("a journal command was not executed")),
        };
        // The caller may have stopped waiting; what it asked for is done all the same.
        let _ = self.reply.send(result);
    }
}

pub(super) fn queue() -> (Commands, Receiver<Box<dyn Command>>) {
    channel()
}

/// Serves commands until every sender is gone.
pub(super) fn serve(
    db: &Db,
    mut flush: Flush,
    commands: &Receiver<Box<dyn Command>>,
    published: &Published,
) {
    while let Some(first) = next(&mut flush, commands) {
        let mut group = Group::from([first]);
        group.extend(commands.try_iter().take(GROUP - 1));
        let section = fork::section();
        let commit = flush.sound().and_then(|()| execute(db, &mut group));
        // Published before the answers: whoever has an answer finds it in the snapshot too.
        published.publish(db);
        drop(section);
        let must_last = db.take_must_last();
        match commit {
            Ok(()) => flush.committed(group, must_last),
            failed => answer(group, &failed),
        }
    }
}

/// Tells everybody what became of the transaction.
pub(super) fn answer(
    group: impl IntoIterator<Item = Box<dyn Command>>,
    commit: &Result<(), Fault>,
) {
    for command in group {
        command.answer(commit.clone());
    }
}

/// Waits for a command; what was committed before is flushed meanwhile, when it is time.
fn next(flush: &mut Flush, commands: &Receiver<Box<dyn Command>>) -> Option<Box<dyn Command>> {
    if let Some(patience) = flush.patience() {
        match commands.recv_timeout(patience) {
            Ok(command) => return Some(command),
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => flush.now(),
        }
    }
    commands.recv().ok()
}

fn execute(db: &Db, group: &mut [Box<dyn Command>]) -> Result<(), Fault> {
    let before = db.checkpoint();
    let outcome = transaction(db, group);
    if outcome.is_err() {
        if !db.sql().is_autocommit() {
            // The commit's own error is what the callers get; this only tidies up after it.
            let _ = db.sql().execute_batch("ROLLBACK");
        }
        db.restore(before);
    }
    outcome
}

fn transaction(db: &Db, group: &mut [Box<dyn Command>]) -> Result<(), Fault> {
    run(db.sql(), "BEGIN")?;
    if let [command] = group {
        return alone(db, command.as_mut());
    }
    for command in group {
        step(db, command.as_mut())?;
    }
    run(db.sql(), "COMMIT")
}

/// A command with the transaction to itself needs no savepoint.
fn alone(db: &Db, command: &mut dyn Command) -> Result<(), Fault> {
    let before = db.checkpoint();
    if command.execute(db) {
        return run(db.sql(), "COMMIT");
    }
    db.restore(before);
    // A full disk has rolled everything back by itself.
    match db.sql().is_autocommit() {
        true => Ok(()),
        false => run(db.sql(), "ROLLBACK"),
    }
}

fn step(db: &Db, command: &mut dyn Command) -> Result<(), Fault> {
    let before = db.checkpoint();
    run(db.sql(), "SAVEPOINT one")?;
    if !command.execute(db) {
        // A full disk rolls the whole transaction back by itself; then this fails, and so does
        // everybody in the group.
        run(db.sql(), "ROLLBACK TO one")?;
        db.restore(before);
    }
    run(db.sql(), "RELEASE one")
}

fn run(sql: &Connection, statement: &str) -> Result<(), Fault> {
    sql.prepare_cached(statement)?.execute([])?;
    Ok(())
}
