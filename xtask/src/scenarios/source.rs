//! Reading the YAML files and writing the one JSON file all runners read.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use serde_json::{Map, Value};

const KEYS: [&str; 10] = [
    "id",
    "title",
    "sandbox",
    "faults",
    "files",
    "client",
    "steps",
    "expect_server",
    "compare_server",
    "planted",
];

/// A scenario, as far as the judge looks into it.
#[derive(Deserialize)]
pub struct Scenario {
    pub id: String,
    #[serde(default)]
    pub files: Map<String, Value>,
    pub steps: Vec<Map<String, Value>>,
    #[serde(default)]
    pub expect_server: Map<String, Value>,
    #[serde(default = "yes")]
    pub compare_server: bool,
    #[serde(default)]
    pub planted: Vec<String>,
}

fn yes() -> bool {
    true
}

/// Every scenario in `dir`, in the order of its name.
pub fn read(dir: &Path) -> Result<Vec<Value>> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(dir)
        .with_context(|| format!("{} cannot be listed", dir.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    files.sort();
    ensure!(!files.is_empty(), "{} holds no scenario", dir.display());
    files
        .iter()
        .map(|path| read_one(path).with_context(|| path.display().to_string()))
        .collect()
}

fn read_one(path: &Path) -> Result<Value> {
    let text = std::fs::read_to_string(path)?;
    let mut fields: Map<String, Value> = serde_yaml_ng::from_str(&text)?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    fields.insert("id".into(), stem.into());
    for key in fields.keys() {
        ensure!(KEYS.contains(&key.as_str()), "unknown key `{key}`");
    }
    ensure!(fields.contains_key("title"), "`title` is missing");
    let steps = fields.get("steps").and_then(Value::as_array);
    for (step, number) in steps.context("`steps` is missing")?.iter().zip(1..) {
        check_step(step).with_context(|| format!("step {number}"))?;
    }
    Ok(fields.into())
}

/// A misspelt expectation would be met by anything.
fn check_step(step: &Value) -> Result<()> {
    ensure!(step["op"].is_string(), "`op` is missing");
    let Some(expect) = step.get("expect") else {
        return Ok(());
    };
    let expect = expect.as_object().context("`expect` must be an object")?;
    let known = expect.keys().all(|key| key == "ok" || key == "error");
    ensure!(
        known && expect.len() == 1,
        "`expect` has one of `ok` and `error`"
    );
    Ok(())
}

/// The scenarios as the judge sees them.
pub fn parse(all: &[Value]) -> Result<Vec<Scenario>> {
    all.iter()
        .map(|one| {
            serde_json::from_value(one.clone()).with_context(|| format!("scenario {}", one["id"]))
        })
        .collect()
}

/// Writes the file all runners read.
pub fn write(all: &[Value], path: &Path) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, serde_json::to_vec(all)?)
        .with_context(|| format!("{} cannot be written", path.display()))
}

/// Where the scenarios are.
pub fn folder() -> Result<PathBuf> {
    Ok(crate::place::root()?.join("tests/scenarios"))
}
