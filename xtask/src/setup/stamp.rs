//! Remembering what a set-up was made from, to make it again only when that has changed.

use std::path::Path;

use anyhow::Result;

use crate::hash;

/// Runs `work` unless `dir` holds what it made from the same `inputs`.
pub fn unless_fresh(dir: &Path, inputs: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let stamp = dir.join(".stamp");
    let wanted = hash::hex(inputs.as_bytes());
    if std::fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    work()?;
    std::fs::create_dir_all(dir)?;
    Ok(std::fs::write(stamp, wanted)?)
}
