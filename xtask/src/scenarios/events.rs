//! Events of a push, seen per item: their order between items is chance, within an item a promise.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Events as patterns see them.
pub fn per_item(events: &Value) -> Value {
    let mut items: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut errors: BTreeMap<&str, &str> = BTreeMap::new();
    let mut push = Vec::new();
    for event in events.as_array().into_iter().flatten() {
        let kind = event["kind"].as_str().unwrap_or_default();
        let Some(id) = event["external_id"].as_str() else {
            push.push(kind);
            continue;
        };
        items.entry(id).or_default().push(kind);
        if let Some(code) = event["error"]["code"].as_str() {
            errors.insert(id, code);
        }
    }
    // The job is made beside everything else: when, is chance.
    push.sort_by_key(|kind| *kind != "job_created");
    json!({ "items": items, "push": push, "errors": errors })
}

/// Where events break the rule that every item ends at most once, and once when the push is done.
pub fn broken_rules(seen: &Value) -> Vec<String> {
    let done = seen["push"]
        .as_array()
        .is_some_and(|kinds| kinds.iter().any(|kind| kind == "push_done"));
    let mut broken = Vec::new();
    for (id, kinds) in seen["items"].as_object().into_iter().flatten() {
        let kinds: Vec<&str> = kinds
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let ends = kinds.iter().filter(|kind| is_terminal(kind)).count();
        let last = kinds.last().is_some_and(|kind| is_terminal(kind));
        if ends > 1 || (ends == 1 && !last) || (done && ends == 0) {
            broken.push(format!("events of {id} do not end once: {kinds:?}"));
        }
    }
    broken
}

fn is_terminal(kind: &str) -> bool {
    ["_imported", "_failed", "_cancelled"]
        .iter()
        .any(|end| kind.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: &str, id: &str) -> Value {
        json!({ "kind": kind, "external_id": id })
    }

    #[test]
    fn an_item_that_ends_twice_or_not_at_all_is_found() {
        let twice = json!([event("file_failed", "a"), event("file_imported", "a")]);
        assert_eq!(broken_rules(&per_item(&twice)).len(), 1);
        let done = json!([event("file_added", "a"), { "kind": "push_done" }]);
        assert_eq!(broken_rules(&per_item(&done)).len(), 1);
        let good =
            json!([event("file_added", "a"), event("file_imported", "a"), { "kind": "push_done" }]);
        assert!(broken_rules(&per_item(&good)).is_empty());
    }
}
