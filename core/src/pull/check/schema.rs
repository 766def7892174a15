//! Comparing an answer with its documented schema.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

use super::codes::{self, Code};

/// Differences told from one answer; the first few say enough.
const MOST: usize = 8;

/// One difference between an answer and its schema.
pub(super) struct Difference {
    pub(super) code: &'static Code,
    pub(super) seen: String,
}

/// How an answer differs from its schema. A schema that is none is a difference too.
pub(super) fn differences(schema: &Value, answer: &Value) -> Vec<Difference> {
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .offline()
        .build(schema);
    let validator = match validator {
        Ok(validator) => validator,
        Err(_) => {
            return vec![Difference {
                code: &codes::SCHEMA,
                seen: "the documented schema is not a valid JSON schema".into(),
            }];
        }
    };
    let errors = validator.iter_errors(answer).take(MOST);
    errors
        .map(|error| difference(error.kind(), &place(error.instance_path().as_str())))
        .collect()
}

/// A difference in words that hold names of fields, never their values.
fn difference(kind: &ValidationErrorKind, place: &str) -> Difference {
    let (code, what) = match kind {
        ValidationErrorKind::Required { property } => (
            &codes::FIELD_MISSING,
            format!("{property} is missing in {place}"),
        ),
        ValidationErrorKind::Type { kind } => {
            let wanted = match kind {
                TypeKind::Single(kind) => kind.to_string(),
                TypeKind::Multiple(_) => "one of the documented types".to_owned(),
            };
            (&codes::FIELD_TYPE, format!("{place} is not {wanted}"))
        }
        ValidationErrorKind::Format { format } if format.starts_with("date") => {
            (&codes::DATE_FORMAT, format!("{place} is not a {format}"))
        }
        other => (
            &codes::SCHEMA,
            format!("{place} breaks `{}`", other.keyword()),
        ),
    };
    Difference { code, seen: what }
}

/// `/data/3/size` as `data[].size`: the same mistake in every item is one finding.
fn place(pointer: &str) -> String {
    let mut place = String::new();
    for step in pointer.split('/').filter(|step| !step.is_empty()) {
        match step.bytes().all(|byte| byte.is_ascii_digit()) {
            true => place.push_str("[]"),
            false if place.is_empty() => place.push_str(step),
            false => {
                place.push('.');
                place.push_str(step);
            }
        }
    }
    if place.is_empty() {
        "the answer".into()
    } else {
        place
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_difference_names_the_field_and_never_its_value() {
        let schema = json!({
            "allOf": [{ "$ref": "#/components/schemas/Page" }],
            "components": { "schemas": { "Page": {
                "type": "object",
                "properties": { "data": { "type": "array", "items": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {
                        "size": { "type": "integer" },
                        "at": { "type": "string", "format": "date-time" }
                    }
                } } }
            } } }
        });
        let answer = json!({ "data": [{ "size": "Jane Doe", "at": "Jane Doe" }] });
        let found = differences(&schema, &answer);
        let codes: Vec<&str> = found.iter().map(|found| found.code.code).collect();
        for wanted in ["field-missing", "field-type", "date-format"] {
            assert!(codes.contains(&wanted), "{codes:?}");
        }
        assert!(found.iter().all(|found| !found.seen.contains("Jane")));
        assert!(found.iter().any(|found| found.seen.contains("data[].size")));
    }
}
