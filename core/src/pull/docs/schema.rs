//! Reading the schemas of an OpenAPI document: their fields as rows, and examples of them.

use serde_json::{Map, Value};

/// A field of a schema.
pub struct Field {
    pub name: String,
    pub kind: String,
    pub required: bool,
    pub meaning: String,
}

/// The schema behind references, and behind "or null".
pub fn resolve<'a>(schema: &'a Value, document: &'a Value) -> &'a Value {
    if let Some(path) = schema["$ref"].as_str() {
        let target = path
            .strip_prefix('#')
            .and_then(|path| document.pointer(path));
        return target.map_or(schema, |target| resolve(target, document));
    }
    let choices = schema["oneOf"].as_array().or(schema["allOf"].as_array());
    match choices
        .into_iter()
        .flatten()
        .find(|one| one["type"] != "null")
    {
        Some(one) => resolve(one, document),
        None => schema,
    }
}

/// All fields, those within fields with their path.
pub fn fields(schema: &Value, document: &Value) -> Vec<Field> {
    let mut found = Vec::new();
    collect(schema, document, "", &mut found);
    found
}

fn collect(schema: &Value, document: &Value, before: &str, found: &mut Vec<Field>) {
    let schema = resolve(schema, document);
    if schema["items"].is_object() {
        return collect(&schema["items"], document, &format!("{before}[]"), found);
    }
    let required = schema["required"].as_array();
    for (name, own) in schema["properties"].as_object().into_iter().flatten() {
        let path = match before {
            "" => name.clone(),
            before => format!("{before}.{name}"),
        };
        let inner = resolve(own, document);
        let text = own["description"]
            .as_str()
            .or(inner["description"].as_str());
        found.push(Field {
            name: path.clone(),
            kind: kind(own, document),
            required: required.is_some_and(|all| all.iter().any(|one| one == name)),
            meaning: text.unwrap_or_default().to_owned(),
        });
        collect(own, document, &path, found);
    }
}

/// A type in words.
pub fn kind(schema: &Value, document: &Value) -> String {
    let schema = resolve(schema, document);
    let name = match &schema["type"] {
        Value::String(name) => name.clone(),
        Value::Array(names) => {
            let names = names.iter().filter_map(Value::as_str);
            names
                .filter(|name| *name != "null")
                .collect::<Vec<_>>()
                .join(" or ")
        }
        _ => "any".into(),
    };
    let mut more: Vec<String> = Vec::new();
    more.extend(schema["format"].as_str().map(Into::into));
    if let Some(words) = schema["enum"].as_array() {
        let words = words.iter().filter_map(Value::as_str);
        more.push(
            words
                .map(|word| format!("`{word}`"))
                .collect::<Vec<_>>()
                .join(", "),
        );
    }
    for (key, before, after) in [
        ("minimum", "from ", ""),
        ("maximum", "to ", ""),
        ("minLength", "at least ", " characters"),
        ("maxLength", "at most ", " characters"),
        ("default", "default ", ""),
    ] {
        if !schema[key].is_null() {
            more.push(format!("{before}{}{after}", schema[key]));
        }
    }
    match more.is_empty() {
        true => name,
        false => format!("{name} ({})", more.join(", ")),
    }
}

/// An example of a schema.
pub fn example(schema: &Value, document: &Value) -> Value {
    let given = |schema: &Value| {
        let first = schema["examples"].get(0).cloned();
        first.or_else(|| schema.get("example").cloned())
    };
    if let Some(example) = given(schema) {
        return example;
    }
    let schema = resolve(schema, document);
    if let Some(example) = given(schema) {
        return example;
    }
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    if let Some(properties) = schema["properties"].as_object() {
        let all = properties.iter();
        let all = all.map(|(name, own)| (name.clone(), example(own, document)));
        return Value::Object(all.collect::<Map<_, _>>());
    }
    if schema["items"].is_object() {
        return Value::Array(vec![example(&schema["items"], document)]);
    }
    match schema["type"].as_str().or(schema["type"][0].as_str()) {
        Some("boolean") => false.into(),
        Some("integer" | "number") => 0.into(),
        Some("object") => Value::Object(Map::new()),
        _ => "…".into(),
    }
}
