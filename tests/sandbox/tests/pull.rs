//! Filed as a caller: a connection whose inputs name a platform is called for real.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what tests share fails loudly"
)]

#[path = "support/platform.rs"]
mod platform;
mod support;

use bytes::Bytes;
use platform::{CLIENTS, KEY, Platform, content};
use serde_json::{Value, json};
use support::{World, blake3, ids, text, until, with, world};

const START: &str = "mutation StartProviderConnection($workspaceId: ID!, $providerKey: String!, $inputs: JSON) {
  startProviderConnection(workspaceId: $workspaceId, providerKey: $providerKey, inputs: $inputs) { id status action }
}";
const LISTS: &str = "query Lists($connectionId: ID!, $clients: JSON, $files: JSON) {
  me { workspaces(filters: { ids: [\"workspace_123456\"] }) { connections(filters: { ids: [$connectionId] }) {
    clients(options: $clients) { id name type files(options: $files) { id fileName fileSize mimeType downloadUrl } }
  } } }
}";
const SEND: &str = "mutation UploadConnectionFile($connectionId: ID!, $clientKey: String!, $file: FileUploadInput!) {
  uploadConnectionFile(connectionId: $connectionId, clientKey: $clientKey, file: $file) { success message }
}";

/// Starts and collects a connection; gives its id and its status.
async fn connect(world: &World, inputs: Value) -> (String, String) {
    let token = world.customer().await;
    let start =
        json!({ "workspaceId": "workspace_123456", "providerKey": "acme", "inputs": inputs });
    let started = world.ask(&token, START, start).await;
    let id = text(&started.data()["startProviderConnection"]["id"]);
    assert_eq!(
        started.data()["startProviderConnection"]["status"],
        "pending"
    );
    let collected = world
        .ask(&token, support::COLLECT, json!({ "connectionId": id }))
        .await;
    let status = text(&collected.data()["collectProviderConnection"]["status"]);
    (id, status)
}

/// A sandbox with an active connection to a platform.
async fn connected(settings: Value) -> (World, Platform, String) {
    let (world, platform) = (with(settings).await, Platform::start().await);
    let (connection, status) =
        connect(&world, json!({ "baseUrl": platform.url, "apiKey": KEY })).await;
    assert_eq!(status, "active");
    (world, platform, connection)
}

async fn send(world: &World, connection: &str, client: &str, endpoint: &str) -> Value {
    let token = world.customer().await;
    let file = json!({ "fileName": "return 2025.pdf", "contentType": "application/pdf", "tusdEndpoint": endpoint });
    let variables = json!({ "connectionId": connection, "clientKey": client, "file": file });
    let answer = world.ask(&token, SEND, variables).await;
    answer.data()["uploadConnectionFile"].clone()
}

#[tokio::test]
async fn a_connection_is_active_because_the_call_succeeded_and_failed_because_it_did_not() {
    let (world, platform) = (world().await, Platform::start().await);
    let oauth = |secret: &str| {
        json!({ "baseUrl": platform.url, "clientId": "filed", "clientSecret": secret,
                "tokenUrl": format!("{}/api/v1/oauth/token", platform.url) })
    };
    for (inputs, wanted) in [
        (json!({ "baseUrl": platform.url, "apiKey": KEY }), "active"),
        (
            json!({ "baseUrl": format!("{}/", platform.url), "apiKey": KEY }),
            "active",
        ),
        (
            json!({ "baseUrl": platform.url, "apiKey": "another" }),
            "failed",
        ),
        (json!({ "baseUrl": platform.url }), "failed"),
        (
            json!({ "baseUrl": "http://127.0.0.1:1", "apiKey": KEY }),
            "failed",
        ),
        (oauth("s3cret"), "active"),
        (oauth("guess"), "failed"),
    ] {
        let (_, status) = connect(&world, inputs.clone()).await;
        assert_eq!(status, wanted, "{inputs}");
    }
}

#[tokio::test]
async fn an_address_beyond_the_loopback_is_never_called() {
    let world = world().await;
    let inputs = json!({ "baseUrl": "https://platform.example", "apiKey": KEY });
    let (connection, status) = connect(&world, inputs).await;
    assert_eq!(status, "active");
    let token = world.customer().await;
    let lists = world
        .ask(&token, LISTS, json!({ "connectionId": connection }))
        .await;
    let clients = &lists.data()["me"]["workspaces"][0]["connections"][0]["clients"];
    assert_eq!(
        ids(clients)[0],
        "client-12345",
        "the made-up platform stands in"
    );
}

#[tokio::test]
async fn clients_and_files_are_read_through_graphql_and_options_reach_the_platform() {
    let (world, platform, connection) = connected(json!({})).await;
    let token = world.customer().await;
    let ask = async |clients: Value, files: Value| {
        let variables = json!({ "connectionId": connection, "clients": clients, "files": files });
        let answer = world.ask(&token, LISTS, variables).await;
        answer.data()["me"]["workspaces"][0]["connections"][0]["clients"].clone()
    };
    assert_eq!(ids(&ask(json!({}), json!({})).await).len(), CLIENTS);
    let some = ask(
        json!({ "offset": 2, "limit": 4, "modifiedSince": "2025-01-01T00:00:00Z" }),
        json!({}),
    )
    .await;
    assert_eq!(ids(&some), ["c2", "c3", "c4", "c5"]);
    let query = platform.store().queries.last().unwrap().clone();
    assert!(
        query.contains("modifiedSince=2025-01-01T00%3A00%3A00Z"),
        "{query}"
    );
    let one = ask(json!({ "id": "c5" }), json!({ "offset": 1, "limit": 2 })).await;
    assert_eq!(
        (ids(&one), ids(&one[0]["files"])),
        (vec!["c5"], vec!["f5-1", "f5-2"])
    );
    assert_eq!(one[0]["files"][0]["fileSize"], content(5, 1).len());
}

