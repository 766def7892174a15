//! [`Document`]: a platform's OpenAPI document, as far as the check reads it. References lead
//! within the document only; nothing is fetched.

use serde_json::{Map, Value};

use super::mapping::KeyPlace;
use super::operation::Operation;
use super::text;
use crate::Result;

/// How deep references may lead to references.
const DEEPEST: usize = 16;

/// An OpenAPI document, version 3.0 or 3.1.
pub(super) struct Document {
    root: Value,
}

impl Document {
    pub(super) fn parse(document: &str) -> Result<Self> {
        let root: Value = text::parse("document", document)?;
        if !root["paths"].is_object() {
            return Err(crate::check::invalid(
                "document",
                "is no OpenAPI document: it has no paths",
            ));
        }
        Ok(Self { root })
    }

    /// What a reference leads to; anything else is itself.
    fn resolve<'d>(&'d self, mut value: &'d Value) -> &'d Value {
        for _ in 0..DEEPEST {
            let Some(target) = value["$ref"]
                .as_str()
                .and_then(|target| target.strip_prefix('#'))
            else {
                break;
            };
            value = self.root.pointer(target).unwrap_or(&Value::Null);
        }
        value
    }

    /// The method and path of an operation that is named by its id.
    pub(super) fn by_id(&self, id: &str) -> Option<(String, String)> {
        let paths = self.root["paths"].as_object()?;
        paths.iter().find_map(|(path, item)| {
            let (method, _) = item
                .as_object()?
                .iter()
                .find(|(_, operation)| operation["operationId"] == id)?;
            Some((method.to_uppercase(), path.clone()))
        })
    }

    fn declared(&self, operation: &Operation) -> &Value {
        let path = &self.root["paths"][operation.path.as_str()];
        &self.resolve(path)[operation.method.as_str().to_lowercase()]
    }

    /// Whether the document has the operation.
    pub(super) fn has(&self, operation: &Operation) -> bool {
        self.declared(operation).is_object()
    }

    fn response(&self, operation: &Operation, status: u16) -> Option<&Value> {
        let responses = self.declared(operation)["responses"].as_object()?;
        let class = format!("{}XX", status / 100);
        let found = responses
            .get(&status.to_string())
            .or_else(|| responses.get(&class))
            .or_else(|| responses.get("default"));
        found.map(|found| self.resolve(found))
    }

    /// Whether the operation is documented to answer with the status.
    pub(super) fn declares(&self, operation: &Operation, status: u16) -> bool {
        self.response(operation, status).is_some()
    }

    /// The schema of a JSON answer, with everything it refers to.
    pub(super) fn answer_schema(&self, operation: &Operation, status: u16) -> Option<Value> {
        let contents = self.response(operation, status)?["content"].as_object()?;
        let (_, content) = contents.iter().find(|(kind, _)| kind.contains("json"))?;
        let schema = content.get("schema")?;
        let mut whole = Map::new();
        whole.insert("allOf".into(), Value::Array(vec![schema.clone()]));
        whole.insert("components".into(), self.root["components"].clone());
        Some(Value::Object(whole))
    }

    /// The `maxLength` of a field of a JSON request body.
    pub(super) fn longest(&self, operation: &Operation, field: &str) -> Option<usize> {
        let body = self.resolve(&self.declared(operation)["requestBody"]);
        let schema = self.resolve(&body["content"]["application/json"]["schema"]);
        let field = self.resolve(&schema["properties"][field]);
        field["maxLength"]
            .as_u64()
            .and_then(|longest| usize::try_from(longest).ok())
    }

    /// Whether the operation has a header parameter of this name.
    pub(super) fn takes_header(&self, operation: &Operation, name: &str) -> bool {
        let path = self.resolve(&self.root["paths"][operation.path.as_str()]);
        let lists = [&path["parameters"], &self.declared(operation)["parameters"]];
        let mut all = lists
            .into_iter()
            .flat_map(|list| list.as_array().into_iter().flatten());
        all.any(|parameter| {
            let parameter = self.resolve(parameter);
            parameter["in"] == "header"
                && parameter["name"]
                    .as_str()
                    .is_some_and(|found| found.eq_ignore_ascii_case(name))
        })
    }

    fn schemes(&self) -> impl Iterator<Item = &Value> {
        let schemes = self.root["components"]["securitySchemes"].as_object();
        schemes
            .into_iter()
            .flatten()
            .map(move |(_, scheme)| self.resolve(scheme))
    }

    /// Whether the document says how to get in.
    pub(super) fn has_schemes(&self) -> bool {
        self.schemes().next().is_some()
    }

    /// Where API keys go, the safest place first.
    pub(super) fn key_places(&self) -> Vec<KeyPlace> {
        let place = |scheme: &Value| {
            let name = scheme["name"].as_str().unwrap_or_default().to_owned();
            match (scheme["type"].as_str(), scheme["in"].as_str()) {
                (Some("apiKey"), Some("header")) => Some(KeyPlace::Header(name)),
                (Some("apiKey"), Some("query")) => Some(KeyPlace::Query(name)),
                (Some("http"), _)
                    if scheme["scheme"]
                        .as_str()
                        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer")) =>
                {
                    Some(KeyPlace::Bearer)
                }
                _ => None,
            }
        };
        let mut places: Vec<KeyPlace> = self.schemes().filter_map(place).collect();
        places.sort_by_key(|place| matches!(place, KeyPlace::Query(_)));
        places
    }

    /// The token endpoint of the client credentials flow.
    pub(super) fn token_url(&self) -> Option<String> {
        self.schemes()
            .find_map(|scheme| scheme["flows"]["clientCredentials"]["tokenUrl"].as_str())
            .map(ToOwned::to_owned)
    }

    /// Whether rate limits are declared anywhere: as headers of an answer, or in words.
    pub(super) fn mentions_rate_limits(&self) -> bool {
        let text = self.root.to_string().to_lowercase();
        ["ratelimit", "rate limit", "rate-limit", "throttl"]
            .iter()
            .any(|word| text.contains(word))
    }
}
