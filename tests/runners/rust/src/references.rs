//! `${…}` in the strings of a step: where they lead, and putting in what is there.

use serde_json::{Map, Value};

/// A reference that leads nowhere.
#[derive(Debug, PartialEq, Eq)]
pub struct Unresolved;

/// `value` with every reference replaced by what `scope` holds under it.
pub fn resolve(value: &Value, scope: &Map<String, Value>) -> Result<Value, Unresolved> {
    Ok(match value {
        Value::String(text) => resolve_text(text, scope)?,
        Value::Array(items) => items
            .iter()
            .map(|item| resolve(item, scope))
            .collect::<Result<_, _>>()?,
        Value::Object(fields) => Value::Object(resolve_fields(fields, scope)?),
        other => other.clone(),
    })
}

/// As [`resolve`], for the fields of an object.
pub fn resolve_fields(
    fields: &Map<String, Value>,
    scope: &Map<String, Value>,
) -> Result<Map<String, Value>, Unresolved> {
    fields
        .iter()
        .map(|(key, value)| Ok((key.clone(), resolve(value, scope)?)))
        .collect()
}

fn resolve_text(text: &str, scope: &Map<String, Value>) -> Result<Value, Unresolved> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once("${") {
        let (path, after) = tail.split_once('}').ok_or(Unresolved)?;
        let found = look_up(path, scope).ok_or(Unresolved)?;
        if before.is_empty() && after.is_empty() && out.is_empty() {
            return Ok(found.clone());
        }
        out.push_str(before);
        match found {
            Value::String(found) => out.push_str(found),
            other => out.push_str(&other.to_string()),
        }
        rest = after;
    }
    out.push_str(rest);
    Ok(Value::String(out))
}

fn look_up<'s>(path: &str, scope: &'s Map<String, Value>) -> Option<&'s Value> {
    let mut parts = path.split('.');
    let root = scope.get(parts.next()?)?;
    parts.try_fold(root, |value, part| match value {
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        Value::Object(fields) => fields.get(part),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_lone_reference_keeps_its_type_and_others_become_text() {
        let scope = json!({"job": {"id": "job_1", "sizes": [7]}, "dir": "/t"});
        let scope = scope.as_object().unwrap();
        let resolved = resolve(&json!(["${job.sizes.0}", "${dir}/${job.id}.pdf"]), scope);
        assert_eq!(resolved.unwrap(), json!([7, "/t/job_1.pdf"]));
        assert_eq!(resolve(&json!("${job.name}"), scope), Err(Unresolved));
    }
}
