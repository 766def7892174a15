//! Everything that must be there before a suite can run, made once and kept: the build, and what
//! each language needs. One module per language.

pub mod bench;
pub mod c;
pub mod debian;
pub mod interpreters;
pub mod node;
pub mod pull;
pub mod python;
mod stamp;
pub mod zig;

use std::sync::OnceLock;

use anyhow::Result;

use crate::run;

/// Builds every crate, once per run: one invocation, so that nothing is compiled twice for
/// different sets of features.
pub fn workspace() -> Result<()> {
    static DONE: OnceLock<()> = OnceLock::new();
    once(&DONE, || {
        run::demand(&mut run::cargo(["build", "--workspace"])?).map(drop)
    })
}

/// Runs `work` unless it was run before in this process.
fn once(done: &OnceLock<()>, work: impl FnOnce() -> Result<()>) -> Result<()> {
    if done.get().is_none() {
        work()?;
        done.get_or_init(|| ());
    }
    Ok(())
}
