//! One scenario while it runs: its directory, saved results, clients and pushes.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use filed_core::Client;
use serde_json::{Map, Value};

use crate::config;
use crate::control::Control;
use crate::files;
use crate::ops::{self, Arguments, OpenPush};
use crate::outcome::{Failure, Outcome};
use crate::references;
use crate::scenario::Scenario;

const DEFAULT: &str = "default";

/// One scenario while it runs.
pub struct Session {
    pub control: Control,
    /// The ready object, `dir`, and every result that was saved.
    scope: Map<String, Value>,
    settings: Map<String, Value>,
    clients: HashMap<String, Client>,
    pub pushes: HashMap<String, OpenPush>,
    dir: tempfile::TempDir,
}

impl Session {
    pub async fn begin(control: Control, scenario: &Scenario) -> anyhow::Result<Self> {
        let mut scope = control.reset(&scenario.sandbox, &scenario.faults).await?;
        let dir = tempfile::tempdir()?;
        files::make(dir.path(), &scenario.files)?;
        let path = dir.path().to_str().context("the directory is not UTF-8")?;
        scope.insert("dir".into(), path.into());
        Ok(Self {
            control,
            scope,
            settings: scenario.client.clone(),
            clients: HashMap::new(),
            pushes: HashMap::new(),
            dir,
        })
    }

    /// Carries out one step.
    pub async fn step(&mut self, step: &Map<String, Value>) -> Outcome {
        let result = self.carry_out(step).await;
        if let (Ok(value), Some(Value::String(name))) = (&result, step.get("as")) {
            self.scope.insert(name.clone(), value.clone());
        }
        result.into()
    }

    async fn carry_out(&mut self, step: &Map<String, Value>) -> Result<Value, Failure> {
        let asked = step
            .iter()
            .filter(|(key, _)| !matches!(key.as_str(), "expect" | "compare" | "as"));
        let asked: Map<String, Value> = asked.map(|(k, v)| (k.clone(), v.clone())).collect();
        let arguments = Arguments::new(references::resolve_fields(&asked, &self.scope)?);
        ops::carry_out(self, &arguments).await
    }

    /// Ends what is open and says what the sandbox holds.
    pub async fn end(mut self) -> anyhow::Result<Value> {
        self.pushes.clear();
        self.clients.values().for_each(Client::close);
        self.clients.clear();
        self.control.state().await
    }

    /// The client a step asks for; the default one is made when first needed.
    pub fn client(&mut self, name: Option<&str>) -> Result<Client, Failure> {
        let name = name.unwrap_or(DEFAULT);
        if let Some(client) = self.clients.get(name) {
            return Ok(client.clone());
        }
        if name != DEFAULT {
            return Err(anyhow::anyhow!("no client was made under this name").into());
        }
        let settings = references::resolve_fields(&self.settings, &self.scope)?;
        self.open_client(DEFAULT, &settings)
    }

    pub fn open_client(
        &mut self,
        name: &str,
        overrides: &Map<String, Value>,
    ) -> Result<Client, Failure> {
        let client = Client::new(config::config(&self.scope, overrides)?)?;
        self.clients.insert(name.to_owned(), client.clone());
        Ok(client)
    }

    /// Where a file of the scenario is.
    pub fn file(&self, name: &str) -> PathBuf {
        let dir: &Path = self.dir.path();
        dir.join(name)
    }
}
