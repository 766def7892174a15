//! C and C++: CMake's build of the tests, the runner and the examples against the library.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use anyhow::Result;

use super::{debian, once, workspace};
use crate::{place, run};

/// Where CMake builds.
pub fn build_folder() -> Result<PathBuf> {
    Ok(place::target()?.join("c-tests"))
}

/// Configures and builds everything of C, once per run.
pub fn package() -> Result<()> {
    static DONE: OnceLock<()> = OnceLock::new();
    once(&DONE, || {
        workspace()?;
        debian::need("cmake", || run::exists("cmake"))?;
        debian::need("g++", || run::exists("c++") || run::exists("g++"))?;
        debian::need("nlohmann-json3-dev", || {
            ["/usr/include", "/usr/local/include"]
                .iter()
                .any(|dir| std::path::Path::new(dir).join("nlohmann/json.hpp").exists())
        })?;
        configure()?;
        let mut build = run::command("cmake")?;
        build
            .arg("--build")
            .arg(build_folder()?)
            .args(["--parallel", "2"]);
        run::demand(&mut build).map(drop)
    })
}

fn configure() -> Result<()> {
    let mut cmake = run::command("cmake")?;
    cmake
        .args(["-S", "tests/c", "-B"])
        .arg(build_folder()?)
        .arg(format!(
            "-DFILED_LIBRARY_DIR={}",
            place::built("")?.display()
        ))
        .arg("-DCMAKE_BUILD_TYPE=Debug");
    run::demand(&mut cmake).map(drop)
}

/// Builds the example that pushes a folder.
pub fn example() -> Result<()> {
    compile("push_folder")
}

/// The example that pushes a folder.
pub fn example_program() -> Result<PathBuf> {
    program("push_folder")
}

/// Builds the example that serves a folder.
pub fn pull_example() -> Result<()> {
    compile("pull_folder")
}

/// The example that serves a folder.
pub fn pull_example_command() -> Result<Command> {
    run::command(program("pull_folder")?)
}

/// Builds an example as a user would: with the compiler alone.
fn compile(example: &str) -> Result<()> {
    workspace()?;
    let program = program(example)?;
    if let Some(folder) = program.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let built = place::built("")?;
    let mut compile = run::command("cc")?;
    compile
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-Iinclude"])
        .arg(format!("examples/c/{example}.c"))
        .arg("-o")
        .arg(&program)
        .arg("-L")
        .arg(&built)
        .arg(format!("-Wl,-rpath,{}", built.display()))
        .args(["-lfiled", "-pthread"]);
    run::demand(&mut compile).map(drop)
}

fn program(example: &str) -> Result<PathBuf> {
    Ok(place::target()?.join("examples-c").join(example))
}

/// Builds the scenario runner.
pub fn runner() -> Result<()> {
    package()
}

/// The scenario runner.
pub fn runner_command() -> Result<Command> {
    run::command(build_folder()?.join("filed-runner-c"))
}
