//! Settling by reading what cannot be known otherwise: whether a request whose answer was lost, or
//! did not say enough, took effect.
//!
//! Entries are matched by external id within the push's own job. What may have been created is
//! looked for at least twice, with a growing gap, before it is taken for missing: the server may
//! act after we gave up, and a read may come from a copy that lags behind.

use std::collections::HashMap;

use tokio::time::{Instant, sleep};

use super::engine::again::Pages;
use super::journal::attach::{AttachedFile, ReadyFile};
use super::journal::works::{CreatedClient, PendingWork};
use super::journal::{self, Key, head};
use super::pace::Gaps;
use super::run::Run;
use crate::gateway::{JobWork, WorkFilter};
use crate::{Error, ErrorCode, Result};

/// Entries left in doubt that are settled at once.
const AT_ONCE: usize = 500;

/// How long to look before an entry is taken for missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// The server answered and said no: one look.
    Once,
    /// The answer was lost: several looks.
    Doubt,
    /// The server said that it is there: until it shows.
    Proved,
}

/// Whether to look again, and the wait before it.
struct Looks {
    patience: Patience,
    done: u32,
    most: u32,
    until: Instant,
    gaps: Gaps,
}

impl Looks {
    fn new(run: &Run, patience: Patience) -> Self {
        Self {
            patience,
            done: 0,
            most: run.pace.looks.max(2),
            until: Instant::now() + run.pace.patience,
            gaps: Gaps::new(run.pace.look, run.pace.look * 8),
        }
    }

    async fn again(&mut self) -> bool {
        self.done += 1;
        let more = match self.patience {
            Patience::Once => false,
            Patience::Doubt => self.done < self.most,
            Patience::Proved => Instant::now() < self.until,
        };
        if more {
            sleep(self.gaps.next()).await;
        }
        more
    }
}

/// What looking for works came to.
#[derive(Debug)]
pub(super) struct LookedWorks {
    found: Vec<CreatedClient>,
    missing: Vec<PendingWork>,
}

/// Looks for the works of `entries` in the push's job; among `ids` only, unless that is empty.
pub(super) async fn works(
    run: &Run,
    ids: Vec<String>,
    entries: Vec<PendingWork>,
    patience: Patience,
) -> Result<LookedWorks> {
    let mut missing: HashMap<String, PendingWork> = entries
        .into_iter()
        .map(|work| (work.external_id.clone(), work))
        .collect();
    let mut found = Vec::new();
    let mut looks = Looks::new(run, patience);
    loop {
        let mut pages = job_works(run, ids.clone())?;
        let mut seen: HashMap<String, String> = HashMap::new();
        while let Some(page) = pages.next_page().await? {
            for work in page {
                take_work(&mut missing, &mut found, &mut seen, work)?;
            }
        }
        if missing.is_empty() || !looks.again().await {
            break;
        }
    }
    let mut missing: Vec<_> = missing.into_values().collect();
    missing.sort_unstable_by_key(|work| work.key);
    Ok(LookedWorks { found, missing })
}

/// The works of the push's job, page by page.
pub(super) fn job_works(run: &Run, ids: Vec<String>) -> Result<Pages<'_>> {
    let filter = WorkFilter {
        job_ids: vec![run.job()?.to_owned()],
        ids,
        work_ids: Vec::new(),
    };
    let (workspace, connection) = (&run.head.workspace_id, &run.head.connection_id);
    let pager = run.client.jobs().works(workspace, connection, filter);
    Ok(Pages::new(run, pager))
}

fn take_work(
    missing: &mut HashMap<String, PendingWork>,
    found: &mut Vec<CreatedClient>,
    seen: &mut HashMap<String, String>,
    work: JobWork,
) -> Result<()> {
    let Some(external_id) = work.external_id else {
        return Ok(());
    };
    if let Some(entry) = missing.remove(&external_id) {
        found.push(CreatedClient {
            key: entry.key,
            job_work_id: work.id.clone(),
            work_id: work.work_id,
            status: work.status,
        });
        seen.insert(external_id, work.id);
    } else if seen.get(&external_id).is_some_and(|id| *id != work.id) {
        return Err(twice(&external_id));
    }
    Ok(())
}

fn twice(external_id: &str) -> Error {
    Error::new(
        ErrorCode::VerifyFailed,
        "the job holds two entries with this external id: remove one in Filed, or start a new push",
    )
    .with_external_id(external_id)
}

