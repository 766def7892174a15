//! BLAKE3 in lower-case hex.

use std::path::Path;

use anyhow::{Context as _, Result};

/// The hash of some bytes.
pub fn hex(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// The hash of a file's content.
pub fn file(path: &Path) -> Result<String> {
    let bytes =
        std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(hex(&bytes))
}
