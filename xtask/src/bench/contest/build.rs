//! Builds everything that takes part, optimised.

use std::path::PathBuf;

use anyhow::Result;

use crate::bench::Options;
use crate::setup::{bench as setup, node};
use crate::{place, run};

/// Where the built programs are.
pub struct Programs {
    /// Ours, the limit, the sink, the sandbox and the library of C.
    pub rust: PathBuf,
    /// Programs made from `tests/bench/c`.
    pub c: PathBuf,
    /// An interpreter that has the wheel and the peers' packages.
    pub python: PathBuf,
    /// Where Node finds packages.
    pub node_modules: String,
}

/// Builds and installs everybody.
pub fn all(options: &Options) -> Result<Programs> {
    let profile = options.profile();
    println!("Building with the profile {profile}. The first time takes some minutes.");
    setup::packages()?;
    let rust = place::target()?.join(profile);
    let packages = ["filed-bench", "filed-ffi", "filed-sandbox"];
    let mut build = run::cargo(["build", "--profile", profile])?;
    build.args(packages.iter().flat_map(|package| ["-p", package]));
    run::demand(&mut build)?;
    let c = place::target()?.join("bench").join("c");
    std::fs::create_dir_all(&c)?;
    let library = rust.display();
    let filed = [
        "-Iinclude".to_owned(),
        format!("-L{library}"),
        format!("-Wl,-rpath,{library}"),
        "-lfiled".to_owned(),
    ];
    compile(&c, "ours", &filed)?;
    compile(&c, "peer_curl", &["-lcurl".to_owned()])?;
    node::addon(profile)?;
    Ok(Programs {
        python: setup::wheel(profile)?,
        node_modules: setup::node_modules()?,
        rust,
        c,
    })
}

fn compile(folder: &std::path::Path, name: &str, libraries: &[String]) -> Result<()> {
    let mut compile = run::command("cc")?;
    compile
        .args(["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread"])
        .arg(format!("tests/bench/c/{name}.c"))
        .arg("-o")
        .arg(folder.join(name))
        .args(libraries);
    run::demand(&mut compile).map(drop)
}
