//! Suite `secrets`: nothing the run has written holds a token, a key, or a name or path that the
//! tests planted. It reads what the other suites left under `target/` and runs after them.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::{Map, Value};

use crate::place;
use crate::tally::Tally;

/// How every token of the sandbox begins: the header of a JSON web token, in base64.
const TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
/// In every secret, name and path the tests plant.
const PLANTED: &str = "PLANTED-";
/// Fields that hold names and paths by right.
const BY_RIGHT: [&str; 7] = [
    "path",
    "name",
    "file_name",
    "file_url",
    "url",
    "display_name",
    "journal",
];

pub fn run(tally: &mut Tally) -> Result<()> {
    outputs(tally)?;
    runner_logs(tally)?;
    journals(tally)?;
    match tally.counts.passed + tally.counts.failed {
        0 => tally.skip("everything", "no other suite has run yet"),
        _ => Ok(()),
    }
}

/// What test programs and examples printed.
fn outputs(tally: &mut Tally) -> Result<()> {
    for path in files(&place::logs()?, "log")? {
        if path.ends_with("secrets.log") {
            continue;
        }
        let text = std::fs::read_to_string(&path)?;
        let lines = text.lines().zip(1..).filter(|(line, _)| tells(line));
        let found: Vec<String> = lines.map(|(_, number)| format!("line {number}")).collect();
        tally.verdict(&format!("output of {}", name(&path)), &found)?;
    }
    Ok(())
}

fn tells(text: &str) -> bool {
    text.contains(TOKEN) || text.contains(PLANTED)
}

/// Results, errors and events that the scenario runners wrote down.
fn runner_logs(tally: &mut Tally) -> Result<()> {
    let logs = files(&place::logs()?, "jsonl")?;
    for path in logs
        .into_iter()
        .filter(|path| !name(path).contains(".normalised."))
    {
        let mut found = Vec::new();
        for (line, number) in std::fs::read_to_string(&path)?.lines().zip(1..) {
            let line: Value = serde_json::from_str(line)?;
            // The sandbox's own answers are its affair, a raw document's data the server's.
            let op = line["op"].as_str().unwrap_or_default();
            if line.get("state").is_none() && op != "control" && op != "graphql" && betrays(&line) {
                found.push(format!("line {number}"));
            }
        }
        tally.verdict(&format!("results in {}", name(&path)), &found)?;
    }
    Ok(())
}

fn betrays(value: &Value) -> bool {
    match value {
        Value::Object(fields) => in_fields(fields),
        Value::Array(items) => items.iter().any(betrays),
        Value::String(text) => tells(text),
        _ => false,
    }
}

fn in_fields(fields: &Map<String, Value>) -> bool {
    fields.iter().any(|(key, value)| match value {
        Value::String(text) if BY_RIGHT.contains(&key.as_str()) => text.contains(TOKEN),
        value => betrays(value),
    })
}

/// Journals hold names and paths, so only their owner reads them; tokens and keys they never hold.
fn journals(tally: &mut Tally) -> Result<()> {
    let folder = place::target()?.join("journals");
    if !folder.is_dir() {
        return Ok(());
    }
    for path in files(&folder, "filed")? {
        let bytes = std::fs::read(&path)?;
        let mut found = Vec::new();
        for secret in [TOKEN, PLANTED] {
            if bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes())
            {
                found.push(format!("holds `{secret}`"));
            }
        }
        let mode = path.metadata()?.permissions().mode() & 0o777;
        if mode != 0o600 {
            found.push(format!("its mode is {mode:o}, not 600"));
        }
        tally.verdict(&format!("journal {}", name(&path)), &found)?;
    }
    Ok(())
}

fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|found| found == ending));
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_planted_name_is_allowed_only_where_names_belong() {
        assert!(!betrays(
            &json!({ "error": { "path": "/t/PLANTED-name.pdf" } })
        ));
        assert!(betrays(
            &json!({ "error": { "message": "no PLANTED-name.pdf" } })
        ));
        assert!(betrays(&json!([{ "external_id": "PLANTED-name" }])));
        assert!(betrays(&json!({ "path": format!("/t/{TOKEN}.x") })));
    }
}
