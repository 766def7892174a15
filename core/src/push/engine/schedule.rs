//! What to start next. Every time something ended or was added, one journal call claims as much
//! work as there is room for; the engine holds no lists of its own.

use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::JoinError;
use tokio::time::Instant;

use super::{Engine, attach, joined, uploads, works};
use crate::Result;
use crate::push::journal::attach::ReadyClient;
use crate::push::journal::uploads::PendingUpload;
use crate::push::journal::works::PendingWork;
use crate::push::journal::{self, Db, Step};
use crate::push::reconcile;
use crate::push::report::PushState;

/// Clients whose artifacts are created at once.
const MOST_ATTACHING: usize = 8;

/// Files claimed for each upload that may run: while some wait for the journal, before and after
/// they are sent, others keep the line busy. How many are sent at once the uploader decides.
const AHEAD: usize = 2;

/// How the task of an upload ended.
type Ended = std::result::Result<Result<Option<uploads::Arrived>>, JoinError>;

/// Room for more, and what counts as urgent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    uploads: usize,
    works: usize,
    /// An open push collects clients until then, so that they go in batches.
    works_due: i64,
    attaching: usize,
    /// Files attached to one client at once.
    artifacts: usize,
    asked: bool,
    now: i64,
    quiet: i64,
}

/// What was claimed.
#[derive(Debug, Default)]
pub(super) struct Plan {
    uploads: Vec<PendingUpload>,
    works: Vec<PendingWork>,
    ready: Vec<ReadyClient>,
    /// Something becomes due by itself at this moment of the run's clock.
    due: Option<i64>,
    /// The push is committing and no client or file waits any more.
    settled: bool,
    /// There is more to settle in the journal alone. It is done in steps, so that whoever else
    /// asks the journal is answered in between.
    more: bool,
}

impl Plan {
    fn give_back(&self, db: &Db) -> Step<()> {
        let works: Vec<_> = self.works.iter().map(|work| work.key).collect();
        journal::works::give_back(db, &works, false)?;
        for client in &self.ready {
            let files: Vec<_> = client.files.iter().map(|file| file.key).collect();
            journal::attach::give_back(db, &files, false)?;
            journal::attach::release(db, client.key)?;
        }
        Ok(())
    }
}