impl LookedWorks {
    /// Records what was found; returns what was not.
    pub async fn record(self, run: &Run) -> Result<Vec<PendingWork>> {
        let Self { found, missing } = self;
        if !found.is_empty() {
            run.journal
                .run(move |db| journal::works::created(db, &found))
                .await?;
        }
        Ok(missing)
    }

    /// Notes for the report that an answer was lost, and what reading back showed.
    pub async fn note(&self, run: &Run, operation: &str) -> Result<()> {
        note(run, operation, self.found.len(), self.missing.len()).await
    }

    /// Notes for the report that works were taken as ours that existed already.
    pub async fn note_adopted(&self, run: &Run) -> Result<()> {
        if self.found.is_empty() {
            return Ok(());
        }
        let text = "a work of this push's job that existed already was taken as ours";
        run.journal.run(move |db| head::note(db, text)).await
    }
}

async fn note(run: &Run, operation: &str, found: usize, missing: usize) -> Result<()> {
    let text = format!(
        "the answer to {operation} was lost; reading back showed {found} of its entries created \
         and {missing} to be created again"
    );
    run.journal.run(move |db| head::note(db, &text)).await
}

/// What looking for artifacts came to.
#[derive(Debug)]
pub(super) struct LookedFiles {
    client: Key,
    found: Vec<AttachedFile>,
    missing: Vec<ReadyFile>,
}

/// Looks for the artifacts of `entries` in one work.
pub(super) async fn artifacts(
    run: &Run,
    (client, job_work_id): (Key, &str),
    entries: Vec<ReadyFile>,
    patience: Patience,
) -> Result<LookedFiles> {
    let mut missing: HashMap<String, ReadyFile> = entries
        .into_iter()
        .map(|file| (file.external_id.clone(), file))
        .collect();
    let mut found = Vec::new();
    let mut looks = Looks::new(run, patience);
    loop {
        let mut pages = job_works(run, vec![job_work_id.to_owned()])?;
        while let Some(page) = pages.next_page().await? {
            for work in page.into_iter().filter(|work| work.id == job_work_id) {
                take_artifacts(&mut missing, &mut found, work)?;
            }
        }
        if missing.is_empty() || !looks.again().await {
            break;
        }
    }
    let mut missing: Vec<_> = missing.into_values().collect();
    missing.sort_unstable_by_key(|file| file.key);
    Ok(LookedFiles {
        client,
        found,
        missing,
    })
}

fn take_artifacts(
    missing: &mut HashMap<String, ReadyFile>,
    found: &mut Vec<AttachedFile>,
    work: JobWork,
) -> Result<()> {
    let mut seen: HashMap<String, String> = HashMap::new();
    for artifact in work.artifacts {
        if let Some(entry) = missing.remove(&artifact.external_id) {
            found.push(AttachedFile {
                key: entry.key,
                artifact_id: artifact.id.clone(),
                status: artifact.status,
            });
            seen.insert(artifact.external_id, artifact.id);
        } else if seen
            .get(&artifact.external_id)
            .is_some_and(|id| *id != artifact.id)
        {
            return Err(twice(&artifact.external_id));
        }
    }
    Ok(())
}

impl LookedFiles {
    /// Records what was found; returns what was not.
    pub async fn record(self, run: &Run) -> Result<Vec<ReadyFile>> {
        let Self {
            client,
            found,
            missing,
        } = self;
        if !found.is_empty() {
            let now = run.now();
            run.journal
                .run(move |db| journal::attach::attached(db, client, &found, now))
                .await?;
        }
        Ok(missing)
    }

    /// Notes for the report that an answer was lost, and what reading back showed.
    pub async fn note(&self, run: &Run, operation: &str) -> Result<()> {
        note(run, operation, self.found.len(), self.missing.len()).await
    }
}

/// Settles the works that an earlier run left in doubt, before anything is created. Artifacts in
/// doubt are settled when their client's turn comes.
pub(super) async fn left_in_doubt(run: &Run) -> Result<()> {
    loop {
        let entries = run
            .journal
            .run(|db| journal::works::in_doubt(db, AT_ONCE))
            .await?;
        if entries.is_empty() {
            return Ok(());
        }
        let missing = match run.job_id.get() {
            // Nothing can have been created in a job that does not exist.
            None => entries,
            Some(_) => {
                let looked = works(run, Vec::new(), entries, Patience::Doubt).await?;
                looked.note(run, "createJobWorks").await?;
                looked.record(run).await?
            }
        };
        let keys: Vec<_> = missing.iter().map(|work| work.key).collect();
        run.journal
            .run(move |db| journal::works::give_back(db, &keys, true))
            .await?;
    }
}
