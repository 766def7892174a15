//! Artifacts: looked for in one work, matched by external id, recorded.

use std::collections::HashMap;

use super::looks::Looks;
use super::{Pass, Patience, note, twice};
use crate::Result;
use crate::gateway::JobWork;
use crate::push::journal::attach::{AttachedFile, ReadyFile};
use crate::push::journal::{self, Key};
use crate::push::run::Run;

/// What looking for artifacts came to.
#[derive(Debug)]
pub(in crate::push) struct LookedFiles {
    client: Key,
    found: Vec<AttachedFile>,
    missing: Vec<ReadyFile>,
}

/// Looks for the artifacts of `entries` in one work.
pub(in crate::push) async fn artifacts(
    run: &Run,
    (client, job_work_id): (Key, &str),
    entries: Vec<ReadyFile>,
    patience: Patience,
) -> Result<LookedFiles> {
    let mut matching = Matching {
        missing: entries
            .into_iter()
            .map(|file| (file.external_id.clone(), file))
            .collect(),
        found: Vec::new(),
        seen: HashMap::new(),
    };
    let mut looks = Looks::new(run, patience);
    loop {
        let mut pass = Pass::of_job(run, vec![job_work_id.to_owned()])?;
        while let Some(page) = pass.next_page().await? {
            for work in page.into_iter().filter(|work| work.id == job_work_id) {
                matching.take(work)?;
            }
        }
        if matching.missing.is_empty() || !looks.again(run).await? {
            break;
        }
    }
    let mut missing: Vec<_> = matching.missing.into_values().collect();
    missing.sort_unstable_by_key(|file| file.key);
    Ok(LookedFiles {
        client,
        found: matching.found,
        missing,
    })
}

/// Entries that are looked for, over all looks.
struct Matching {
    missing: HashMap<String, ReadyFile>,
    found: Vec<AttachedFile>,
    /// External id → artifact, of what was found.
    seen: HashMap<String, String>,
}

impl Matching {
    fn take(&mut self, work: JobWork) -> Result<()> {
        for artifact in work.artifacts {
            if let Some(entry) = self.missing.remove(&artifact.external_id) {
                self.found.push(AttachedFile {
                    key: entry.key,
                    artifact_id: artifact.id.clone(),
                    status: artifact.status,
                });
                self.seen.insert(artifact.external_id, artifact.id);
            } else if let Some(first) = self.seen.get(&artifact.external_id)
                && *first != artifact.id
            {
                return Err(twice(&artifact.external_id, first, &artifact.id));
            }
        }
        Ok(())
    }
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
