//! The operations a step can name, and reading their arguments.

mod gateway;
mod push;
mod uploads;

use std::time::Duration;

use anyhow::Context as _;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub use push::OpenPush;

use crate::control::Body;
use crate::outcome::Failure;
use crate::session::Session;

type Result = std::result::Result<Value, Failure>;

/// Carries out a step whose references are resolved.
pub async fn carry_out(session: &mut Session, step: &Arguments) -> Result {
    let op = step.text("op")?;
    match op.split_once('.') {
        _ if op == "control" => control(session, step).await,
        _ if op == "client.new" => {
            let config: Map<String, Value> = step.maybe("config")?.unwrap_or_default();
            session.open_client(&step.text("name")?, &config)?;
            Ok(Value::Null)
        }
        _ if op == "deep_link" => {
            let link = filed_core::deep_link(&step.text("slug")?, &step.text("path")?)?;
            Ok(link.into())
        }
        Some(("push", _)) => push::carry_out(session, step, &op).await,
        _ if op == "resume" => push::carry_out(session, step, &op).await,
        Some(("uploads", _)) => uploads::carry_out(session, step, &op).await,
        _ => gateway::carry_out(session, step, &op).await,
    }
}

async fn control(session: &Session, step: &Arguments) -> Result {
    let body = match (step.maybe::<Value>("body")?, step.maybe::<String>("from")?) {
        (Some(value), _) => Body::Json(value),
        (None, Some(name)) => Body::Bytes {
            bytes: std::fs::read(session.file(&name))?,
            content_type: step.maybe("content_type")?,
        },
        (None, None) => Body::Nothing,
    };
    let (method, path) = (step.text("method")?, step.text("path")?);
    let called = session.control.call(&method, &path, body).await;
    called.map_err(Failure::Control)
}

/// The arguments of a step.
pub struct Arguments(Map<String, Value>);

impl Arguments {
    pub fn new(fields: Map<String, Value>) -> Self {
        Self(fields)
    }

    /// An argument that must be there.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> std::result::Result<T, Failure> {
        let value = self.0.get(name);
        let value = value.with_context(|| format!("the step has no `{name}`"))?;
        Ok(serde_json::from_value(value.clone()).with_context(|| format!("`{name}`"))?)
    }

    /// An argument that may be missing or null.
    pub fn maybe<T: DeserializeOwned>(
        &self,
        name: &str,
    ) -> std::result::Result<Option<T>, Failure> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(_) => self.get(name).map(Some),
        }
    }

    pub fn text(&self, name: &str) -> std::result::Result<String, Failure> {
        self.get(name)
    }

    /// An argument that stands for its type's default when it is missing.
    pub fn or_default<T: DeserializeOwned + Default>(
        &self,
        name: &str,
    ) -> std::result::Result<T, Failure> {
        Ok(self.maybe(name)?.unwrap_or_default())
    }

    pub fn millis(&self, name: &str) -> std::result::Result<Option<Duration>, Failure> {
        Ok(self.maybe(name)?.map(Duration::from_millis))
    }
}
