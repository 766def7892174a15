//! A process that is killed outright in the middle of a push; the next one finishes it.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use filed_core::push::{EventKind, Push, PushOptions, PushState};
use filed_core::{Client, Config};
use serde_json::json;

use crate::support::*;

const CLIENTS: usize = 6;
const FILES: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_anywhere_is_taken_over_by_the_next() {
    for (kind, times) in [
        (EventKind::ClientAdded, 2),
        (EventKind::FileAdded, 7),
        (EventKind::JobCreated, 1),
        (EventKind::FileUploading, 5),
        (EventKind::FileUploaded, 1),
        (EventKind::ClientCreated, 1),
        (EventKind::ClientCreated, CLIENTS),
        (EventKind::FileAttached, 1),
        (EventKind::FileAttached, 10),
        (EventKind::PushCommitting, 1),
        (EventKind::ClientAttached, CLIENTS),
        (EventKind::PushInitiated, 1),
        (EventKind::FileImported, 4),
    ] {
        let world = world_with(json!({"import_ms": 300}), |config| config).await;
        tokio::task::block_in_place(|| killed_at(&world, kind, times));
        let push = world.push().await;
        let hashes = world.add_season(&push, CLIENTS, FILES).await;
        push.commit().await.unwrap();
        let report = push.wait(None).await.unwrap();
        assert_eq!(report.state, PushState::Done, "killed at {kind:?}");
        assert_eq!(report.files.imported, 18, "killed at {kind:?}");
        world.assert_exactly_once(CLIENTS, &hashes);
    }
}

/// Runs a push in another process and kills it when it tells of an event.
fn killed_at(world: &World, kind: EventKind, times: usize) {
    let ready = serde_json::to_string(world.ready()).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--ignored", "--nocapture", "killed::the_victim"])
        .env("TEST_PUSH_READY", ready)
        .env("TEST_PUSH_FOLDER", world.folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let line = format!("event {}", kind.as_str());
    let found = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .filter(|said| said.ends_with(&line))
        .take(times)
        .count();
    assert_eq!(found, times, "the victim never came to {line}");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test]
#[ignore = "the other process of the test above"]
async fn the_victim() {
    let Ok(ready) = std::env::var("TEST_PUSH_READY") else {
        return;
    };
    let ready: filed_sandbox::Ready = serde_json::from_str(&ready).unwrap();
    let folder = std::path::PathBuf::from(std::env::var_os("TEST_PUSH_FOLDER").unwrap());
    let client = Client::new(Config { ..config(&ready) }).unwrap();
    let options = PushOptions {
        connection_id: ready.connection_id.clone(),
        workspace_id: ready.workspace_id.clone(),
        job_name: "2024 Tax Season Import".into(),
        journal: Some(folder.join("season.filed")),
        ..PushOptions::default()
    };
    let open = Push::open_paced(client.clone(), options, hasty());
    let push = client.generation().run(open).await.unwrap();
    let mut events = push.events();
    let told = tokio::spawn(async move {
        while let Some(event) = events.next().await.unwrap() {
            println!("event {}", event.kind.as_str());
        }
    });
    add_season_in(&folder, &push, CLIENTS, FILES).await;
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();
    told.await.unwrap();
}
