//! Steps of a push, and its events, collected beside them.

mod shown;

use std::collections::HashMap;
use std::time::Duration;

use anyhow::Context as _;
use filed_core::push::{
    ClientKey, Event, Events, FileContent, NewClient, NewFile, OnExisting, Push, PushOptions,
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::{Arguments, Result};
use crate::outcome::{Failure, error_json};
use crate::session::Session;

const EVENTS_END_WITHIN: Duration = Duration::from_secs(60);

/// A push with what a scenario knows about it.
pub struct OpenPush {
    push: Push,
    clients: HashMap<String, ClientKey>,
    events: Option<JoinHandle<filed_core::Result<Vec<Event>>>>,
}

/// Cancel as soon as so many events of a kind have come.
#[derive(Deserialize)]
struct CancelWhen {
    kind: String,
    count: u64,
}

impl Drop for OpenPush {
    fn drop(&mut self) {
        if let Some(events) = &self.events {
            events.abort();
        }
    }
}

pub async fn carry_out(session: &mut Session, step: &Arguments, op: &str) -> Result {
    let name = step.maybe("push")?.unwrap_or_else(|| "push".to_owned());
    match op {
        "push.open" | "resume" => {
            let push = open(session, step, op).await?;
            let opened = OpenPush::new(push, step.maybe("cancel_when")?);
            session.pushes.insert(name, opened);
            return Ok(Value::Null);
        }
        "push.drop" => {
            session.pushes.remove(&name);
            return Ok(Value::Null);
        }
        _ => {}
    }
    let content = content(session, step, op)?;
    let open = session.pushes.get_mut(&name).context("no such push")?;
    match content {
        Some(content) => open.add_file(step, content).await,
        None => open.carry_out(step, op).await,
    }
}

async fn open(
    session: &mut Session,
    step: &Arguments,
    op: &str,
) -> std::result::Result<Push, Failure> {
    let client = session.client(step.maybe::<String>("client")?.as_deref())?;
    if op == "resume" {
        return Ok(client.resume(step.text("journal")?).await?);
    }
    let options = PushOptions {
        connection_id: step.text("connection_id")?,
        workspace_id: step.text("workspace_id")?,
        job_name: step.text("job_name")?,
        journal: step.maybe("journal")?,
        allow_partial: step.or_default("allow_partial")?,
        on_existing: match step.maybe::<String>("on_existing")?.as_deref() {
            Some("adopt") => OnExisting::Adopt,
            _ => OnExisting::Error,
        },
    };
    Ok(client.push(options).await?)
}

fn content(
    session: &Session,
    step: &Arguments,
    op: &str,
) -> std::result::Result<Option<FileContent>, Failure> {
    Ok(match op {
        "push.add_file" => Some(FileContent::Path(step.get("path")?)),
        "push.add_bytes" => {
            let bytes = std::fs::read(session.file(&step.text("from")?))?;
            Some(FileContent::Bytes(bytes.into()))
        }
        "push.add_url" => Some(FileContent::Url(step.text("url")?)),
        _ => None,
    })
}

impl OpenPush {
    fn new(push: Push, cancel_when: Option<CancelWhen>) -> Self {
        let events = push.events();
        let watched = cancel_when.map(|when| (when, push.clone()));
        Self {
            events: Some(tokio::spawn(collect(events, watched))),
            clients: HashMap::new(),
            push,
        }
    }

    async fn carry_out(&mut self, step: &Arguments, op: &str) -> Result {
        match op {
            "push.add_client" => self.add_client(step).await,
            "push.commit" => Ok(self.push.commit().await.map(|()| Value::Null)?),
            "push.wait" => {
                let report = self.push.wait(step.millis("timeout_ms")?).await?;
                Ok(shown::report(&report))
            }
            "push.cancel" => {
                self.push.cancel();
                Ok(Value::Null)
            }
            "push.progress" => Ok(shown::progress(&self.push.progress())),
            "push.report" => Ok(shown::report(&self.push.report().await?)),
            "push.files" => {
                let files = self.push.files().all().await?;
                Ok(files.iter().map(shown::file).collect())
            }
            "push.clients" => {
                let clients = self.push.clients().all().await?;
                Ok(clients.iter().map(shown::client).collect())
            }
            "push.events" => self.events().await,
            _ => Err(Failure::Unsupported),
        }
    }

    async fn add_client(&mut self, step: &Arguments) -> Result {
        let new = NewClient {
            name: step.text("name")?,
            external_id: step.text("external_id")?,
        };
        let id = new.external_id.clone();
        let key = self.push.add_client(new).await?;
        self.clients.insert(id, key);
        Ok(Value::Null)
    }

    async fn add_file(&self, step: &Arguments, content: FileContent) -> Result {
        let client = self.clients.get(&step.text("for")?);
        let file = NewFile {
            external_id: step.text("external_id")?,
            content,
            file_name: step.maybe("file_name")?,
            mime_type: step.maybe("mime_type")?,
            category: step.maybe("category")?,
            metadata: step.maybe("metadata")?,
        };
        let client = *client.context("no such client in this push")?;
        self.push.add_file(client, file).await?;
        Ok(Value::Null)
    }

    async fn events(&mut self) -> Result {
        let collecting = self.events.take().context("the events were taken before")?;
        let ended = tokio::time::timeout(EVENTS_END_WITHIN, collecting).await;
        let events = ended.context("the events do not end")?;
        let events = events.context("collecting the events failed")??;
        Ok(events.iter().map(event).collect())
    }
}

async fn collect(
    mut events: Events,
    mut watched: Option<(CancelWhen, Push)>,
) -> filed_core::Result<Vec<Event>> {
    let mut all = Vec::new();
    let mut seen = 0;
    while let Some(event) = events.next().await? {
        if let Some((when, push)) = &watched {
            seen += u64::from(event.kind.as_str() == when.kind);
            if seen == when.count {
                push.cancel();
                watched = None;
            }
        }
        all.push(event);
    }
    Ok(all)
}

fn event(event: &Event) -> Value {
    json!({
        "kind": event.kind.as_str(),
        "external_id": event.external_id,
        "client_external_id": event.client_external_id,
        "error": event.error.as_ref().map(error_json),
    })
}
