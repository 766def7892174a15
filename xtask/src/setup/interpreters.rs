//! The Pythons of this machine that a wheel can be installed for: on `PATH`, and in pyenv's folder.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use crate::run;

/// The oldest that is supported: `requires-python` of the wheel.
pub const LOWEST: u32 = 10;

/// A Python 3 that can make virtual environments.
pub struct Interpreter {
    pub minor: u32,
    pub program: PathBuf,
}

/// One of each version since the lowest, by version.
pub fn all() -> Result<Vec<Interpreter>> {
    let mut found: Vec<Interpreter> = Vec::new();
    for program in candidates() {
        if let Some(minor) = minor(&program)?
            && minor >= LOWEST
            && found.iter().all(|known| known.minor != minor)
        {
            found.push(Interpreter { minor, program });
        }
    }
    found.sort_by_key(|interpreter| interpreter.minor);
    Ok(found)
}

fn candidates() -> Vec<PathBuf> {
    const YOUNGEST: u32 = 30;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let names = (LOWEST..YOUNGEST).map(|minor| format!("python3.{minor}"));
    let on_path = names
        .flat_map(|name| folders.iter().map(move |folder| folder.join(&name)))
        .chain(folders.iter().map(|folder| folder.join("python3")));
    of_pyenv()
        .into_iter()
        .chain(on_path)
        .filter(|program| program.is_file())
        .collect()
}

fn of_pyenv() -> Vec<PathBuf> {
    let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".pyenv"));
    let root = std::env::var_os("PYENV_ROOT")
        .map(PathBuf::from)
        .or_else(home);
    let versions = root.and_then(|root| std::fs::read_dir(root.join("versions")).ok());
    let mut programs: Vec<PathBuf> = versions
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin/python3")))
        .collect();
    programs.sort();
    programs
}

/// Its minor version; `None` when it does not start or cannot make environments.
fn minor(program: &PathBuf) -> Result<Option<u32>> {
    const ASK: &str = "import ensurepip, sys, venv; print(sys.version_info[1])";
    let mut python = run::command(program)?;
    let said = run::capture(python.args(["-c", ASK]), Duration::from_secs(20))?;
    Ok(said
        .success
        .then(|| said.text.trim().parse().ok())
        .flatten())
}
