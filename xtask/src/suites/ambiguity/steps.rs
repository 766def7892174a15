//! The rows of the table: the steps of a push as operations of the public surface.

use serde_json::{Value, json};

/// A step of a push.
pub struct Step {
    pub name: &'static str,
    /// What faults are planned on.
    pub on: &'static [&'static str],
    /// What must have been done before it can be done by hand.
    pub before: fn() -> Vec<Value>,
    /// It, done by hand.
    pub by_hand: fn() -> Vec<Value>,
    /// The misshapen answer: JSON, and nothing the operation returns.
    pub misshapen: fn() -> Value,
}

pub const STEPS: [Step; 7] = [
    Step {
        name: "login",
        on: &["loginViaPersonalApiToken"],
        before: Vec::new,
        by_hand: || vec![json!({"op": "me"})],
        misshapen: || json!({"data": {"loginViaPersonalApiToken": {"accessToken": 7}}}),
    },
    Step {
        name: "query",
        on: &["me", "connections", "jobWorks", "clients", "files"],
        before: || vec![job(), clients("clients")],
        by_hand: queries,
        misshapen: || json!({"data": {"me": 7}}),
    },
    Step {
        name: "createConnectionJob",
        on: &["createConnectionJob"],
        before: Vec::new,
        by_hand: || vec![job()],
        misshapen: || json!({"data": {"createConnectionJob": {"name": 7}}}),
    },
    Step {
        name: "createJobWorks",
        on: &["createJobWorks"],
        before: || vec![job()],
        by_hand: || vec![works()],
        misshapen: || json!({"data": {"createJobWorks": {"id": 7}}}),
    },
    Step {
        name: "upload",
        on: &["upload"],
        before: Vec::new,
        by_hand: || vec![json!({"op": "uploads.file", "path": "${dir}/by-hand.pdf"})],
        misshapen: || json!({"files": [7]}),
    },
    Step {
        name: "createJobWorkArtifacts",
        on: &["createJobWorkArtifacts"],
        before: || vec![job(), works()],
        by_hand: || vec![artifacts()],
        misshapen: || json!({"data": {"createJobWorkArtifacts": "yes"}}),
    },
    Step {
        name: "initiate",
        on: &["initiateTaxPrepsImport"],
        before: || vec![job(), works()],
        by_hand: || vec![json!({"op": "jobs.initiate", "job_id": "${job.id}"})],
        misshapen: || json!({"data": {"initiateTaxPrepsImport": [[7]]}}),
    },
];

fn job() -> Value {
    json!({"op": "jobs.create", "as": "job", "connection_id": "${connection_id}", "name": "By hand"})
}

fn works() -> Value {
    let work = json!({"name": "Jane Doe", "external_id": "client-by-hand"});
    json!({"op": "jobs.add_works", "as": "works", "job_id": "${job.id}", "works": [work]})
}

fn artifacts() -> Value {
    let artifact = json!({"name": "a.pdf", "type": "w2", "external_id": "file-by-hand"});
    json!({
        "op": "works.add_artifacts", "job_work_id": "${works.0.id}", "artifacts": [artifact],
    })
}

fn queries() -> Vec<Value> {
    let place = json!({"workspace_id": "${workspace_id}", "connection_id": "${connection_id}"});
    let ask = |op: &str, more: Value| {
        let mut step = json!({"op": op});
        for fields in [&place, &more] {
            for (key, value) in fields.as_object().into_iter().flatten() {
                step[key] = value.clone();
            }
        }
        step
    };
    vec![
        json!({"op": "me"}),
        json!({"op": "connections.list", "workspace_id": "${workspace_id}"}),
        ask("jobs.works", json!({"job_id": "${job.id}"})),
        clients("more"),
        ask("platform.files", json!({"client_id": "${clients.0.id}"})),
    ]
}

fn clients(name: &str) -> Value {
    json!({
        "op": "platform.clients", "as": name, "workspace_id": "${workspace_id}",
        "connection_id": "${connection_id}",
    })
}

/// A push of one client and one file, up to where it is committed.
pub fn push() -> Vec<Value> {
    vec![
        json!({
            "op": "push.open", "connection_id": "${connection_id}",
            "workspace_id": "${workspace_id}", "job_name": "Push", "journal": "${dir}/push.filed",
        }),
        json!({"op": "push.add_client", "name": "John Smith", "external_id": "client-1"}),
        json!({
            "op": "push.add_file", "for": "client-1", "path": "${dir}/w2.pdf",
            "external_id": "file-1",
        }),
    ]
}

/// The push's end, when it ends well.
pub fn done() -> Vec<Value> {
    vec![
        json!({"op": "push.commit", "timeout_ms": 120_000}),
        json!({
            "op": "push.wait", "timeout_ms": 120_000, "compare": false,
            "expect": {"ok": {"state": "done", "clients": {"imported": 1}, "files": {"imported": 1}}},
        }),
    ]
}

/// The two files of every cell.
pub fn files() -> Value {
    json!({"w2.pdf": {"size": 50_000, "seed": 501}, "by-hand.pdf": {"size": 1000, "seed": 502}})
}
