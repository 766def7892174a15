//! Reading what a caller hands in as JSON or YAML, and finding places in JSON.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Result;
use crate::check::invalid;

/// Longest text that is read: a document of a large API has a few megabytes.
const LONGEST: usize = 16 << 20;

/// JSON or YAML; `argument` is what messages call it.
pub(super) fn parse<T: DeserializeOwned>(argument: &str, text: &str) -> Result<T> {
    if text.len() > LONGEST {
        return Err(invalid(argument, "is too long"));
    }
    // JSON first: it is exact about numbers, and its errors are the clearer ones.
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text)
            .map_err(|e| invalid(argument, &format!("cannot be read: {e}")));
    }
    // By way of JSON, so that both read the same, tagged values included.
    let value: Value = serde_yaml_ng::from_str(text)
        .map_err(|e| invalid(argument, &format!("cannot be read: {e}")))?;
    serde_json::from_value(value).map_err(|e| invalid(argument, &format!("cannot be read: {e}")))
}

/// The value at a dotted path; the empty path is the whole.
pub(super) fn at<'v>(value: &'v Value, path: &str) -> &'v Value {
    let steps = path.split('.').filter(|step| !step.is_empty());
    steps.fold(value, |value, step| &value[step])
}

/// A text or a number at a path, as text: ids come as both.
pub(super) fn word(value: &Value, path: &str) -> Option<String> {
    match at(value, path) {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
