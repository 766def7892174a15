//! A test that runs again in a process of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use filed_core::Client;
use filed_core::push::{Push, PushOptions};
use filed_sandbox::{Options, Ready, Sandbox};
use serde_json::Value;

use crate::support::{config, hasty};

const CHILD: &str = "FILED_TEST_CHILD";

/// What the other process is to work with; `None` in the one that watches.
pub fn child() -> Option<Ready> {
    let ready = std::env::var(CHILD).ok()?;
    Some(serde_json::from_str(&ready).unwrap())
}

pub async fn sandbox(settings: Value) -> Sandbox {
    let options = Options {
        settings: Some(settings),
        ..Options::default()
    };
    Sandbox::start(options).await.unwrap()
}

/// Starts `test` of this program again, with this sandbox.
pub fn start(test: &str, sandbox: &Sandbox) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, serde_json::to_string(sandbox.ready()).unwrap())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits for its last word; what it says is shown when it fails.
pub fn ends_well(mut child: Child) {
    let said = BufReader::new(child.stdout.take().unwrap()).lines();
    let said: Vec<String> = said.map_while(Result::ok).collect();
    assert!(child.wait().unwrap().success(), "{}", said.join("\n"));
}

/// Runs `test` again to its end.
pub async fn in_a_child(test: &str, settings: Value) -> Sandbox {
    let sandbox = sandbox(settings).await;
    let child = start(test, &sandbox);
    tokio::task::spawn_blocking(|| ends_well(child))
        .await
        .unwrap();
    sandbox
}

/// Opens a push in a hurry.
pub async fn open(
    client: &Client,
    ready: &Ready,
    journal: std::path::PathBuf,
) -> filed_core::Result<Push> {
    let options = PushOptions {
        connection_id: ready.connection_id.clone(),
        workspace_id: ready.workspace_id.clone(),
        job_name: "Season".into(),
        journal: Some(journal),
        ..PushOptions::default()
    };
    let open = Push::open_paced(client.clone(), options, hasty());
    client.generation().run(open).await
}

pub fn client(ready: &Ready) -> Client {
    Client::new(config(ready)).unwrap()
}

/// One work per client, one artifact per file, one import.
pub fn assert_exactly_once(sandbox: &Sandbox, clients: usize, files: usize) {
    let state = sandbox.control().state(false);
    let ids = |list: &str| {
        let items = state[list].as_array().unwrap().iter();
        let mut ids: Vec<_> = items.map(|item| item["external_id"].to_string()).collect();
        let all = ids.len();
        ids.sort();
        ids.dedup();
        (all, ids.len())
    };
    assert_eq!(ids("works"), (clients, clients));
    assert_eq!(ids("artifacts"), (files, files));
    let jobs = state["jobs"].as_array().unwrap();
    let initiated: u64 = jobs
        .iter()
        .map(|job| job["initiated"].as_u64().unwrap())
        .sum();
    assert_eq!(initiated, 1);
}
