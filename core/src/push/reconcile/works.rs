//! Works: looked for in the push's own job, matched by external id, recorded.

use std::collections::HashMap;

use super::looks::Looks;
use super::{Pass, Patience, note, twice};
use crate::Result;
use crate::gateway::JobWork;
use crate::push::journal;
use crate::push::journal::works::{CreatedClient, PendingWork};
use crate::push::run::Run;

/// Entries left in doubt that are settled at once.
const AT_ONCE: usize = 500;
/// Passes over a list that moves while it is read, before what they did not show is missing.
const MOST_UNEVEN: u32 = 5;

/// What looking for works came to.
#[derive(Debug)]
pub(in crate::push) struct LookedWorks {
    found: Vec<CreatedClient>,
    missing: Vec<PendingWork>,
}

/// Looks for the works of `entries` in the push's job; among `ids` only, unless that is empty.
pub(in crate::push) async fn works(
    run: &Run,
    ids: Vec<String>,
    entries: Vec<PendingWork>,
    patience: Patience,
) -> Result<LookedWorks> {
    let mut matching = Matching {
        missing: entries
            .into_iter()
            .map(|work| (work.external_id.clone(), work))
            .collect(),
        found: Vec::new(),
        seen: HashMap::new(),
    };
    let mut looks = Looks::new(run, patience);
    let mut uneven = 0;
    loop {
        let mut pass = Pass::of_job(run, ids.clone())?;
        while let Some(page) = pass.next_page().await? {
            for work in page {
                matching.take(work)?;
            }
        }
        uneven += u32::from(pass.moved());
        // A pass over a list that moved may have skipped what it did not show.
        let certain = !pass.moved() || uneven >= MOST_UNEVEN;
        if matching.missing.is_empty() || (!looks.again(run).await? && certain) {
            break;
        }
    }
    let mut missing: Vec<_> = matching.missing.into_values().collect();
    missing.sort_unstable_by_key(|work| work.key);
    Ok(LookedWorks {
        found: matching.found,
        missing,
    })
}

/// Entries that are looked for, over all looks.
struct Matching {
    missing: HashMap<String, PendingWork>,
    found: Vec<CreatedClient>,
    /// External id → job work, of what was found.
    seen: HashMap<String, String>,
}

impl Matching {
    fn take(&mut self, work: JobWork) -> Result<()> {
        let Some(external_id) = work.external_id else {
            return Ok(());
        };
        if let Some(entry) = self.missing.remove(&external_id) {
            self.found.push(CreatedClient {
                key: entry.key,
                job_work_id: work.id.clone(),
                work_id: work.work_id,
                status: work.status,
            });
            self.seen.insert(external_id, work.id);
        } else if let Some(first) = self.seen.get(&external_id)
            && *first != work.id
        {
            return Err(twice(&external_id, first, &work.id));
        }
        Ok(())
    }
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
    pub async fn note_taken(&self, run: &Run) -> Result<()> {
        if self.found.is_empty() {
            return Ok(());
        }
        let text = "Filed said that a work exists already; it stands in this push's own job and \
                    was taken as ours";
        run.journal
            .run(move |db| journal::head::note(db, text))
            .await
    }
}

/// Settles the works that an earlier run left in doubt, before anything is created. Artifacts in
/// doubt are settled when their client's turn comes.
pub(in crate::push) async fn left_in_doubt(run: &Run) -> Result<()> {
    loop {
        let entries = run
            .journal
            .run(|db| journal::works::in_doubt(db, AT_ONCE))
            .await?;
        if entries.is_empty() || run.stop.is_cancelled() {
            return Ok(());
        }
        let missing = match run.job_id.get() {
            // Nothing can have been created in a job that does not exist.
            None => entries,
            Some(_) => {
                let looked = works(run, Vec::new(), entries, Patience::Earlier).await?;
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
