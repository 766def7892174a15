//! Suite `packages`: what `cargo xtask dist` writes, installed and run from an empty place. By default
//! of the tests' own build; `--long` adds the one that is given away.

mod c;
mod consumer;
mod dynamic;
mod floor;
mod node;
mod portable;
mod python;
mod workflow;

use anyhow::Result;
use serde_json::json;

use crate::dist::build::Build;
use crate::dist::target::Target;
use crate::sandbox::Sandbox;
use crate::setup;
use crate::tally::Tally;

pub fn run(tally: &mut Tally) -> Result<()> {
    portable::check(tally)?;
    workflow::check(tally)?;
    if !cfg!(target_os = "linux") {
        return tally.skip(
            "everything",
            "packages were never tried elsewhere than on Linux",
        );
    }
    setup::workspace()?;
    // It runs while releases are built.
    let sandbox = Sandbox::start(&json!({}), if tally.long { 7200 } else { 1500 })?;
    one_build(tally, &Build::of_the_tests()?, &sandbox)?;
    let folder = tempfile::tempdir()?;
    python::check_source(tally, &sandbox, folder.path())?;
    if tally.long {
        tally.line("  the release, for glibc 2.17:")?;
        one_build(
            tally,
            &Build::new(Target::host()?, "release", false),
            &sandbox,
        )?;
    } else {
        tally.skip("the release, for glibc 2.17", "built with --long")?;
    }
    Ok(())
}

fn one_build(tally: &mut Tally, build: &Build, sandbox: &Sandbox) -> Result<()> {
    let packages = tempfile::tempdir()?;
    c::check(tally, build, sandbox, packages.path())?;
    python::check(tally, build, sandbox, packages.path())?;
    node::check(tally, build, sandbox, packages.path())
}
