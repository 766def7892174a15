//! The columns of answers that were lost, or that nobody can read. By hand, an effect says that it
//! may or may not be there, and everything else is simply sent again; within a push everything is
//! there once, or the push says that only its host can know.

use serde_json::{Value, json};

use super::steps::{STEPS, Step, done, files, push};
use super::{Column, Round, id};

/// How an answer is lost.
struct Loss {
    title: &'static str,
    fault: fn(&Step) -> Value,
    /// Whether the server acted before.
    acted: bool,
    /// Whether an answer came that is JSON.
    misshapen: bool,
    /// Whether nobody knows for a minute what the server still does.
    late: bool,
}

const LOSSES: [Loss; 6] = [
    Loss {
        title: "reset after the effect",
        fault: |_| json!({"reset": true, "effect": true}),
        acted: true,
        misshapen: false,
        late: false,
    },
    Loss {
        title: "reset before the effect",
        fault: |_| json!({"reset": true}),
        acted: false,
        misshapen: false,
        late: false,
    },
    Loss {
        title: "cut off",
        fault: |_| json!({"truncate": 15}),
        acted: true,
        misshapen: false,
        late: false,
    },
    Loss {
        title: "wrong shape",
        fault: |step| json!({"replace": (step.misshapen)(), "effect": true}),
        acted: true,
        misshapen: true,
        late: false,
    },
    Loss {
        title: "time-out after the effect",
        fault: |_| json!({"hang_ms": 60_000, "effect": true}),
        acted: true,
        misshapen: false,
        late: false,
    },
    Loss {
        title: "time-out before the effect",
        fault: |_| json!({"hang_ms": 60_000}),
        acted: false,
        misshapen: false,
        late: true,
    },
];

pub fn columns() -> Vec<Column> {
    LOSSES.iter().map(column).collect()
}

fn column(loss: &Loss) -> Column {
    let title = loss.title;
    let name = format!("ambiguity-{}", title.replace(' ', "-"));
    // What waits for a late server has a round of its own.
    let (alone, together): (Vec<&Step>, _) =
        STEPS.iter().partition(|step| loss.late && is_effect(step));
    let scenario = |step: &&Step| cell(loss, step);
    let mut rounds = vec![Round::plain(&name, together.iter().map(scenario).collect())];
    for step in alone {
        let name = format!("{name}-{}-alone", step.name);
        rounds.push(Round::plain(&name, vec![cell(loss, step)]));
    }
    Column { title, rounds }
}

fn is_effect(step: &Step) -> bool {
    ["createJobWorks", "createJobWorkArtifacts", "initiate"].contains(&step.name)
}

/// The step by hand and in a push, its answer lost each time.
fn cell(loss: &Loss, step: &Step) -> Value {
    let mut steps = Vec::new();
    if step.name != "login" {
        steps.push(json!({"op": "me"}));
    }
    steps.extend((step.before)());
    steps.push(plan(loss, step));
    steps.extend(by_hand(loss, step));
    if step.name != "login" {
        steps.push(plan_in_push(loss, step));
        steps.extend(push());
        steps.extend(end(loss, step));
    }
    json!({
        "id": id(loss.title, step.name), "title": "An answer that is lost doubles nothing",
        "client": {"timeout_ms": 3000}, "files": files(), "steps": steps,
        "expect_server": server(loss, step),
        // How many jobs nobody uses and uploads nobody attached there are says nothing.
        "compare_server": false,
    })
}

fn faults(loss: &Loss, step: &Step, on: &[&str]) -> Value {
    let faults = on.iter().map(|on| {
        let mut fault = (loss.fault)(step);
        fault["on"] = (*on).into();
        fault
    });
    let body = json!({"faults": faults.collect::<Vec<_>>()});
    json!({"op": "control", "method": "POST", "path": "/faults", "body": body, "compare": false})
}

fn plan(loss: &Loss, step: &Step) -> Value {
    faults(loss, step, step.on)
}

/// A push asks fewer things.
fn plan_in_push(loss: &Loss, step: &Step) -> Value {
    match step.name {
        // A connection that cannot be made out is no connection to push into.
        "query" if loss.misshapen => faults(loss, step, &["jobWorks"]),
        "query" => faults(loss, step, &["connections", "jobWorks"]),
        _ => faults(loss, step, step.on),
    }
}

fn by_hand(loss: &Loss, step: &Step) -> Vec<Value> {
    let steps = (step.by_hand)().into_iter();
    match (is_effect(step), loss.misshapen) {
        (true, false) => steps
            .map(|step| failing(step, "OUTCOME_UNKNOWN", "unknown"))
            .collect(),
        (true, true) => steps
            .map(|step| failing(step, "PROTOCOL_ERROR", "unknown"))
            .collect(),
        // What is misread once is misread again: nothing was changed, and asking again is safe.
        (false, true) if step.name != "createConnectionJob" => steps
            .flat_map(|step| {
                let effect = if step["op"] == "uploads.file" {
                    "unknown"
                } else {
                    "not_applied"
                };
                [failing(step.clone(), "PROTOCOL_ERROR", effect), step]
            })
            .collect(),
        (false, _) => steps.collect(),
    }
}

fn failing(mut step: Value, code: &str, effect: &str) -> Value {
    step["expect"] = json!({"error": {"code": code, "effect": effect}});
    step
}

fn end(loss: &Loss, step: &Step) -> Vec<Value> {
    if step.name == "upload" && loss.misshapen {
        return again();
    }
    if step.name != "initiate" || loss.acted {
        return done();
    }
    let unknown = json!({"code": "IMPORT_OUTCOME_UNKNOWN", "effect": "unknown"});
    vec![
        json!({"op": "push.commit", "timeout_ms": 120_000, "expect": {"error": unknown}}),
        json!({"op": "push.events", "compare": false}),
        json!({"op": "push.drop"}),
    ]
}

/// An answer that is misread fails its file; the next run sends it again.
fn again() -> Vec<Value> {
    let incomplete = json!({"code": "PUSH_INCOMPLETE", "effect": "not_applied"});
    let mut steps = vec![
        json!({"op": "push.commit", "timeout_ms": 120_000, "expect": {"error": incomplete}}),
        json!({"op": "push.events", "compare": false}),
        json!({"op": "push.drop"}),
        json!({"op": "resume", "journal": "${dir}/push.filed"}),
    ];
    steps.extend(done());
    steps
}

/// What the sandbox holds in the end: the push's job is the last.
fn server(loss: &Loss, step: &Step) -> Value {
    if step.name == "login" {
        return json!({"effects": {"me": {"$gte": 1}}});
    }
    let initiated = u8::from(step.name != "initiate" || loss.acted);
    let mut jobs: Vec<Value> = (0..others(loss, step))
        .map(|_| json!({"initiated": {"$lte": 1}}))
        .collect();
    jobs.push(json!({
        "name": "Push", "initiated": initiated, "initiate_calls": initiated,
        "works": {"client-1": {"artifacts": {"file-1": {"blake3": {"$blake3": "w2.pdf"}}}}},
    }));
    let mut expected = json!({"jobs": jobs});
    if is_effect(step) {
        // Once by hand and once in the push; what certainly is not there was sent again.
        let again = u8::from(step.name != "initiate" && !loss.acted);
        expected["counts"][step.on[0]] = (2 + again).into();
    }
    expected
}

/// Jobs made by hand, and those whose answer was lost: nobody uses them.
fn others(loss: &Loss, step: &Step) -> usize {
    match (step.name, loss.acted) {
        ("upload", _) => 0,
        ("createConnectionJob", true) => 3,
        _ => 1,
    }
}
