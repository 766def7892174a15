//! What a sandbox received of a folder, compared with the folder itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::hash;
use crate::scenarios;

/// One document of the folder and what the sandbox holds in its place.
pub struct Document {
    /// Name of the sub-folder.
    pub client: String,
    pub file: String,
    pub size: u64,
    pub blake3: String,
    /// Hash and status at the sandbox, when it is there.
    pub received: Option<(String, String)>,
}

impl Document {
    /// Whether the very same bytes arrived and were imported.
    pub fn good(&self) -> bool {
        let wanted = (self.blake3.as_str(), "uploaded");
        self.received
            .as_ref()
            .map(|(blake3, status)| (blake3.as_str(), status.as_str()))
            == Some(wanted)
    }
}

/// One job at the sandbox, set beside a folder with one sub-folder per client.
pub struct Received {
    pub documents: Vec<Document>,
    /// What is not as it should be, beyond single documents.
    pub problems: Vec<String>,
}

impl Received {
    /// Everything that is wrong; empty when all is well.
    pub fn failures(&self) -> Vec<String> {
        let bad = self.documents.iter().filter(|document| !document.good());
        let bad = bad.map(|document| {
            format!(
                "{}/{} did not arrive as it is",
                document.client, document.file
            )
        });
        self.problems.iter().cloned().chain(bad).collect()
    }
}

/// Compares the job called `job` with `folder`.
pub fn compare(folder: &Path, state: &Value, job: &str) -> Result<Received> {
    let summary = scenarios::summary(state);
    let jobs: Vec<&Value> = list(&summary["jobs"])
        .filter(|found| found["name"] == job)
        .collect();
    let mut problems = Vec::new();
    let nothing = Value::Null;
    let found = match jobs.as_slice() {
        [one] => one,
        other => {
            problems.push(format!("{} jobs are called `{job}`, not 1", other.len()));
            &nothing
        }
    };
    if found["status"] != "completed" || found["initiated"] != 1 {
        problems.push(format!(
            "the import is {} after {} initiations",
            found["status"], found["initiated"]
        ));
    }
    if list(&summary["duplicates"]).next().is_some() {
        problems.push(format!("twice there: {}", summary["duplicates"]));
    }
    let mut artifacts = artifacts(found);
    let documents = documents(folder, &mut artifacts)?;
    problems.extend(
        artifacts
            .keys()
            .map(|(client, file)| format!("{client}/{file} came from nowhere")),
    );
    Ok(Received {
        documents,
        problems,
    })
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

type Key = (String, String);

/// (name of the work, name of the artifact) → artifact.
fn artifacts(job: &Value) -> BTreeMap<Key, &Value> {
    let works = job["works"].as_object().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    works
        .flat_map(|(_, work)| {
            let artifacts = work["artifacts"].as_object().into_iter().flatten();
            artifacts.map(move |(_, found)| ((text(&work["name"]), text(&found["name"])), found))
        })
        .collect()
}

fn documents(folder: &Path, artifacts: &mut BTreeMap<Key, &Value>) -> Result<Vec<Document>> {
    let mut all = Vec::new();
    for client in sorted(folder)? {
        for path in sorted(&client)? {
            let (client, file) = (name(&client)?, name(&path)?);
            let text = |found: &Value| found.as_str().unwrap_or_default().to_owned();
            let found = artifacts.remove(&(client.clone(), file.clone()));
            all.push(Document {
                size: path.metadata()?.len(),
                blake3: hash::file(&path)?,
                received: found.map(|found| (text(&found["blake3"]), text(&found["status"]))),
                client,
                file,
            });
        }
    }
    Ok(all)
}

fn sorted(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        std::fs::read_dir(dir).with_context(|| format!("{} cannot be listed", dir.display()))?;
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> Result<String> {
    let name = path.file_name().and_then(|name| name.to_str());
    Ok(name.context("a name is not UTF-8")?.to_owned())
}
