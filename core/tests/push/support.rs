//! A sandbox, a client, a season's documents, and what must be true in the end.

use std::collections::BTreeMap;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use filed_core::push::{
    ClientKey, Event, EventKind, FileContent, NewClient, NewFile, Pace, Push, PushOptions,
};
use filed_core::{Client, Config, Error, ErrorCode, Result};
use filed_sandbox::{Options, Ready, Sandbox};
use serde_json::{Value, json};

pub struct World {
    pub sandbox: Sandbox,
    pub client: Client,
    pub folder: tempfile::TempDir,
    pub pace: Pace,
}

/// What the sandbox must hold of each file in the end: external id → BLAKE3.
pub type Hashes = BTreeMap<String, String>;

pub async fn world() -> World {
    world_with(json!({}), |config| config).await
}

pub async fn world_with(settings: Value, adjust: impl FnOnce(Config) -> Config) -> World {
    let options = Options {
        settings: Some(settings),
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.unwrap();
    let client = Client::new(adjust(config(sandbox.ready()))).unwrap();
    World {
        sandbox,
        client,
        folder: tempfile::tempdir().unwrap(),
        pace: hasty(),
    }
}

pub fn config(ready: &Ready) -> Config {
    Config {
        api_key: Some(ready.api_key.clone().into()),
        source_platform: Some("push-tests".into()),
        gateway_url: Some(ready.gateway_url.clone()),
        upload_url: Some(ready.upload_url.clone()),
        ..Config::default()
    }
}

/// Waits that are as short as they can be and still mean something.
pub fn hasty() -> Pace {
    Pace {
        quiet: Duration::from_millis(20),
        look: Duration::from_millis(20),
        patience: Duration::from_secs(2),
        evidence: Duration::from_secs(2),
        poll: Duration::from_millis(20),
        poll_longest: Duration::from_millis(100),
        again: Duration::from_millis(20),
        ..Pace::default()
    }
}

impl World {
    pub fn ready(&self) -> &Ready {
        self.sandbox.ready()
    }

    pub fn journal(&self) -> PathBuf {
        self.folder.path().join("season.filed")
    }

    pub fn options(&self) -> PushOptions {
        PushOptions {
            connection_id: self.ready().connection_id.clone(),
            workspace_id: self.ready().workspace_id.clone(),
            job_name: "2024 Tax Season Import".into(),
            journal: Some(self.journal()),
            ..PushOptions::default()
        }
    }

    pub async fn push(&self) -> Push {
        self.push_with(self.options()).await.unwrap()
    }

    pub async fn push_with(&self, options: PushOptions) -> Result<Push> {
        let open = Push::open_paced(self.client.clone(), options, self.pace.clone());
        self.client.generation().run(open).await
    }

    pub async fn resume(&self) -> Result<Push> {
        let resume = Push::resume_paced(self.client.clone(), self.journal(), self.pace.clone());
        self.client.generation().run(resume).await
    }

    pub fn plan(&self, fault: Value) {
        let faults = json!({"faults": [fault]});
        self.sandbox.control().add_faults(&faults).unwrap();
    }

    pub fn state(&self) -> Value {
        self.sandbox.control().state(false)
    }

    /// Requests of one operation so far.
    pub fn count(&self, operation: &str) -> u64 {
        self.state()["counts"][operation].as_u64().unwrap_or(0)
    }

    pub fn list(&self, what: &str) -> Vec<Value> {
        self.state()[what].as_array().unwrap().clone()
    }

    pub fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        write_in(self.folder.path(), name, content)
    }

    /// Adds `clients` clients with `files` documents each, all from disk.
    pub async fn add_season(&self, push: &Push, clients: usize, files: usize) -> Hashes {
        add_season_in(self.folder.path(), push, clients, files).await
    }

    /// One work per client, one artifact per file with the right bytes, one initiated import.
    pub fn assert_exactly_once(&self, clients: usize, hashes: &Hashes) {
        let state = self.state();
        let jobs: Vec<_> = state["jobs"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|job| job["initiated"] != 0)
            .collect();
        assert_eq!(jobs.len(), 1, "initiated jobs: {jobs:?}");
        assert_eq!(jobs[0]["initiated"], 1);
        let works = ids(&state["works"]);
        assert_eq!(works.len(), clients, "works: {works:?}");
        let mut distinct = works.clone();
        distinct.dedup();
        assert_eq!(works, distinct);
        let mut held = Hashes::new();
        for artifact in state["artifacts"].as_array().unwrap() {
            let id = artifact["external_id"].as_str().unwrap().to_owned();
            let blake3 = artifact["blake3"].as_str().unwrap_or("none").to_owned();
            assert_eq!(held.insert(id.clone(), blake3), None, "{id} is there twice");
        }
        assert_eq!(&held, hashes);
    }
}

