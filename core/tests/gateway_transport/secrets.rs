//! Servers that echo what they were sent: it stays out of every text an error shows.

use filed_core::Error;
use filed_core::gateway::{NewArtifact, NewWork};
use serde_json::json;

use crate::support::{Reply, Rogue, Seen};

/// Says back everything it was sent, headers included, as the error message.
fn echo(seen: &Seen) -> Reply {
    let message = format!("{} {}", seen.head, seen.body);
    let answer = json!({"data": null, "errors": [{
        "message": message,
        "path": ["createJobWorks", 0, seen.body],
        "extensions": {"code": seen.body, "input": seen.body},
    }]});
    Reply::json(&answer.to_string())
}

fn texts(error: &Error) -> String {
    format!("{error} {error:?} {:?}", error.graphql_errors())
}

#[tokio::test]
async fn an_echo_shows_neither_names_nor_tokens_nor_keys() {
    let rogue = Rogue::start(echo).await;
    let client = rogue.client(|config| config);
    let work = NewWork {
        name: "Jane Planted - 2024 Tax Return".into(),
        external_id: "client-12345".into(),
    };
    let artifact = NewArtifact {
        name: "Planted W-2.pdf".into(),
        kind: "application/pdf".into(),
        url: Some("https://files.example.com/planted".into()),
        external_id: "file-1".into(),
        metadata: Some(json!({"ssn": "123-45-6789", "note": "Planted"})),
    };
    let errors = [
        client
            .jobs()
            .add_works("job_1", vec![work])
            .await
            .unwrap_err(),
        client
            .works()
            .add_artifacts("job_work_1", vec![artifact])
            .await
            .unwrap_err(),
        client
            .workspaces()
            .add_users("w", vec!["planted@example.com".into()])
            .await
            .unwrap_err(),
        client
            .connections()
            .start("w", "canopy", Some(json!({"apiKey": "planted-credential"})))
            .await
            .unwrap_err(),
    ];
    for error in errors {
        let shown = texts(&error).to_lowercase();
        for secret in [
            "planted",
            "rogue-token",
            "rogue-api-key",
            "123-45",
            "files.example.com",
        ] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}

#[tokio::test]
async fn a_raw_documents_literals_are_input_too() {
    let rogue = Rogue::start(echo).await;
    let client = rogue.client(|config| config);
    let document = r#"{ me { find(name: "Jane Planted", ssn: $ssn) { id } } }"#;
    let answer = client
        .graphql(document, json!({"ssn": "123-45-6789"}))
        .await
        .unwrap();
    let shown = format!("{:?}", answer.errors);
    for secret in ["Planted", "rogue-token", "123-45"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}
