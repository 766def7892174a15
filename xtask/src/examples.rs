//! The example programs that push a folder, one per language: how each is prepared and started.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::sandbox::Sandbox;
use crate::{place, run, setup};

/// A language with an example program.
pub struct Example {
    pub language: &'static str,
    pub prepare: fn() -> Result<()>,
    program: fn() -> Result<Command>,
}

/// Every language with an example program.
pub const ALL: [Example; 3] = [
    Example {
        language: "python",
        prepare: setup::python::package,
        program: python,
    },
    Example {
        language: "node",
        prepare: setup::node::package,
        program: node,
    },
    Example {
        language: "c",
        prepare: setup::c::example,
        program: c,
    },
];

fn python() -> Result<Command> {
    let mut command = run::command(setup::python::interpreter()?)?;
    command.arg("examples/python/push_folder.py");
    Ok(command)
}

fn node() -> Result<Command> {
    let mut command = run::command("node")?;
    command.arg("examples/node/push_folder.mjs");
    Ok(command)
}

fn c() -> Result<Command> {
    run::command(setup::c::example_program()?)
}

impl Example {
    /// The program, ready to push `folder` to `sandbox` under the name `job`.
    pub fn command(&self, sandbox: &Sandbox, folder: &Path, job: &str) -> Result<Command> {
        let journal = place::target()?
            .join("journals")
            .join(format!("{}.filed", self.language));
        if let Some(dir) = journal.parent() {
            std::fs::create_dir_all(dir)?;
        }
        // A journal of an earlier run tells of a sandbox that is gone.
        for ending in ["", "-wal", "-shm", ".lock"] {
            let mut name = journal.clone().into_os_string();
            name.push(ending);
            let path = Path::new(&name);
            if path.exists() {
                std::fs::remove_file(path)?;
            }
        }
        let mut command = (self.program)()?;
        command
            .arg(folder)
            .args([&sandbox.ready.connection_id, &sandbox.ready.workspace_id])
            .arg(job)
            .arg(&journal)
            .envs(sandbox.variables());
        Ok(command)
    }
}
