//! zig as a linker for systems older than this one, with the builders that drive it, from PyPI.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::python;
use crate::{place, run};

const TOOLS: &str = "maturin[zig]>=1.16,<2 cargo-zigbuild>=0.20 ziglang>=0.15";

/// One of the builders, ready to find zig.
pub fn command(name: &str) -> Result<Command> {
    let folder = place::work()?.join("zig");
    python::environment_with(&folder, TOOLS)?;
    let bin = folder.join("bin");
    let mut command = run::command(bin.join(name))?;
    command.env("PATH", first_on_path(bin)?);
    Ok(command)
}

fn first_on_path(folder: PathBuf) -> Result<std::ffi::OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(folder).chain(std::env::split_paths(&path));
    Ok(std::env::join_paths(all)?)
}
