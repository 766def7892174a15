//! The platform's clients and files, seen through a connection, and files sent back to it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what tests share fails loudly"
)]

mod support;

use serde_json::{Value, json};
use support::{ids, world};

const FILES: &str = "query GetClientFiles($workspaceId: ID!, $connectionId: ID!, $clientId: String!, $options: JSON) {
  me { workspaces(filters: { ids: [$workspaceId] }) { id
    connections(filters: { ids: [$connectionId] }) { id
      clients(options: { id: $clientId }) { id
        files(options: $options) { id fileName fileSize mimeType downloadUrl dateCreated }
      }
    }
  } }
}";
const CLIENTS: &str =
    "query GetConnectionClients($workspaceId: ID!, $connectionId: ID!, $options: JSON) {
  me { workspaces(filters: { ids: [$workspaceId] }) { id
    connections(filters: { ids: [$connectionId] }) { id
      clients(options: $options) { id name email phone type lastModified }
    }
  } }
}";
const SEND: &str = "mutation UploadConnectionFile($connectionId: ID!, $clientKey: String!, $file: FileUploadInput!) {
  uploadConnectionFile(connectionId: $connectionId, clientKey: $clientKey, file: $file) { success message }
}";

#[tokio::test]
async fn the_platform_shows_clients_and_their_files() {
    let world = world().await;
    let token = world.customer().await;
    let place = |more: Value| {
        let mut variables =
            json!({ "workspaceId": "workspace_123456", "connectionId": "connection_789" });
        variables
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        variables
    };
    let clients = async |options: Value| {
        let answer = world
            .ask(&token, CLIENTS, place(json!({ "options": options })))
            .await;
        let found = &answer.data()["me"]["workspaces"][0]["connections"][0]["clients"];
        ids(found).join(" ")
    };
    assert_eq!(clients(Value::Null).await.split(' ').count(), 7);
    assert_eq!(
        clients(json!({ "limit": 2, "offset": 1 })).await,
        "client-67890 client-20001"
    );
    let variables = place(json!({ "clientId": "client-12345", "options": { "limit": 2 } }));
    let answer = world.ask(&token, FILES, variables).await;
    let clients = &answer.data()["me"]["workspaces"][0]["connections"][0]["clients"];
    assert_eq!(ids(clients), ["client-12345"]);
    assert_eq!(ids(&clients[0]["files"]), ["file-001", "file-002"]);
    let state = world.state();
    assert_eq!(
        (&state["counts"]["clients"], &state["counts"]["files"]),
        (&json!(2), &json!(1))
    );
}

#[tokio::test]
async fn a_file_is_sent_to_a_known_client_only() {
    let world = world().await;
    let token = world.customer().await;
    let send = async |client: &str, endpoint: &str| {
        let file = json!({ "fileName": "return.pdf", "tusdEndpoint": endpoint });
        let variables =
            json!({ "connectionId": "connection_789", "clientKey": client, "file": file });
        world.ask(&token, SEND, variables).await
    };
    let url = "https://api.example.com/files/upload";
    let sent = send("client-12345", url).await;
    assert_eq!(sent.data()["uploadConnectionFile"]["success"], true);
    let lost = send("client-0", url).await;
    assert_eq!(lost.data()["uploadConnectionFile"]["success"], false);
    assert!(lost.data()["uploadConnectionFile"]["message"].is_string());
    assert_eq!(
        send("client-12345", "not a url").await.code(),
        "BAD_USER_INPUT"
    );
    assert_eq!(world.state()["sent_files"].as_array().unwrap().len(), 2);
}
