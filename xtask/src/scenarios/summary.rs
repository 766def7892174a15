//! The sandbox's state as patterns see it: works under their jobs, artifacts under their works, by
//! external id.

use serde_json::{Map, Value, json};

const PASSED_ON: [&str; 7] = [
    "workspaces",
    "users",
    "connections",
    "sent_files",
    "counts",
    "effects",
    "max_in_flight",
];

/// The summary of a state.
pub fn of(state: &Value) -> Value {
    let mut duplicates = Vec::new();
    let jobs: Vec<Value> = items(state, "jobs")
        .map(|job| show_job(state, job, &mut duplicates))
        .collect();
    let mut all = Map::new();
    all.insert("jobs".into(), jobs.into());
    all.insert("duplicates".into(), duplicates.into());
    all.insert("uploads".into(), uploads(state));
    for key in PASSED_ON.into_iter().chain(["missing_source_platform"]) {
        all.insert(key.into(), state[key].clone());
    }
    all.into()
}

fn items<'s>(state: &'s Value, list: &str) -> impl Iterator<Item = &'s Value> {
    state[list].as_array().into_iter().flatten()
}

fn show_job(state: &Value, job: &Value, duplicates: &mut Vec<Value>) -> Value {
    let mut shown = pick(job, &["name", "status", "initiated", "initiate_calls"]);
    let works = items(state, "works").filter(|work| work["job_id"] == job["id"]);
    let works = works
        .map(|work| (&work["external_id"], work))
        .collect::<Vec<_>>();
    let shown_works = by_id(works, duplicates, |work, duplicates| {
        show_work(state, work, duplicates)
    });
    shown.insert("works".into(), shown_works);
    shown.into()
}

fn show_work(state: &Value, work: &Value, duplicates: &mut Vec<Value>) -> Value {
    let mut shown = pick(work, &["name", "status"]);
    let artifacts = items(state, "artifacts").filter(|found| found["job_work_id"] == work["id"]);
    let artifacts = artifacts
        .map(|found| (&found["external_id"], found))
        .collect();
    let keys = ["name", "type", "status", "size", "blake3", "metadata"];
    let shown_artifacts = by_id(artifacts, duplicates, |found, _| pick(found, &keys).into());
    shown.insert("artifacts".into(), shown_artifacts);
    shown.into()
}

fn by_id(
    found: Vec<(&Value, &Value)>,
    duplicates: &mut Vec<Value>,
    mut show: impl FnMut(&Value, &mut Vec<Value>) -> Value,
) -> Value {
    let mut all = Map::new();
    for (id, item) in found {
        let shown = show(item, duplicates);
        if all
            .insert(id.as_str().unwrap_or_default().to_owned(), shown)
            .is_some()
        {
            duplicates.push(id.clone());
        }
    }
    all.sort_keys();
    all.into()
}

fn uploads(state: &Value) -> Value {
    let keys = [
        "host",
        "file_name",
        "mime_type",
        "size",
        "blake3",
        "chunked",
        "attached",
    ];
    let mut all: Vec<Value> = items(state, "uploads")
        .map(|upload| json!(pick(upload, &keys)))
        .collect();
    all.sort_by_key(|upload| format!("{}{}", upload["file_name"], upload));
    all.into()
}

fn pick(item: &Value, keys: &[&str]) -> Map<String, Value> {
    keys.iter()
        .map(|&key| (key.to_owned(), item[key].clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_external_id_that_is_there_twice_is_named() {
        let work = |id: &str| json!({ "id": id, "job_id": "j", "external_id": "client-1" });
        let state =
            json!({ "jobs": [{ "id": "j", "name": "n" }], "works": [work("a"), work("b")] });
        let summary = of(&state);
        assert_eq!(summary["duplicates"], json!(["client-1"]));
        assert_eq!(summary["jobs"][0]["name"], "n");
    }
}
