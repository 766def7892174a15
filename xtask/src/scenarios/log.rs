//! A runner's log, sorted by scenario.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

/// What one runner got in one scenario.
#[derive(Default)]
pub struct Record {
    /// Step number → its whole line.
    pub steps: BTreeMap<u64, Value>,
    /// The sandbox's state at the end.
    pub state: Option<Value>,
}

impl Record {
    /// The outcome of a step: its result or its error.
    pub fn outcome(&self, step: u64) -> Option<Result<&Value, &Value>> {
        let line = self.steps.get(&step)?;
        match (line.get("ok"), line.get("error")) {
            (Some(ok), None) => Some(Ok(ok)),
            (None, Some(error)) => Some(Err(error)),
            _ => None,
        }
    }
}

/// Scenario → record.
pub type Log = BTreeMap<String, Record>;

/// Reads a log; a runner that died in the middle leaves what it had written.
pub fn read(path: &Path) -> Result<Log> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    let mut log = Log::new();
    for (line, number) in text.lines().zip(1..) {
        let line: Value = serde_json::from_str(line)
            .with_context(|| format!("{}:{number}: no JSON", path.display()))?;
        let scenario = line["scenario"].as_str().unwrap_or_default().to_owned();
        let record = log.entry(scenario).or_default();
        match (line["step"].as_u64(), line.get("state")) {
            (Some(step), None) => {
                record.steps.insert(step, line);
            }
            (None, Some(state)) => record.state = Some(state.clone()),
            _ => anyhow::bail!("{}:{number}: neither a step nor a state", path.display()),
        }
    }
    Ok(log)
}
