//! Headers of earlier days, kept in `tests/abi/golden`, and the program that is compiled with each,
//! linked against what that header declared, and run with the library as it is.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::{layouts, soname, tests};
use crate::sandbox::Sandbox;
use crate::tally::Tally;
use crate::{place, run};

/// A header that programs out there were compiled with.
pub struct Golden {
    pub name: String,
    pub folder: PathBuf,
}

impl Golden {
    pub fn header(&self) -> PathBuf {
        self.folder.join("filed.h")
    }
}

/// All of them, by name.
pub fn all() -> Result<Vec<Golden>> {
    let mut goldens = Vec::new();
    for entry in std::fs::read_dir(tests()?.join("golden"))? {
        let folder = entry?.path();
        if folder.is_dir() {
            let name = folder.file_name().context("a folder has a name")?;
            let name = name.to_string_lossy().into_owned();
            goldens.push(Golden { name, folder });
        }
    }
    goldens.sort_by(|a, b| a.name.cmp(&b.name));
    ensure!(goldens.len() >= 2, "tests/abi/golden has lost headers");
    Ok(goldens)
}

pub fn check(
    tally: &mut Tally,
    folder: &Path,
    goldens: &[Golden],
    sandbox: &Sandbox,
) -> Result<()> {
    for golden in goldens {
        let what = format!("a program of `{}` runs with today's library", golden.name);
        let outcome = run_one(&folder.join(&golden.name), golden, sandbox);
        let failures = match &outcome {
            Ok(said) => {
                tally.note(said)?;
                Vec::new()
            }
            Err(error) => vec![format!("{error:#}")],
        };
        tally.verdict(&what, &failures)?;
    }
    Ok(())
}

fn run_one(folder: &Path, golden: &Golden, sandbox: &Sandbox) -> Result<String> {
    std::fs::create_dir_all(folder.join("scans"))?;
    std::fs::write(folder.join("scans/w2.pdf"), "%PDF-1.4 a form")?;
    let program = compile(folder, golden)?;
    sandbox.reset(&json!({}))?;
    let mut command = run::command(&program)?;
    command
        .current_dir(folder)
        .args([&sandbox.ready.connection_id, &sandbox.ready.workspace_id])
        .env("LD_LIBRARY_PATH", place::built("")?)
        .envs(sandbox.variables());
    let said = run::demand(&mut command)?;
    let state = sandbox.state()?;
    let length = |list: &str| state[list].as_array().map_or(0, Vec::len);
    ensure!(
        length("artifacts") == 2 && state["jobs"][0]["initiated"] == 1,
        "the sandbox did not see an initiated job with 2 files"
    );
    Ok(said)
}

/// Nothing of today takes part in this.
fn compile(folder: &Path, golden: &Golden) -> Result<PathBuf> {
    layouts::library(folder, &golden.header(), &soname()?)?;
    let program = folder.join("program");
    let mut compiler = run::command("cc")?;
    compiler
        .args(["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-I"])
        .arg(&golden.folder)
        .arg(tests()?.join("golden/program.c"))
        .arg(folder.join(soname()?))
        .arg("-o")
        .arg(&program);
    run::demand(&mut compiler)?;
    Ok(program)
}
