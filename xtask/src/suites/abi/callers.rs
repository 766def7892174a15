//! Programs that were built with an older or a newer header than the library.

use std::path::Path;

use anyhow::Result;
use serde_json::json;

use super::{include, tests};
use crate::sandbox::Sandbox;
use crate::tally::Tally;
use crate::{place, run};

pub fn check(tally: &mut Tally, folder: &Path, sandbox: &Sandbox) -> Result<()> {
    let folder = folder.join("callers");
    std::fs::create_dir_all(folder.join("scans"))?;
    std::fs::write(folder.join("scans/w2.pdf"), "%PDF-1.4 a form")?;
    let program = folder.join("callers");
    let library = place::built("")?;
    let mut compiler = run::command("cc")?;
    compiler
        .args(["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-I"])
        .arg(include()?)
        .arg(tests()?.join("callers.c"))
        .arg("-o")
        .arg(&program)
        .arg("-L")
        .arg(&library)
        .arg("-lfiled");
    if !tally.program("older and newer callers are compiled", &mut compiler)? {
        return Ok(());
    }
    sandbox.reset(&json!({}))?;
    let mut command = run::command(&program)?;
    command
        .current_dir(&folder)
        .args([&sandbox.ready.connection_id, &sandbox.ready.workspace_id])
        .env("LD_LIBRARY_PATH", library)
        .envs(sandbox.variables());
    tally.program("structs of older and newer callers", &mut command)?;
    Ok(())
}
