//! Builds everything that takes part in a bench, optimised.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::Options;
use crate::setup::bench as setup;
use crate::{place, run};

/// What cargo built, and the packages made of it.
pub struct Ours {
    /// Programs, and the library of C.
    pub folder: PathBuf,
    /// Where Python finds the package.
    pub python_path: PathBuf,
    /// The package of Node.
    pub sdk: PathBuf,
}

/// Where everybody's programs are.
pub struct Programs {
    pub ours: Ours,
    /// Programs made from `tests/bench/c`.
    pub c: PathBuf,
    /// An interpreter that has the peers' packages.
    pub python: PathBuf,
    /// Where Node finds the peers' packages.
    pub node_modules: PathBuf,
}

/// Builds ours: one invocation for every bench, so that nothing is compiled twice for different sets
/// of features.
pub fn ours(options: &Options) -> Result<Ours> {
    let profile = options.profile();
    println!("Building with the profile {profile}. The first time takes some minutes.");
    let packages = [
        "filed-bench",
        "filed-ffi",
        "filed-node",
        "filed-python",
        "filed-sandbox",
    ];
    let mut build = run::cargo(["build", "--profile", profile])?;
    build.args(packages.iter().flat_map(|package| ["-p", package]));
    run::demand(&mut build)?;
    let folder = place::target()?.join(profile);
    Ok(Ours {
        python_path: python_package(&folder)?,
        sdk: node_package(&folder)?,
        folder,
    })
}

/// Builds and installs everybody.
pub fn all(options: &Options) -> Result<Programs> {
    setup::packages()?;
    let ours = ours(options)?;
    let c = place::target()?.join("bench").join("c");
    std::fs::create_dir_all(&c)?;
    let library = ours.folder.display();
    let filed = [
        "-Iinclude".to_owned(),
        format!("-L{library}"),
        format!("-Wl,-rpath,{library}"),
        "-lfiled".to_owned(),
    ];
    compile(&c, "ours", &filed)?;
    compile(&c, "peer_curl", &["-lcurl".to_owned()])?;
    Ok(Programs {
        python: setup::interpreter()?,
        node_modules: setup::node_modules()?,
        ours,
        c,
    })
}

/// The package of Python as a wheel holds it; the folder it is imported from.
fn python_package(built: &Path) -> Result<PathBuf> {
    let folder = place::target()?.join("bench").join("python");
    copy("bindings-python/python/filed", &folder)?;
    let native = folder.join("filed").join("_native.abi3.so");
    std::fs::copy(built.join("lib_native.so"), native)?;
    Ok(folder)
}

/// The package of Node as npm installs it.
fn node_package(built: &Path) -> Result<PathBuf> {
    let folder = place::target()?.join("bench").join("filed-sdk");
    copy("bindings-node/lib", &folder)?;
    copy("bindings-node/package.json", &folder)?;
    let arch = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    let native = folder.join(format!("filed-sdk.linux-{arch}-gnu.node"));
    std::fs::copy(built.join("libfiled_node.so"), native)?;
    Ok(folder)
}

/// Copies a file or a folder of the repository into a folder.
fn copy(from: &str, into: &Path) -> Result<()> {
    std::fs::create_dir_all(into)?;
    run::demand(run::command("cp")?.arg("-r").arg(from).arg(into)).map(drop)
}

fn compile(folder: &Path, name: &str, libraries: &[String]) -> Result<()> {
    let mut compile = run::command("cc")?;
    compile
        .args(["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread"])
        .arg(format!("tests/bench/c/{name}.c"))
        .arg("-o")
        .arg(folder.join(name))
        .args(libraries);
    run::demand(&mut compile).map(drop)
}