fn lock(planned: &Mutex<Option<Plan>>) -> MutexGuard<'_, Option<Plan>> {
    planned.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Engine {
    /// Uploads, creates and attaches until the push is committing and nothing is left.
    pub(super) async fn prepare(&mut self) -> Result<()> {
        self.start_settling();
        loop {
            let room = self.room();
            let plan = self.plan(room).await?;
            if plan.settled && self.uploads.is_empty() && self.mutations.is_empty() {
                return Ok(());
            }
            let due = plan.due.map(|due| self.run.at(due));
            let more = plan.more;
            self.start(plan);
            if !more {
                self.wait(due).await?;
            }
        }
    }

    /// Records what arrived and claims what there is room for. A run that is stopped before the
    /// claims come back here finds them in `planned`.
    pub(super) async fn plan(&mut self, room: Room) -> Result<Plan> {
        let (planned, arrivals) = (self.planned.clone(), self.arrivals.take());
        let recorded = arrivals.clone();
        let claim = move |db: &Db| {
            arrivals.record(db)?;
            *lock(&planned) = Some(plan(db, &room)?);
            Ok(())
        };
        self.run.journal.run(claim).await?;
        recorded.let_go(&self.run);
        Ok(lock(&self.planned).take().unwrap_or_default())
    }

    /// Records what arrived and gives back what was claimed and never sent, so that the next run has
    /// nothing to send again or to look for.
    pub(super) async fn record_and_give_back(&mut self) {
        let (planned, arrivals) = (self.planned.clone(), self.arrivals.take());
        let give_back = move |db: &Db| {
            arrivals.record(db)?;
            match lock(&planned).take() {
                None => Ok(()),
                Some(plan) => plan.give_back(db),
            }
        };
        // A journal that fails here leaves all that to the next run, which sends again and looks; the
        // failure itself shows when the run's end is recorded.
        let _ = self.run.journal.run(give_back).await;
    }

    /// What an earlier run left in doubt is settled while files are on their way already; nothing
    /// is created before.
    fn start_settling(&mut self) {
        let (run, creating) = (self.run.clone(), self.creating.clone());
        creating.store(true, Ordering::Release);
        self.mutations.spawn(async move {
            let result = reconcile::left_in_doubt(&run).await;
            creating.store(false, Ordering::Release);
            result
        });
    }

    pub(super) fn room(&self) -> Room {
        let most = self.run.uploader().at_once();
        let creating = self.creating.load(Ordering::Acquire);
        let attaching = self.mutations.len().saturating_sub(usize::from(creating));
        Room {
            uploads: (most * AHEAD).saturating_sub(self.uploads.len()),
            works: if creating { 0 } else { self.works.next() },
            works_due: self.works_due,
            attaching: MOST_ATTACHING.saturating_sub(attaching),
            artifacts: self.artifacts.next(),
            asked: self.run.asked(),
            now: self.run.now(),
            quiet: millis(self.run.pace.quiet),
        }
    }

    fn start(&mut self, plan: Plan) {
        for upload in plan.uploads {
            let run = self.run.clone();
            self.uploads
                .spawn(async move { uploads::upload(&run, upload).await });
        }
        for client in plan.ready {
            let (run, size) = (self.run.clone(), self.artifacts.clone());
            self.mutations
                .spawn(async move { attach::attach(&run, &size, client).await });
        }
        if !plan.works.is_empty() {
            self.works_due = self.run.now() + millis(self.run.pace.quiet);
            let (run, size) = (self.run.clone(), self.works.clone());
            let creating = self.creating.clone();
            creating.store(true, Ordering::Release);
            self.mutations.spawn(async move {
                let result = works::create(&run, &size, plan.works).await;
                creating.store(false, Ordering::Release);
                result
            });
        }
    }

    /// Waits until something ended, was added or is due; takes everything that ended.
    async fn wait(&mut self, due: Option<Instant>) -> Result<()> {
        // A timer far away stands for none.
        let due = due.unwrap_or_else(|| Instant::now() + Duration::from_secs(3600));
        tokio::select! {
            Some(ended) = self.uploads.join_next() => self.arrived(ended)?,
            Some(ended) = self.mutations.join_next() => joined(&self.run, ended)?,
            () = self.run.changed.notified() => {}
            () = tokio::time::sleep_until(due) => {}
        }
        while let Some(ended) = self.uploads.try_join_next() {
            self.arrived(ended)?;
        }
        while let Some(ended) = self.mutations.try_join_next() {
            joined(&self.run, ended)?;
        }
        Ok(())
    }

    /// Keeps a file that arrived for the next claim.
    fn arrived(&mut self, ended: Ended) -> Result<()> {
        let arrived = joined(&self.run, ended)?;
        arrived
            .into_iter()
            .for_each(|file| self.arrivals.push(file));
        Ok(())
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn plan(db: &Db, room: &Room) -> Step<Plan> {
    let committing = db.tally().state != PushState::Open;
    let more = committing && room.asked && journal::uploads::fail_unavailable(db, room.now)?;
    let mut plan = Plan {
        more,
        uploads: match room.uploads {
            0 => Vec::new(),
            room_left => journal::uploads::claim(db, room_left, room.now)?,
        },
        works: match room.works {
            size if size > 0 && (committing || room.works_due <= room.now) => {
                journal::works::claim(db, size)?
            }
            _ => Vec::new(),
        },
        ..Plan::default()
    };
    claim_ready(db, room, committing, &mut plan)?;
    if committing {
        plan.more |= journal::attach::settle(db)?;
        plan.settled = !plan.more && !journal::attach::any_unsettled(db)?;
    }
    plan.due = next_due(db, room, committing)?;
    Ok(plan)
}

fn claim_ready(db: &Db, room: &Room, committing: bool, plan: &mut Plan) -> Step<()> {
    while plan.ready.len() < room.attaching {
        let since = room.now - room.quiet;
        match journal::attach::claim_with_files(db, committing, since, room.artifacts)? {
            Some(client) => plan.ready.push(client),
            None => break,
        }
    }
    Ok(())
}

/// The next moment at which a file is to be tried again, or a client has been quiet long enough.
fn next_due(db: &Db, room: &Room, committing: bool) -> Step<Option<i64>> {
    let upload = journal::uploads::next_due(db)?;
    let quiet = match committing {
        true => None,
        false => journal::attach::next_touched(db)?.map(|touched| touched + room.quiet),
    };
    let works = (!committing && journal::works::any_waiting(db)?).then_some(room.works_due);
    // What is due already waits for room, and room is made by something that ends.
    Ok([upload, quiet, works]
        .into_iter()
        .flatten()
        .filter(|due| *due > room.now)
        .min())
}

/// One step that finds nothing to do but uploads: the files it claims.
#[cfg(feature = "bench")]
pub(in crate::push) fn step(db: &Db, uploads: usize) -> Step<Vec<journal::Key>> {
    let room = Room {
        uploads,
        works: 0,
        works_due: 0,
        attaching: MOST_ATTACHING,
        artifacts: 50,
        asked: false,
        now: 0,
        quiet: 1000,
    };
    Ok(plan(db, &room)?
        .uploads
        .iter()
        .map(|file| file.key)
        .collect())
}