pub async fn add_season_in(folder: &Path, push: &Push, clients: usize, files: usize) -> Hashes {
    let mut hashes = Hashes::new();
    for c in 0..clients {
        let key = push.add_client(client(c)).await.unwrap();
        for f in 0..files {
            let id = format!("file-{c}-{f}");
            let content = document(&id);
            let path = write_in(folder, &format!("{id}.pdf"), &content);
            push.add_file(key, file(&id, path)).await.unwrap();
            hashes.insert(id, hash(&content));
        }
    }
    hashes
}

fn write_in(folder: &Path, name: &str, content: &[u8]) -> PathBuf {
    let path = folder.join(name);
    // The same content written again would be a changed file.
    if std::fs::read(&path).ok().as_deref() != Some(content) {
        std::fs::write(&path, content).unwrap();
    }
    path
}

fn ids(list: &Value) -> Vec<String> {
    let mut ids: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["external_id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    ids
}

pub fn client(n: usize) -> NewClient {
    NewClient {
        name: format!("Client Number{n} - 2024"),
        external_id: format!("client-{n}"),
    }
}

pub fn file(external_id: &str, path: impl AsRef<Path>) -> NewFile {
    NewFile {
        external_id: external_id.into(),
        content: FileContent::Path(path.as_ref().to_owned()),
        file_name: None,
        mime_type: None,
        category: None,
        metadata: None,
    }
}

pub fn bytes(external_id: &str, content: &[u8]) -> NewFile {
    NewFile {
        content: FileContent::Bytes(Bytes::copy_from_slice(content)),
        file_name: Some(format!("{external_id}.txt")),
        ..file(external_id, "")
    }
}

/// A document whose content is its own.
pub fn document(id: &str) -> Vec<u8> {
    let mut content = b"%PDF-1.7\n".to_vec();
    for n in 0..200 {
        content.extend_from_slice(format!("{id} line {n}\n").as_bytes());
    }
    content
}

pub fn hash(content: &[u8]) -> String {
    blake3::hash(content).to_hex().to_string()
}

/// Every event until the last one of the run.
pub async fn all_events(push: &Push) -> Vec<Event> {
    let mut events = push.events();
    let mut all = Vec::new();
    while let Some(event) = events.next().await.unwrap() {
        all.push(event);
    }
    all
}

pub fn count(events: &[Event], kind: EventKind) -> usize {
    events.iter().filter(|event| event.kind == kind).count()
}

/// Waits until an event of this kind came.
pub async fn seen(push: &Push, kind: EventKind, times: usize) {
    let mut events = push.events();
    let mut left = times;
    let come = async {
        while left > 0 {
            let event = events.next().await.unwrap().expect("the run ended first");
            left -= usize::from(event.kind == kind);
        }
    };
    let come = tokio::time::timeout(Duration::from_secs(60), come).await;
    assert!(come.is_ok(), "{left} of {times} {kind:?} never came");
}

/// Waits for a condition that only the outside of the library can show.
pub async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(
            std::time::Instant::now() < deadline,
            "never came true: {what}"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

pub async fn code<T: std::fmt::Debug>(call: impl Future<Output = Result<T, Error>>) -> ErrorCode {
    call.await.expect_err("must fail").code()
}

/// Adds a client that must be there, and returns its key.
pub async fn add(push: &Push, n: usize) -> ClientKey {
    push.add_client(client(n)).await.unwrap()
}
