//! The OpenAPI 3.1 document: what the router was made of, with what holds for every endpoint
//! added: who may call it (`table`), its errors (from the table in `problem`), common headers.

mod table;

use serde_json::{Map, Value, json};

use super::config::PullConfig;
use super::problem::Code;
use super::server::{form, routes};
use super::{Limits, Scope};
use table::Operation;

/// The document of a server with these settings, at this URL.
pub fn document(config: &PullConfig, base: &str) -> Value {
    let (_, described) = routes::endpoints().split_for_parts();
    let mut document = serde_json::to_value(&described).unwrap_or_default();
    document["info"] = info(config);
    document["servers"] = json!([{ "url": base }]);
    document["tags"] = tags();
    document["security"] = security(None);
    document["components"]["securitySchemes"] = schemes(config);
    add_schemas(&mut document);
    for (_, _, operation) in operations(&mut document) {
        complete(operation);
    }
    if !config.about.webhooks.is_empty() {
        document["webhooks"] = webhooks(config);
    }
    limit(&mut document, &config.limits);
    document
}

/// Every operation with its path and method.
fn operations(document: &mut Value) -> Vec<(String, String, &mut Value)> {
    let mut all = Vec::new();
    let paths = document["paths"].as_object_mut();
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if operation.is_object() {
                all.push((path.clone(), method.clone(), operation));
            }
        }
    }
    all
}

fn info(config: &PullConfig) -> Value {
    let about = &config.about;
    let mut info = json!({
        "title": format!("Filed pull API of {}", about.platform),
        "version": "1.0.0",
        "description": "Through this API Filed lists clients and their files, downloads files, \
            posts notes and sends files back.\n\n\
            **Versioning.** The version stands in the path (`/api/v1`). Within a version only \
            optional parameters, fields and new error codes are added: ignore what you do not \
            know. A version that breaks with the last one gets a path of its own, and the old one \
            stays for at least 12 months, with a `Deprecation` header.",
    });
    if let Some(contact) = &about.contact {
        info["contact"] = match contact.contains('@') {
            true => json!({ "email": contact }),
            false => json!({ "name": contact }),
        };
    }
    info
}

fn tags() -> Value {
    json!([
        { "name": "Access", "description": "Credentials" },
        { "name": "Clients", "description": "Clients of the firm" },
        { "name": "Files", "description": "Files of a client" },
        { "name": "Notes", "description": "Notes on a client" },
        { "name": "Resumable uploads", "description": "Files to the platform, by tus 1.0.0" },
    ])
}

/// Any of the three; a token with the scope.
fn security(scope: Option<Scope>) -> Value {
    let scopes: Vec<_> = scope.iter().map(|scope| scope.as_str()).collect();
    json!([{ "apiKey": [] }, { "bearer": [] }, { "oauth2": scopes }])
}

fn schemes(config: &PullConfig) -> Value {
    let scopes: Map<_, _> = Scope::ALL
        .into_iter()
        .map(|scope| (scope.as_str().to_owned(), scope.meaning().into()))
        .collect();
    let lifetime = config.token_lifetime.as_secs();
    json!({
        "apiKey": {
            "type": "apiKey", "in": "header", "name": "X-API-Key",
            "description": "The API key as it was handed over.",
        },
        "bearer": {
            "type": "http", "scheme": "bearer",
            "description": "The API key, or an access token, as `Authorization: Bearer`.",
        },
        "oauth2": {
            "type": "oauth2",
            "description": format!("Client credentials. Tokens live {lifetime} seconds; get a new one instead of refreshing."),
            "flows": { "clientCredentials": { "tokenUrl": "/api/v1/oauth/token", "scopes": scopes } },
        },
    })
}

