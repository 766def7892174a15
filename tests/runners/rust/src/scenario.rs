//! A scenario as `scenarios.json` has it. Steps stay JSON: each operation reads its own arguments.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::files::Content;

/// What a runner needs of a scenario; what is for the judge only is left out.
#[derive(Deserialize)]
pub struct Scenario {
    pub id: String,
    #[serde(default)]
    pub sandbox: Map<String, Value>,
    #[serde(default)]
    pub faults: Vec<Value>,
    #[serde(default)]
    pub files: BTreeMap<String, Content>,
    #[serde(default)]
    pub client: Map<String, Value>,
    pub steps: Vec<Map<String, Value>>,
}

/// Reads all scenarios.
pub fn read(path: &Path) -> anyhow::Result<Vec<Scenario>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    serde_json::from_str(&text)
        .with_context(|| format!("{} is no list of scenarios", path.display()))
}