#[tokio::test]
async fn everything_is_pulled_and_downloads_that_break_go_on_where_they_stopped() {
    for settings in [json!({}), json!({ "pull_break_after_bytes": 70_000 })] {
        let (world, platform, connection) = connected(settings.clone()).await;
        platform.store().breaks = 6;
        let pulled = world
            .control()
            .pull(json!({ "connection_id": connection }))
            .await
            .unwrap();
        assert_eq!(pulled["failed"], 0, "{pulled}");
        assert_eq!(pulled["clients"].as_array().unwrap().len(), CLIENTS);
        let files = pulled["files"].as_array().unwrap();
        assert_eq!(files.len(), CLIENTS * (CLIENTS - 1) / 2);
        for (at, file) in (1..CLIENTS)
            .flat_map(|at| (0..at).map(move |file| (at, file)))
            .zip(files)
        {
            assert_eq!(file["blake3"], blake3(&content(at.0, at.1)), "{file}");
        }
        let store = platform.store();
        assert!(store.ranges.len() >= 6, "{settings}: {:?}", store.ranges);
        assert!(store.ranges.iter().all(|range| range != "bytes=0-"));
    }
}

#[tokio::test]
async fn a_token_that_died_is_asked_for_again() {
    let (world, platform) = (world().await, Platform::start().await);
    let inputs = json!({ "baseUrl": platform.url, "clientId": "filed", "clientSecret": "s3cret" });
    let (connection, status) = connect(&world, inputs).await;
    assert_eq!((status.as_str(), platform.store().tokens), ("active", 1));
    platform.store().token_uses = Some(2);
    let pulled = world
        .control()
        .pull(json!({ "connection_id": connection }))
        .await
        .unwrap();
    assert_eq!(pulled["failed"], 0);
    assert_eq!(platform.store().tokens, 2);
}

#[tokio::test]
async fn a_note_arrives_and_its_refusal_is_an_error() {
    let (world, platform, connection) = connected(json!({})).await;
    let note = |client: &str| json!({ "connection_id": connection, "client_id": client, "text": "Ready **now**", "format": "markdown" });
    let created = world.control().post_note(note("c3")).await.unwrap();
    assert_eq!(
        (&created["id"], &created["clientId"]),
        (&json!("note-1"), &json!("c3"))
    );
    assert_eq!(platform.store().notes[0]["format"], "markdown");
    assert_eq!(world.state()["notes"], json!([created]));
    let refused = world.control().post_note(note("c99")).await.unwrap_err();
    assert!(
        refused.to_string().contains("CLIENT_NOT_FOUND"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_return_is_sent_by_tus_and_resumed_after_every_break() {
    let (world, platform, connection) =
        connected(json!({ "pull_break_after_bytes": 100_000 })).await;
    let bytes: Vec<u8> = (0..450_000_u32).map(|at| (at % 251) as u8).collect();
    world.control().prepare_return(Bytes::from(bytes.clone()));
    let endpoint = format!("{}/api/v1/clients/c2/files/tus", platform.url);
    assert_eq!(
        send(&world, &connection, "c2", &endpoint).await["success"],
        true
    );
    until("the return arrives", async || {
        world.state()["sent_files"][0]["transfer"] == "sent"
    })
    .await;
    let (state, store) = (world.state(), platform.store());
    let upload = &store.uploads[0];
    assert_eq!((upload.client.as_str(), upload.length), ("c2", bytes.len()));
    assert_eq!(blake3(&upload.bytes), blake3(&bytes));
    assert_eq!(state["sent_files"][0]["blake3"], blake3(&bytes));
    assert!(
        state["sent_files"][0]["requests"].as_u64().unwrap() > 3,
        "{state}"
    );
    // "return 2025.pdf" and "c2", as tus writes them.
    assert!(
        upload.metadata.contains("filename cmV0dXJuIDIwMjUucGRm"),
        "{}",
        upload.metadata
    );
    assert!(
        upload.metadata.contains("clientKey YzI="),
        "{}",
        upload.metadata
    );
}

#[tokio::test]
async fn a_return_the_platform_refuses_is_no_success() {
    let (world, platform, connection) = connected(json!({})).await;
    let endpoint = format!("{}/api/v1/clients/c99/files/tus", platform.url);
    let answer = send(&world, &connection, "c99", &endpoint).await;
    assert_eq!(answer["success"], false);
    assert!(text(&answer["message"]).contains("404"), "{answer}");
    assert_eq!(world.state()["sent_files"][0]["transfer"], "refused");
}

#[tokio::test]
async fn a_platform_that_fails_is_an_error_of_the_list() {
    let (world, _platform, connection) = connected(json!({})).await;
    let token = world.customer().await;
    let variables = json!({ "connectionId": connection, "clients": { "id": "c1" }, "files": { "cursor": "x" } });
    world.ask(&token, LISTS, variables).await.data();
    let (gone, status) = connect(&world, json!({ "baseUrl": "http://127.0.0.1:1" })).await;
    assert_eq!(status, "failed");
    let answer = world
        .ask(&token, LISTS, json!({ "connectionId": gone }))
        .await;
    let clients = &answer.data()["me"]["workspaces"][0]["connections"][0]["clients"];
    assert_eq!(
        clients,
        &json!([]),
        "a connection that is not active shows no clients"
    );
}
