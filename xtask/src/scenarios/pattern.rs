//! Patterns: a part of a value, or a `$…` rule for it.

use serde_json::{Map, Value};

use super::generate;

/// What a pattern may need to know about its scenario.
pub struct Scope<'s> {
    pub files: &'s Map<String, Value>,
}

/// Every place where `actual` is not as `pattern` says; empty when it matches.
pub fn mismatches(scope: &Scope, pattern: &Value, actual: &Value, at: &str) -> Vec<String> {
    match (pattern, actual) {
        (Value::Object(wanted), _) if is_rule(wanted) => rule(scope, wanted, actual, at),
        (Value::Object(wanted), Value::Object(found)) => wanted
            .iter()
            .flat_map(|(key, wanted)| {
                let found = found.get(key).unwrap_or(&Value::Null);
                mismatches(scope, wanted, found, &format!("{at}.{key}"))
            })
            .collect(),
        (Value::Array(wanted), Value::Array(found)) if wanted.len() == found.len() => wanted
            .iter()
            .zip(found)
            .enumerate()
            .flat_map(|(nth, (wanted, found))| {
                mismatches(scope, wanted, found, &format!("{at}.{nth}"))
            })
            .collect(),
        _ if same(pattern, actual) => Vec::new(),
        _ => vec![differs(at, pattern, actual)],
    }
}

/// Numbers compare by value: a language may write 3 as 3.0.
fn same(wanted: &Value, found: &Value) -> bool {
    wanted == found || (wanted.is_number() && wanted.as_f64() == found.as_f64())
}

fn differs(at: &str, wanted: &Value, found: &Value) -> String {
    format!("{at}: expected {wanted}, got {}", shortened(found))
}

fn shortened(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(2000) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn is_rule(pattern: &Map<String, Value>) -> bool {
    pattern.len() == 1 && pattern.keys().all(|key| key.starts_with('$'))
}

fn rule(scope: &Scope, pattern: &Map<String, Value>, actual: &Value, at: &str) -> Vec<String> {
    let Some((name, wanted)) = pattern.iter().next() else {
        return Vec::new();
    };
    let holds = match name.as_str() {
        "$any" => !actual.is_null(),
        "$gte" => number(actual) >= number(wanted) && actual.is_number(),
        "$lte" => number(actual) <= number(wanted) && actual.is_number(),
        "$has" => match (actual.as_str(), wanted.as_str()) {
            (Some(text), Some(part)) => text.contains(part),
            _ => false,
        },
        "$count" => size(actual) == wanted.as_u64() && wanted.is_u64(),
        "$keys" => keys(actual).is_some_and(|keys| Some(keys) == sorted(wanted)),
        "$blake3" => match generate::blake3(scope.files, wanted.as_str().unwrap_or_default()) {
            Ok(hash) => actual.as_str() == Some(&hash),
            Err(error) => return vec![format!("{at}: {error:#}")],
        },
        _ => return vec![format!("{at}: no such rule: {name}")],
    };
    if holds {
        Vec::new()
    } else {
        vec![differs(at, &Value::Object(pattern.clone()), actual)]
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

fn size(value: &Value) -> Option<u64> {
    match value {
        Value::Array(items) => Some(items.len() as u64),
        Value::Object(fields) => Some(fields.len() as u64),
        _ => None,
    }
}

fn keys(value: &Value) -> Option<Vec<&str>> {
    let mut keys: Vec<&str> = value.as_object()?.keys().map(String::as_str).collect();
    keys.sort_unstable();
    Some(keys)
}

fn sorted(list: &Value) -> Option<Vec<&str>> {
    let mut items: Vec<&str> = list.as_array()?.iter().filter_map(Value::as_str).collect();
    items.sort_unstable();
    Some(items)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn count(pattern: Value, actual: Value) -> usize {
        let files = Map::new();
        mismatches(&Scope { files: &files }, &pattern, &actual, "").len()
    }

    #[test]
    fn a_part_is_enough_but_lists_are_whole() {
        assert_eq!(count(json!({"a": 1}), json!({"a": 1.0, "b": 2})), 0);
        assert_eq!(count(json!([{"a": 1}]), json!([{"a": 1}, {"a": 1}])), 1);
        assert_eq!(count(json!({"a": null}), json!({})), 0);
    }

    #[test]
    fn rules_refuse_what_they_should() {
        assert_eq!(count(json!({"$any": true}), json!(null)), 1);
        assert_eq!(count(json!({"$gte": 2}), json!(1)), 1);
        assert_eq!(count(json!({"$gte": 2}), json!("3")), 1);
        assert_eq!(count(json!({"$has": "b"}), json!("abc")), 0);
        assert_eq!(
            count(json!({"$keys": ["b", "a"]}), json!({"a": 1, "b": 1})),
            0
        );
        assert_eq!(count(json!({"$keys": ["a"]}), json!({"a": 1, "b": 1})), 1);
        assert_eq!(count(json!({"$colour": 1}), json!(1)), 1);
    }
}
