//! Programs that are hosts of the library, for suites and benches that look at what becomes of them.

use std::process::Command;

use anyhow::Result;

use crate::{run, setup};

/// A program of `tests/c` that is no test of ctest's.
pub fn c(name: &str) -> Result<Command> {
    run::command(setup::c::build_folder()?.join(name))
}
