//! The Node packages, installed from their files without a network, and used from an ES module,
//! CommonJS, TypeScript and a worker thread.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::c::source;
use super::consumer::Place;
use super::floor;
use crate::dist::build::Build;
use crate::dist::node as package;
use crate::sandbox::Sandbox;
use crate::setup;
use crate::tally::Tally;

pub fn check(tally: &mut Tally, build: &Build, sandbox: &Sandbox, out: &Path) -> Result<()> {
    // TypeScript and Node's own types come from there; the addon in it is not used.
    setup::node::modules()?;
    let packed = package::pack(build, out)?;
    let place = Place::new(sandbox)?;
    for file in [
        "push.mjs",
        "push.cjs",
        "worker.mjs",
        "typed.ts",
        "tsconfig.json",
    ] {
        std::fs::copy(source("node")?.join(file), place.path().join(file))?;
    }
    std::fs::write(
        place.path().join("package.json"),
        "{ \"private\": true, \"type\": \"module\" }\n",
    )?;
    let mut install = place.command("npm");
    install
        .args(["install", "--offline", "--no-audit", "--no-fund"])
        .args(&packed);
    if !tally.program(
        "both packages install from their files, offline",
        &mut install,
    )? {
        return Ok(());
    }
    floor::check(tally, build, &place.path().join("node_modules"))?;
    for (file, what) in [
        ("push.mjs", "Node, an ES module"),
        ("push.cjs", "Node, CommonJS"),
        ("worker.mjs", "Node, a worker thread"),
    ] {
        let mut consumer = place.command("node");
        place.pushes(tally, what, consumer.arg(file))?;
    }
    typescript(tally, &place)
}

fn typescript(tally: &mut Tally, place: &Place) -> Result<()> {
    let tools = setup::node::folder()?.join("node_modules");
    // In a project of its own these are installed by its `devDependencies`.
    for types in ["@types", "undici-types"] {
        let to = place.path().join("node_modules").join(types);
        package::copy(&tools.join(types), &to).with_context(|| format!("no {types}"))?;
    }
    let mut tsc = place.command("node");
    tsc.arg(tools.join("typescript/bin/tsc"));
    if tally.program("TypeScript checks and compiles", &mut tsc)? {
        let mut consumer = place.command("node");
        consumer.arg("compiled/typed.js");
        place.pushes(tally, "Node, TypeScript", &mut consumer)?;
    }
    Ok(())
}
