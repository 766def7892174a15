//! The columns of requests that certainly never left. The sandbox is away when the step is due: its
//! port refuses, or breaks the TLS handshake off; or the name server is away with it. Who tries once
//! is told that nothing happened; who tries on gets through, and the step was done once.

use anyhow::Result;
use serde_json::{Value, json};

use super::steps::{STEPS, Step, done, files, push};
use super::{Column, Round, id};
use crate::place;
use crate::sandbox::Ready;
use crate::scenarios::round::Environment;

pub fn columns() -> Vec<Column> {
    vec![
        column("refused", "http://127.0.0.1:${port}", &[], |_| {
            Ok(Vec::new())
        }),
        column("name not found", "http://localhost:${port}", &[], no_names),
        column(
            "TLS broken off",
            "https://127.0.0.1:${port}",
            &["--tls", "--away-breaks-off"],
            |_| Ok(Vec::new()),
        ),
    ]
}

fn column(title: &'static str, base: &str, sandbox: &[&str], environment: Environment) -> Column {
    let mut scenarios: Vec<Value> = STEPS.iter().map(|step| alone(title, base, step)).collect();
    scenarios.push(every_request(title, base));
    let round = Round {
        name: format!("ambiguity-{}", title.replace(' ', "-")),
        scenarios,
        sandbox: sandbox
            .iter()
            .map(|&argument| argument.to_owned())
            .collect(),
        environment,
    };
    let rounds = vec![round];
    Column { title, rounds }
}

/// The name server goes and comes with the sandbox.
fn no_names(ready: &Ready) -> Result<Vec<(&'static str, String)>> {
    let shim = place::built("libfiled_crash_shim.so")?;
    Ok(vec![
        ("LD_PRELOAD", shim.display().to_string()),
        ("CRASH_NAMES_WITH_PORT", ready.port.to_string()),
    ])
}

/// Long enough for the slowest runner to try while nobody is there.
const AWAY_MS: u64 = 4_000;

/// So many attempts that random gaps between them cannot all be too short.
const PATIENT: u32 = 15;

fn config(base: &str, attempts: u32) -> Value {
    json!({
        "gateway_url": format!("{base}/graphql"), "upload_url": format!("{base}/upload"),
        "ca_bundle": "${ca_bundle}", "max_attempts": attempts,
    })
}

/// The step by hand, while the sandbox is away.
fn alone(title: &str, base: &str, step: &Step) -> Value {
    let mut steps = vec![json!({"op": "client.new", "name": "once", "config": config(base, 1)})];
    let logs_in_before = step.name != "login";
    if logs_in_before {
        steps.push(json!({"op": "me", "client": "once"}));
        steps.push(json!({"op": "me"}));
    }
    steps.extend((step.before)());
    steps.push(json!({
        "op": "control", "method": "POST", "path": "/away", "body": {"ms": AWAY_MS}, "compare": false,
    }));
    if logs_in_before {
        // Lets go of a connection from before: a request on one that is just closing may have left.
        steps.push(json!({
            "op": "me", "client": "once", "expect": {"error": {}},
            "compare": false,
        }));
    }
    for mut tried in (step.by_hand)() {
        tried["client"] = "once".into();
        // A connection from before may still say that it is closing: that is as clear.
        tried["expect"] = json!({"error": {
            "code": {"$has": "CONNECT"}, "effect": "not_applied", "attempts": 1, "retryable": true,
        }});
        tried["compare"] = false.into();
        if let Some(fields) = tried.as_object_mut() {
            fields.shift_remove("as");
        }
        steps.push(tried);
    }
    steps.extend((step.by_hand)());
    // The clients' own logins, and what was asked before the sandbox went.
    let counts = match step.name {
        "login" => json!({"loginViaPersonalApiToken": 1}),
        "query" => {
            json!({"me": 3, "connections": 1, "jobWorks": 1, "clients": 2, "files": 1})
        }
        _ => json!({step.on[0]: 1}),
    };
    json!({
        "id": id(title, step.name), "title": "A request that never left is sent again, once",
        "client": config(base, PATIENT), "files": files(), "steps": steps,
        "expect_server": {"counts": counts},
    })
}

/// A push whose every request meets nobody first.
fn every_request(title: &str, base: &str) -> Value {
    let away = |on: &str, times: u32| json!({"on": on, "times": times, "away_ms": 300});
    let mut steps = push();
    steps.extend(done());
    json!({
        "id": id(title, "whole push"), "title": "A push goes on whenever somebody listens again",
        "client": config(base, PATIENT), "files": files(), "steps": steps,
        "sandbox": {"import_ms": 4000},
        "faults": [
            away("loginViaPersonalApiToken", 1), away("connections", 1), away("upload", 1),
            away("createConnectionJob", 1), away("createJobWorks", 1), away("jobWorks", 5),
            away("createJobWorkArtifacts", 1),
        ],
        "expect_server": {"effects": {
            "createConnectionJob": 1, "createJobWorks": 1, "upload": 1,
            "createJobWorkArtifacts": 1, "initiateTaxPrepsImport": 1,
        }},
    })
}
