//! The same request with the same idempotency key happens once.

use reqwest::RequestBuilder;

use crate::support::*;

async fn note(world: &World, key: &str, text: &str) -> RequestBuilder {
    let id = world.client_id("Ada Lovelace").await;
    let request = world.post(&format!("/api/v1/clients/{id}/notes"));
    request
        .header("content-type", "application/json")
        .header("idempotency-key", key)
        .body(serde_json::json!({ "text": text }).to_string())
}

async fn file(world: &World, key: &str, text: &'static str) -> RequestBuilder {
    let id = world.client_id("Ada Lovelace").await;
    let request = world.post(&format!("/api/v1/clients/{id}/files?name=a.pdf"));
    request.header("idempotency-key", key).body(text)
}

fn count(world: &World, path: &str) -> usize {
    let path = world.folder.path().join("Ada Lovelace").join(path);
    std::fs::read_dir(path).map_or(0, Iterator::count)
}

#[tokio::test]
async fn a_repeated_note_is_one_note() {
    let world = world().await;
    let first = ok(note(&world, "k1", "ready").await).await;
    assert!(!first.headers().contains_key("idempotent-replayed"));
    let again = ok(note(&world, "k1", "ready").await).await;
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(read(first).await, read(again).await);
    refused(
        note(&world, "k1", "other").await,
        409,
        "IDEMPOTENCY_KEY_REUSED",
    )
    .await;
    ok(note(&world, "k2", "ready").await).await;
    assert_eq!(count(&world, ".filed/notes"), 2);
}

#[tokio::test]
async fn a_repeated_file_is_one_file() {
    let world = world().await;
    let first = read(ok(file(&world, "k1", "content").await).await).await;
    let again = ok(file(&world, "k1", "content").await).await;
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(first, read(again).await);
    refused(
        file(&world, "k1", "other").await,
        409,
        "IDEMPOTENCY_KEY_REUSED",
    )
    .await;
    ok(file(&world, "k2", "content").await).await;
    assert_eq!(count(&world, "From Filed"), 2);
}
