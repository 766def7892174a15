//! What the sandbox must hold in the end, and what it holds.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::season::Season;

/// What a state comes to, in numbers. All but `orphans` and `initiated` should be nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Works beyond one per client.
    pub double_works: u64,
    /// Artifacts beyond one per file.
    pub double_artifacts: u64,
    /// Clients without a work.
    pub missing_works: u64,
    /// Files without an artifact.
    pub missing_artifacts: u64,
    /// Artifacts with other bytes than the file.
    pub wrong: u64,
    /// Works, artifacts that are nobody's, or not in the job of the others.
    pub strays: u64,
    /// How often imports were initiated.
    pub initiated: u64,
    /// How often that was asked for.
    pub asked: u64,
    /// Jobs without works.
    pub orphans: u64,
}

impl Found {
    /// Everything that is not as it must be, in words.
    #[must_use]
    pub fn faults(&self, initiated: u64) -> Vec<String> {
        let wrong = [
            ("duplicated works", self.double_works),
            ("duplicated artifacts", self.double_artifacts),
            ("missing works", self.missing_works),
            ("missing artifacts", self.missing_artifacts),
            ("artifacts with wrong bytes", self.wrong),
            ("stray entries", self.strays),
        ];
        let mut faults: Vec<String> = wrong
            .into_iter()
            .filter(|(_, number)| *number > 0)
            .map(|(what, number)| format!("{number} {what}"))
            .collect();
        if self.initiated != initiated {
            faults.push(format!(
                "initiated {} times, not {initiated}",
                self.initiated
            ));
        }
        faults
    }
}

/// Counts what the sandbox holds of a season.
#[must_use]
pub fn find(season: &Season, state: &Value) -> Found {
    let jobs = list(state, "jobs");
    let number = |job: &Value, name: &str| job[name].as_u64().unwrap_or(0);
    let mut found = Found {
        initiated: jobs.iter().map(|job| number(job, "initiated")).sum(),
        asked: state["counts"]["initiateTaxPrepsImport"]
            .as_u64()
            .unwrap_or(0),
        ..Found::default()
    };
    works(season, state, &mut found);
    artifacts(season, state, &mut found);
    found
}

fn works(season: &Season, state: &Value, found: &mut Found) {
    let clients: BTreeSet<String> = season.client_ids().collect();
    let mut seen = BTreeSet::new();
    let mut jobs = BTreeSet::new();
    for work in list(state, "works") {
        let id = text(work, "external_id");
        jobs.insert(text(work, "job_id"));
        match (clients.contains(id), seen.insert(id)) {
            (false, _) => found.strays += 1,
            (true, false) => found.double_works += 1,
            (true, true) => {}
        }
    }
    let all = list(state, "jobs");
    found.orphans = all
        .iter()
        .filter(|job| !jobs.contains(text(job, "id")))
        .count() as u64;
    found.strays += jobs.len().saturating_sub(1) as u64;
    let missing = clients.iter().filter(|id| !seen.contains(id.as_str()));
    found.missing_works = missing.count() as u64;
}

fn artifacts(season: &Season, state: &Value, found: &mut Found) {
    let hashes = season.hashes();
    let owners: BTreeMap<&str, &str> = list(state, "works")
        .iter()
        .map(|work| (text(work, "id"), text(work, "external_id")))
        .collect();
    let mut seen = BTreeSet::new();
    for artifact in list(state, "artifacts") {
        let id = text(artifact, "external_id");
        let owner = owners.get(text(artifact, "job_work_id")).copied();
        // `file-3-1` is the second file of `client-3`.
        let client = id.split('-').nth(1).unwrap_or_default();
        let belongs = owner == Some(&format!("client-{client}"));
        match hashes.get(id) {
            Some(hash) if belongs => {
                if !seen.insert(id) {
                    found.double_artifacts += 1;
                } else if text(artifact, "blake3") != hash {
                    found.wrong += 1;
                }
            }
            _ => found.strays += 1,
        }
    }
    let missing = hashes.keys().filter(|id| !seen.contains(id.as_str()));
    found.missing_artifacts = missing.count() as u64;
}

fn list<'s>(state: &'s Value, name: &str) -> &'s [Value] {
    state[name].as_array().map_or(&[], Vec::as_slice)
}

fn text<'s>(item: &'s Value, name: &str) -> &'s str {
    item[name].as_str().unwrap_or_default()
}
