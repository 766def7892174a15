//! The platform's own OpenAPI document, and the mapping that tells the check which operation is
//! which.

use serde_json::{Value, json};

use crate::notes;

/// The mapping for the check, as YAML.
#[must_use]
pub fn mapping() -> &'static str {
    include_str!("mapping.yaml")
}

/// The document of the platform at `base`. Without `limits` it is silent about rate limits.
#[must_use]
pub fn document(base: &str, silent_about_limits: bool) -> Value {
    let about = match silent_about_limits {
        true => "Customers and their documents.",
        false => "Customers and their documents. Rate limit: 1000 requests a minute.",
    };
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Ledger", "version": "2.0.0", "description": about },
        "servers": [{ "url": base }],
        "security": [{ "key": [] }, { "oauth": [] }],
        "paths": {
            "/v2/customers": { "get": list(
                "listCustomers", "Customers", &[query("cursor"), query("page_size")],
            ) },
            "/v2/customers/{id}/documents": {
                "get": list("listDocuments", "Documents", &[path(), query("offset"), query("limit")]),
                "post": {
                    "operationId": "addDocument",
                    "parameters": [path(), query("title")],
                    "requestBody": { "content": { "multipart/form-data": {}, "*/*": {} } },
                    "responses": created("Stored", &["400", "401", "404", "413"]),
                },
            },
            "/v2/documents/{id}/content": { "get": {
                "operationId": "readDocument",
                "parameters": [path()],
                "responses": responses(json!({
                    "200": { "description": "The document." },
                    "206": { "description": "A part of it." },
                    "304": { "description": "Not modified." },
                }), &["401", "404", "416"]),
            } },
            "/v2/customers/{id}/notes": { "post": {
                "operationId": "addNote",
                "parameters": [path(), { "name": "Idempotency-Key", "in": "header", "schema": { "type": "string" } }],
                "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/NewNote" } } } },
                "responses": created("Note", &["400", "401", "404"]),
            } },
            "/v2/customers/{id}/uploads": { "post": {
                "operationId": "beginUpload",
                "parameters": [path()],
                "responses": responses(json!({ "201": { "description": "Created; see tus 1.0.0." } }), &["400", "401", "404", "412", "413"]),
            } },
        },
        "components": { "schemas": schemas(), "securitySchemes": schemes(base) },
    })
}

fn path() -> Value {
    json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } })
}

fn query(name: &str) -> Value {
    json!({ "name": name, "in": "query", "schema": { "type": "string" } })
}

/// The answers of success together with errors, which all look the same.
fn responses(success: Value, errors: &[&str]) -> Value {
    let mut all = success;
    for status in errors {
        all[*status] = json!({
            "description": "Refused.",
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        });
    }
    all
}

fn with_schema(name: &str) -> Value {
    let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
    json!({ "description": name, "content": { "application/json": { "schema": schema } } })
}

fn created(name: &str, errors: &[&str]) -> Value {
    responses(json!({ "201": with_schema(name) }), errors)
}

fn list(id: &str, name: &str, parameters: &[Value]) -> Value {
    let success = json!({ "200": with_schema(name), "304": { "description": "Not modified." } });
    json!({
        "operationId": id,
        "parameters": parameters,
        "responses": responses(success, &["400", "401", "404"]),
    })
}

fn object(required: &[&str], properties: Value) -> Value {
    json!({ "type": "object", "required": required, "properties": properties })
}

fn schemas() -> Value {
    let text = json!({ "type": "string" });
    let count = json!({ "type": "integer", "minimum": 0 });
    let date = json!({ "type": "string", "format": "date-time" });
    let array = |name: &str| json!({ "type": "array", "items": { "$ref": format!("#/components/schemas/{name}") } });
    json!({
        "Customers": object(&["customers", "meta"], json!({
            "customers": array("Customer"),
            "meta": object(&["next_cursor", "total"], json!({
                "next_cursor": { "type": ["string", "null"] }, "total": count,
            })),
        })),
        "Customer": object(&["customer_id", "display_name", "kind", "updated_at"], json!({
            "customer_id": text, "display_name": text, "phone": text, "kind": text, "updated_at": date,
        })),
        "Documents": object(&["documents", "total"], json!({ "documents": array("Document"), "total": count })),
        "Document": object(
            &["document_id", "title", "bytes", "content_type", "link", "created_at"],
            json!({
                "document_id": text, "title": text, "bytes": count, "content_type": text,
                "link": { "type": "string", "format": "uri" }, "created_at": date, "updated_at": date,
            }),
        ),
        "Stored": object(&["document_id", "title", "bytes", "status"], json!({
            "document_id": text, "title": text, "bytes": count, "status": text,
        })),
        "NewNote": object(&["body"], json!({
            "body": { "type": "string", "minLength": 1, "maxLength": notes::LONGEST },
            "format": { "enum": ["plain", "markdown"] }, "author": text,
        })),
        "Note": object(&["note_id", "body", "format", "created_at"], json!({
            "note_id": text, "body": text, "format": text,
            "author": { "type": ["string", "null"] }, "created_at": date,
        })),
        "Problem": object(&["type", "title", "status", "code"], json!({
            "type": text, "title": text, "status": count, "code": text, "detail": text,
        })),
    })
}

fn schemes(base: &str) -> Value {
    json!({
        "key": { "type": "apiKey", "in": "header", "name": "X-Ledger-Key" },
        "oauth": { "type": "oauth2", "flows": { "clientCredentials": {
            "tokenUrl": format!("{base}/oauth/token"), "scopes": {},
        } } },
    })
}
