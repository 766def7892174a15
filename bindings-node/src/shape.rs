//! Results with the names JavaScript expects: the core's field names in camelCase, while JSON of
//! the caller's or of Filed's stays as it is.

use serde::Serialize;
use serde_json::Value;

// Fields whose content is not ours.
const OPAQUE: &[&str] = &["metadata", "settings"];

/// A result of the core in JavaScript's spelling.
pub fn shaped(result: &impl Serialize) -> Value {
    serde_json::to_value(result).map_or(Value::Null, camel)
}

fn camel(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(camel).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| {
                let opaque = OPAQUE.contains(&name.as_str());
                (camel_name(&name), if opaque { value } else { camel(value) })
            })
            .collect(),
        plain => plain,
    }
}

fn camel_name(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut name, word| {
        let mut letters = word.chars();
        name.extend(letters.next().map(|c| c.to_ascii_uppercase()));
        name.push_str(letters.as_str());
        name
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::shaped;

    #[test]
    fn our_names_change_and_foreign_json_stays() {
        let given = json!({ "work_id": 1, "artifacts": [{ "file_url_x": { "a_b": 2 } }],
            "metadata": { "snake_case": { "deep_er": 3 } } });
        let expected = json!({ "workId": 1, "artifacts": [{ "fileUrlX": { "aB": 2 } }],
            "metadata": { "snake_case": { "deep_er": 3 } } });
        assert_eq!(shaped(&given), expected);
    }
}
