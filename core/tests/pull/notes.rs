//! Notes.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::support::*;

async fn note(world: &World, body: &Value) -> RequestBuilder {
    let id = world.client_id("Ada Lovelace").await;
    let request = world.post(&format!("/api/v1/clients/{id}/notes"));
    request
        .header("content-type", "application/json; charset=utf-8")
        .body(body.to_string())
}

#[tokio::test]
async fn a_note_is_kept_and_given_back() {
    let world = world().await;
    let body =
        json!({"text": "*ready* ✓", "format": "markdown", "category": "review", "author": "Filed"});
    let response = ok(note(&world, &body).await).await;
    assert_eq!(response.status(), 201);
    let kept: Value = read(response).await;
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(&kept[name], value);
    }
    assert!(kept["dateCreated"].as_str().unwrap().ends_with('Z'));
    let path = format!(
        "Ada Lovelace/.filed/notes/{}.json",
        kept["id"].as_str().unwrap()
    );
    assert!(world.folder.path().join(path).exists());
}

#[tokio::test]
async fn what_is_no_note_is_refused_with_its_field() {
    let world = world().await;
    for (body, field) in [
        (json!({"text": ""}), "text"),
        (json!({"text": "x".repeat(10_001)}), "text"),
        (json!({"text": 7}), "text"),
        (json!({"text": "x", "format": "html"}), "format"),
        (
            json!({"text": "x", "category": "x".repeat(101)}),
            "category",
        ),
        (json!({"text": "x", "author": "x".repeat(201)}), "author"),
    ] {
        let problem = refused(note(&world, &body).await, 400, "INVALID_BODY").await;
        assert_eq!(problem["errors"][0]["field"], field);
    }
    let longest = json!({"text": "\u{1f9fe}".repeat(10_000)});
    ok(note(&world, &longest).await).await;
    let id = world.client_id("Ada Lovelace").await;
    let plain = world
        .post(&format!("/api/v1/clients/{id}/notes"))
        .body("text");
    refused(plain, 415, "MEDIA_TYPE").await;
    let huge = note(&world, &json!({"text": "x".repeat(300_000)})).await;
    refused(huge, 413, "TOO_LARGE").await;
}
