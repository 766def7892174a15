//! Whether one runner got what a scenario expects.

use serde_json::{Map, Value, json};

use super::events;
use super::log::Record;
use super::mask::last_part;
use super::pattern::{Scope, mismatches};
use super::source::Scenario;
use super::summary;

/// Everything that is not as the scenario says; empty when it passed. `secrets` must be in no
/// error's message.
pub fn failures(scenario: &Scenario, record: Option<&Record>, secrets: &[String]) -> Vec<String> {
    let Some(record) = record else {
        return vec!["the runner did not come to this scenario".into()];
    };
    let scope = Scope {
        files: &scenario.files,
    };
    let mut all = Vec::new();
    for (step, number) in scenario.steps.iter().zip(1_u64..) {
        let op = step.get("op").and_then(Value::as_str).unwrap_or_default();
        let found = of_step(&scope, step, op, record.outcome(number));
        all.extend(
            found
                .iter()
                .map(|text| format!("step {number} ({op}) {text}")),
        );
    }
    all.extend(of_server(&scope, scenario, record.state.as_ref()));
    all.extend(leaks(scenario, record, secrets));
    all
}

fn of_step(
    scope: &Scope,
    step: &Map<String, Value>,
    op: &str,
    outcome: Option<Result<&Value, &Value>>,
) -> Vec<String> {
    let none = Map::new();
    let expect = step
        .get("expect")
        .and_then(Value::as_object)
        .unwrap_or(&none);
    match (outcome, expect.get("error")) {
        (None, _) => vec!["has no line in the log".into()],
        (Some(Err(error)), Some(wanted)) => {
            mismatches(scope, &error_pattern(wanted), error, "error")
                .into_iter()
                .chain(wrong_path(wanted, error))
                .collect()
        }
        (Some(Err(error)), None) => vec![format!("expected to succeed, got {error}")],
        (Some(Ok(ok)), Some(wanted)) => vec![format!("expected {wanted}, succeeded with {ok}")],
        (Some(Ok(ok)), None) => {
            let seen = seen(op, ok);
            let pattern = expect.get("ok").filter(|pattern| !pattern.is_null());
            let mut all = pattern
                .map(|pattern| mismatches(scope, &paths_by_last_part(pattern), &seen, "ok"))
                .unwrap_or_default();
            if op == "push.events" {
                all.extend(events::broken_rules(&seen));
            }
            all
        }
    }
}

/// A result as patterns see it.
pub fn seen(op: &str, ok: &Value) -> Value {
    match op {
        "push.events" => events::per_item(ok),
        "push.wait" | "push.report" => sorted_failures(ok),
        _ => ok.clone(),
    }
}

fn sorted_failures(report: &Value) -> Value {
    let mut report = report.clone();
    for list in ["failed_files", "failed_clients"] {
        if let Some(items) = report.get_mut(list).and_then(Value::as_array_mut) {
            items.sort_by_key(|item| item["external_id"].to_string());
        }
    }
    report
}

/// `message_has` and `path` are no fields to compare as they stand.
fn error_pattern(wanted: &Value) -> Value {
    let mut pattern = wanted.as_object().cloned().unwrap_or_default();
    pattern.shift_remove("path");
    if let Some(part) = pattern.shift_remove("message_has") {
        pattern.insert("message".into(), json!({ "$has": part }));
    }
    pattern.into()
}

fn wrong_path(wanted: &Value, error: &Value) -> Option<String> {
    let wanted = wanted["path"].as_str()?;
    let found = error["path"].as_str().map(last_part);
    (found != Some(wanted)).then(|| format!("error.path: expected {wanted}, got {found:?}"))
}

/// A path inside a result ends in what the pattern says.
fn paths_by_last_part(pattern: &Value) -> Value {
    match pattern {
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| match (key.as_str(), value) {
                ("path", Value::String(name)) => (key.clone(), json!({ "$has": name })),
                _ => (key.clone(), paths_by_last_part(value)),
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(paths_by_last_part).collect(),
        other => other.clone(),
    }
}

fn of_server(scope: &Scope, scenario: &Scenario, state: Option<&Value>) -> Vec<String> {
    let Some(state) = state else {
        return vec!["the state at the end is missing".into()];
    };
    let summary = summary::of(state);
    let mut wanted = scenario.expect_server.clone();
    let nothing = wanted.shift_remove("nothing_sent") == Some(Value::Bool(true));
    for (key, always) in [
        ("missing_source_platform", json!(0)),
        ("duplicates", json!([])),
    ] {
        wanted.entry(key).or_insert(always);
    }
    let mut all = mismatches(scope, &wanted.into(), &summary, "server");
    if nothing
        && summary["counts"]
            .as_object()
            .is_none_or(|counts| !counts.is_empty())
    {
        all.push(format!(
            "server: nothing was to be sent, got {}",
            summary["counts"]
        ));
    }
    all
}

fn leaks(scenario: &Scenario, record: &Record, secrets: &[String]) -> Vec<String> {
    let mut messages = Vec::new();
    record
        .steps
        .values()
        .for_each(|line| collect_messages(line, &mut messages));
    let planted = scenario.planted.iter().chain(secrets);
    planted
        .filter(|secret| {
            messages
                .iter()
                .any(|message| message.contains(secret.as_str()))
        })
        .map(|secret| format!("an error's message holds `{secret}`"))
        .collect()
}

fn collect_messages<'v>(value: &'v Value, into: &mut Vec<&'v str>) {
    match value {
        Value::Object(fields) => {
            if let (Some(Value::String(message)), true) =
                (fields.get("message"), fields.contains_key("code"))
            {
                into.push(message);
            }
            fields
                .values()
                .for_each(|value| collect_messages(value, into));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_messages(item, into)),
        _ => {}
    }
}
