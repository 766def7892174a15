//! Taking out of a result what differs from run to run: ids, times, ports, directories.

use serde_json::{Map, Value};

/// Kinds of id, the longer ones first: one ends as another begins.
const ID_KINDS: [&str; 8] = [
    "job_artifact",
    "job_work",
    "artifact",
    "workspace",
    "connection",
    "work",
    "job",
    "user",
];

/// The result of a step as it is compared between languages.
pub fn result(value: &Value, ids: bool) -> Value {
    match value {
        Value::Object(fields) => fields_of(fields, ids),
        Value::Array(items) => items.iter().map(|item| result(item, ids)).collect(),
        Value::String(text) if is_time(text) => "<time>".into(),
        Value::String(text) => self::text(text, ids).into(),
        Value::Number(number) => match number.as_f64() {
            // One spelling of a whole number, whatever the language wrote.
            Some(n) if n.fract() == 0.0 && n.abs() < 9e15 => (n as i64).into(),
            _ => value.clone(),
        },
        other => other.clone(),
    }
}

fn fields_of(fields: &Map<String, Value>, ids: bool) -> Value {
    let is_error = fields.contains_key("code") && fields.contains_key("message");
    let mut shown: Map<String, Value> = Map::new();
    for (key, value) in fields {
        let value = match (key.as_str(), value) {
            ("message" | "attempts", _) if is_error => continue,
            ("path", Value::String(path)) => last_part(path).into(),
            _ => result(value, ids),
        };
        shown.insert(key.clone(), value);
    }
    shown.sort_keys();
    shown.into()
}

/// Whether a text is an instant such as `2024-01-15T10:35:00Z`.
fn is_time(text: &str) -> bool {
    let shape = |c: char| if c.is_ascii_digit() { '0' } else { c };
    let shaped: String = text.chars().map(shape).collect();
    shaped.starts_with("0000-00-00T00:00:00") && shaped.ends_with('Z')
}

/// The last part of a path.
pub fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn text(text: &str, ids: bool) -> String {
    let text = without_port(text);
    let text = words(&text, |word| {
        let hex = word.len() == 32 && word.bytes().all(|b| b.is_ascii_hexdigit());
        hex.then(|| "<upload>".to_owned())
    });
    if !ids {
        return text;
    }
    words(&text, |word| {
        let (kind, number) = word.rsplit_once('_')?;
        let known = ID_KINDS.contains(&kind) && number.bytes().all(|b| b.is_ascii_digit());
        (known && !number.is_empty()).then(|| format!("<{kind}>"))
    })
}

fn without_port(text: &str) -> String {
    let mut parts = text.split("127.0.0.1:");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| {
        let part = part.trim_start_matches(|c: char| c.is_ascii_digit());
        format!("{all}sandbox{part}")
    })
}

/// Replaces whole words, as `exchange` says.
fn words(text: &str, exchange: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        out.push_str(&exchange(word).unwrap_or_else(|| word.to_owned()));
        let gap = after.find(is_word).unwrap_or(after.len());
        out.push_str(&after[..gap]);
        rest = &after[gap..];
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_depends_on_the_run_is_taken_out() {
        let raw = json!({
            "file_url": "http://127.0.0.1:4711/files/0193f5e2a1b27c3d8e4f5a6b7c8d9e0f/w2.pdf",
            "created_at": "2024-01-15T10:35:00Z", "job_work_id": "job_work_12", "n": 3.0,
            "error": { "code": "X", "message": "m", "attempts": 3, "path": "/tmp/a/w2.pdf" },
        });
        assert_eq!(
            result(&raw, true),
            json!({
                "file_url": "http://sandbox/files/<upload>/w2.pdf",
                "created_at": "<time>", "job_work_id": "<job_work>", "n": 3,
                "error": { "code": "X", "path": "w2.pdf" },
            })
        );
        assert_eq!(result(&json!("job_work_12"), false), json!("job_work_12"));
    }
}
