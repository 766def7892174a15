//! Programs that are hosts of the library, for suites and benches that look at what becomes of them.

use std::process::Command;

use anyhow::Result;

use crate::sandbox::Sandbox;
use crate::{run, setup};

/// A program of `tests/c` that is no test of ctest's.
pub fn c(name: &str) -> Result<Command> {
    run::command(setup::c::build_folder()?.join(name))
}

/// A program told where the sandbox is, and where a push goes.
pub fn led(mut command: Command, sandbox: &Sandbox) -> Command {
    let ready = &sandbox.ready;
    command
        .envs(sandbox.variables())
        .env("PLACE_CONNECTION", &ready.connection_id)
        .env("PLACE_WORKSPACE", &ready.workspace_id);
    command
}
