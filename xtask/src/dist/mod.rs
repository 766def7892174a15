//! `cargo xtask dist`: packages for other machines.

pub mod elf;

use anyhow::{Context as _, Result};

use crate::place;

/// `FILED_ABI_VERSION`, as the header states it.
pub fn abi_version() -> Result<String> {
    let header = std::fs::read_to_string(place::root()?.join("include/filed.h"))?;
    let mut lines = header.lines();
    let version = lines.find_map(|line| line.strip_prefix("#define FILED_ABI_VERSION "));
    Ok(version
        .context("the header states no ABI version")?
        .trim()
        .to_owned())
}
