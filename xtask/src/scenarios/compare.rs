//! Logs of several runners, brought to a form that must be the same in all of them.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::expect::seen;
use super::log::{Log, Record};
use super::mask;
use super::source::Scenario;
use super::summary;

/// The normalised log of a whole run: one JSON object a line.
pub fn normalised(scenarios: &[Scenario], log: &Log) -> String {
    let mut out = String::new();
    for scenario in scenarios {
        for line in lines(scenario, log.get(&scenario.id)) {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{line}");
        }
    }
    out
}

/// The lines of one scenario.
pub fn lines(scenario: &Scenario, record: Option<&Record>) -> Vec<String> {
    let Some(record) = record else {
        return Vec::new();
    };
    let compared = |step: &&(u64, &serde_json::Map<String, Value>)| {
        step.1.get("compare") != Some(&Value::Bool(false))
    };
    let mut all: Vec<String> = (1_u64..)
        .zip(&scenario.steps)
        .filter(|step| compared(&step))
        .map(|(number, step)| {
            let op = step.get("op").and_then(Value::as_str).unwrap_or_default();
            step_line(&scenario.id, number, op, record.outcome(number))
        })
        .collect();
    if let (true, Some(state)) = (scenario.compare_server, &record.state) {
        all.push(json!({ "scenario": scenario.id, "server": server(state) }).to_string());
    }
    all
}

fn step_line(id: &str, step: u64, op: &str, outcome: Option<Result<&Value, &Value>>) -> String {
    // Numbers within a push depend on which batch came first; elsewhere they are exact.
    let hide_ids = op.starts_with("push.") || op == "resume";
    let mut line = json!({ "scenario": id, "step": step, "op": op });
    match outcome {
        Some(Ok(ok)) => line["ok"] = mask::result(&seen(op, ok), hide_ids),
        Some(Err(error)) => line["error"] = mask::result(error, hide_ids),
        None => line["missing"] = true.into(),
    }
    line.to_string()
}

/// The summary without what depends on how often was asked and how fast.
fn server(state: &Value) -> Value {
    let mut summary = summary::of(state);
    if let Some(fields) = summary.as_object_mut() {
        fields.retain(|key, _| !["counts", "effects", "max_in_flight"].contains(&key.as_str()));
    }
    mask::result(&summary, true)
}