/// The problem's schema is used by every error and named by no handler.
fn add_schemas(document: &mut Value) {
    use utoipa::{PartialSchema, ToSchema};
    let mut more = Vec::new();
    super::problem::ProblemBody::schemas(&mut more);
    let own = super::problem::ProblemBody::schema();
    more.push((super::problem::ProblemBody::name().into_owned(), own));
    for (name, schema) in more {
        let schema = serde_json::to_value(schema).unwrap_or_default();
        document["components"]["schemas"][name] = schema;
    }
    form::others(&mut document["components"]["schemas"]["FileForm"]);
}

fn complete(operation: &mut Value) {
    let id = operation["operationId"].as_str().unwrap_or_default();
    let Some(known) = table::find(id) else { return };
    match known.scope {
        Some(scope) => operation["security"] = security(Some(scope)),
        None => operation["security"] = json!([]),
    }
    if known.signed
        && let Some(ways) = operation["security"].as_array_mut()
    {
        // A signed URL is a credential in itself.
        ways.push(json!({}));
    }
    add_errors(operation, known);
    let responses = operation["responses"].as_object_mut();
    for (status, response) in responses.into_iter().flatten() {
        add_headers(
            response,
            status == "429" || status == "503" || status == "409",
        );
    }
    binary(operation);
}

fn add_errors(operation: &mut Value, known: &Operation) {
    let mut codes = known.codes.to_vec();
    codes.extend(table::COMMON);
    if known.scope.is_some() {
        codes.extend(table::GUARDED);
    }
    codes.sort();
    codes.dedup();
    for status in codes.iter().map(|code| code.status()) {
        let of: Vec<_> = codes
            .iter()
            .filter(|code| code.status() == status)
            .collect();
        let key = status.to_string();
        let titles: Vec<_> = of.iter().map(|code| code.name()).collect();
        let examples: Map<_, _> = of
            .iter()
            .map(|code| (code.name().into(), example(**code)))
            .collect();
        let response = &mut operation["responses"][&key];
        if response.is_null() {
            *response = json!({ "description": titles.join(", ") });
        }
        response["content"]["application/problem+json"] = json!({
            "schema": { "$ref": "#/components/schemas/Problem" }, "examples": examples,
        });
    }
}

fn example(code: Code) -> Value {
    json!({ "summary": code.title(), "value": {
        "type": code.urn(), "title": code.title(), "status": code.status(),
        "detail": code.meaning(), "code": code.name(),
        "requestId": "0193f7a2-5a0e-7c2b-9d3e-5b1f0c9a7e11",
    }})
}

fn add_headers(response: &mut Value, retry: bool) {
    let number = json!({ "type": "integer", "minimum": 0 });
    let mut headers = json!({
        "X-Request-Id": { "description": "Name it when you report a problem", "schema": { "type": "string" } },
        "RateLimit-Limit": { "description": "Requests at once", "schema": number },
        "RateLimit-Remaining": { "description": "Requests left", "schema": number },
        "RateLimit-Reset": { "description": "Seconds until all are there again", "schema": number },
    });
    if retry {
        headers["Retry-After"] = json!({ "description": "Seconds to wait", "schema": number });
    }
    for (name, header) in headers.as_object().into_iter().flatten() {
        let place = &mut response["headers"][name];
        if place.is_null() {
            *place = header.clone();
        }
    }
}

/// Bytes are bytes, not a list of numbers.
fn binary(operation: &mut Value) {
    let bytes = json!({ "type": "string", "format": "binary" });
    let taken = operation.pointer_mut("/requestBody/content");
    for (media_type, body) in taken.and_then(Value::as_object_mut).into_iter().flatten() {
        if media_type.ends_with("octet-stream") {
            body["schema"] = bytes.clone();
        }
    }
    let responses = operation["responses"].as_object_mut();
    for response in responses
        .into_iter()
        .flatten()
        .map(|(_, response)| response)
    {
        if response["content"]["application/octet-stream"].is_object() {
            response["content"] = json!({ "*/*": { "schema": bytes } });
        }
        if response["content"].is_null()
            && let Some(response) = response.as_object_mut()
        {
            response.remove("content");
        }
    }
}

