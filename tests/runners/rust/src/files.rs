//! The files of a scenario: what their content is, and putting them on disk.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::Value;

/// Content of one file.
#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Content {
    /// Bytes of the generator.
    Generated { size: usize, seed: u32 },
    /// The text itself.
    Text { text: String },
    /// A value as JSON text.
    Json { json: Value },
    /// A folder.
    Folder {
        #[serde(rename = "dir")]
        _dir: bool,
    },
    /// A symbolic link.
    Link { link: String },
    /// Nothing.
    Missing {
        #[serde(rename = "missing")]
        _missing: bool,
    },
}

/// Makes the files in `dir`.
pub fn make(dir: &Path, files: &BTreeMap<String, Content>) -> anyhow::Result<()> {
    for (name, content) in files {
        let path = dir.join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        content
            .make(&path)
            .with_context(|| format!("file {name}"))?;
    }
    Ok(())
}

impl Content {
    fn make(&self, path: &Path) -> std::io::Result<()> {
        match self {
            Content::Generated { size, seed } => std::fs::write(path, generate(*size, *seed)),
            Content::Text { text } => std::fs::write(path, text),
            Content::Json { json } => std::fs::write(path, json.to_string()),
            Content::Folder { .. } => std::fs::create_dir_all(path),
            Content::Link { link } => std::os::unix::fs::symlink(link, path),
            Content::Missing { .. } => Ok(()),
        }
    }
}

/// Bytes of xorshift32, each word lowest byte first.
fn generate(size: usize, seed: u32) -> Vec<u8> {
    let words = std::iter::successors(Some(next(seed)), |x| Some(next(*x)));
    words.flat_map(u32::to_le_bytes).take(size).collect()
}

fn next(mut x: u32) -> u32 {
    x ^= x << 13;
    x ^= x >> 17;
    x ^ (x << 5)
}

#[cfg(test)]
mod tests {
    use super::generate;

    #[test]
    fn seed_one_begins_as_documented() {
        assert_eq!(generate(7, 1), [0x21, 0x20, 0x04, 0x00, 0x01, 0x06, 0x08]);
    }
}