fn webhooks(config: &PullConfig) -> Value {
    let hooks = config.about.webhooks.iter().map(|hook| {
        let post = json!({ "post": {
            "description": hook.description,
            "responses": { "2XX": { "description": "Taken" } },
        }});
        (hook.name.clone(), post)
    });
    Value::Object(hooks.collect())
}

/// What is configured, where machines look for it.
fn limit(document: &mut Value, limits: &Limits) {
    document["x-limits"] = json!({
        "fileBytes": limits.file,
        "noteCharacters": super::types::MOST_NOTE,
        "pageEntries": 200,
        "requestsPerSecond": limits.rate.map(|rate| rate.per_second),
        "requestsAtOnce": limits.rate.map(|rate| rate.burst),
        "connections": limits.connections,
        "uploadLifetimeSeconds": limits.upload_lifetime.as_secs(),
        "unfinishedUploads": limits.uploads,
        "stallSeconds": limits.stall.as_secs(),
        "idempotencyKeySeconds": 86_400,
    });
    longest(document, limits.file);
}

/// The size that a resumable upload may announce.
fn longest(document: &mut Value, bytes: u64) {
    for (_, _, operation) in operations(document) {
        let parameters = operation.get_mut("parameters");
        let all = parameters.and_then(Value::as_array_mut);
        for parameter in all.into_iter().flatten() {
            if parameter["name"] == "Upload-Length" {
                parameter["schema"]["maximum"] = bytes.into();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> Value {
        document(&PullConfig::default(), "https://platform.example.com")
    }

    #[test]
    fn every_operation_is_in_the_table_and_the_other_way_round() {
        let mut document = made();
        let mut found: Vec<_> = operations(&mut document)
            .into_iter()
            .map(|(_, _, one)| one["operationId"].as_str().unwrap().to_owned())
            .collect();
        let mut known: Vec<_> = table::ALL.iter().map(|one| one.id.to_owned()).collect();
        found.sort();
        known.sort();
        assert_eq!(found, known);
    }

    #[test]
    fn every_code_is_documented_somewhere() {
        let text = made().to_string();
        for code in Code::ALL {
            assert!(
                text.contains(&format!("\"{}\"", code.name())),
                "{}",
                code.name()
            );
        }
    }

    #[test]
    fn a_body_is_documented_where_one_is_taken_only() {
        let mut document = made();
        for (path, method, operation) in operations(&mut document) {
            let takes = match method.as_str() {
                "post" => operation["operationId"] != "createUpload",
                method => method == "patch",
            };
            let content = operation.pointer("/requestBody/content");
            assert_eq!(
                content.is_some_and(Value::is_object),
                takes,
                "{method} {path}"
            );
            assert_eq!(
                operation.get("requestBody").is_some(),
                takes,
                "{method} {path}"
            );
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn look(value: &Value, document: &Value) {
            if let Some(path) = value["$ref"].as_str() {
                let pointer = path.strip_prefix('#').unwrap();
                assert!(document.pointer(pointer).is_some(), "{path}");
            }
            match value {
                Value::Object(map) => map.values().for_each(|one| look(one, document)),
                Value::Array(list) => list.iter().for_each(|one| look(one, document)),
                _ => {}
            }
        }
        let document = made();
        assert_eq!(document["openapi"], "3.1.0");
        look(&document, &document);
    }

    #[test]
    fn nothing_is_there_without_a_value() {
        fn look(value: &Value, at: &str) {
            match value {
                Value::Null => panic!("{at}"),
                Value::Object(map) => map
                    .iter()
                    .filter(|(name, _)| *name != "example")
                    .for_each(|(name, one)| look(one, &format!("{at}/{name}"))),
                Value::Array(list) => list.iter().for_each(|one| look(one, at)),
                _ => {}
            }
        }
        look(&made(), "");
    }
}
