//! Executing one snippet in a directory of its own, with the files the documentation speaks of and
//! a sandbox behind `FILED_*`. A snippet that commits a push must leave one initiated import.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use filed_core::wire::WireProfile;
use serde_json::{Value, json};

use super::snippets::Snippet;
use crate::sandbox::Sandbox;
use crate::{place, run, setup};

const LIMIT: Duration = Duration::from_secs(60);
const COMMITS: [&str; 5] = [
    "with client.push(",
    ".commit(",
    "filed_push_commit(",
    "python -m filed push",
    "push.commit",
];

/// Executes a snippet; an error says what went wrong.
pub fn execute(sandbox: &Sandbox, snippet: &Snippet) -> Result<()> {
    let dir = tempfile::tempdir()?;
    prepare(dir.path())?;
    sandbox.reset(&json!({}))?;
    let text = &snippet.text;
    match snippet.language.as_str() {
        "python" => program(sandbox, &mut python(dir.path(), text)?)?,
        "js" | "javascript" => program(sandbox, &mut node(dir.path(), text)?)?,
        "c" => compiled(sandbox, dir.path(), "cc", "snippet.c", text)?,
        "cpp" | "c++" => compiled(sandbox, dir.path(), "c++", "snippet.cpp", text)?,
        "command" => program(sandbox, command(text)?.current_dir(dir.path()))?,
        "json" => return json_text(snippet),
        "graphql" | "text" => return Ok(()),
        other => bail!("nothing here executes `{other}`; use another language or teach it"),
    }
    let dry = text.contains("--dry-run");
    if !dry && COMMITS.iter().any(|word| text.contains(word)) {
        imported(&sandbox.state()?)?;
    }
    Ok(())
}

/// The files the documentation speaks of.
fn prepare(dir: &Path) -> Result<()> {
    let scans = dir.join("scans");
    std::fs::create_dir_all(scans.join("John Smith"))?;
    std::fs::write(scans.join("w2.pdf"), crate::demo::samples::pdf("W-2"))?;
    std::fs::write(
        scans.join("John Smith/w2.pdf"),
        crate::demo::samples::pdf("W-2"),
    )?;
    let modules = dir.join("node_modules");
    std::fs::create_dir_all(&modules)?;
    std::os::unix::fs::symlink(setup::node::folder()?, modules.join("filed-sdk"))?;
    Ok(())
}

fn program(sandbox: &Sandbox, command: &mut Command) -> Result<()> {
    command.envs(sandbox.variables());
    let output = run::capture(command, LIMIT)?;
    ensure!(
        output.success,
        "{} failed:\n{}",
        run::shown(command),
        output.text
    );
    Ok(())
}

fn python(dir: &Path, text: &str) -> Result<Command> {
    std::fs::write(dir.join("snippet.py"), text)?;
    let mut command = run::command(setup::python::interpreter()?)?;
    command.arg("snippet.py").current_dir(dir);
    Ok(command)
}

fn node(dir: &Path, text: &str) -> Result<Command> {
    let name = if text.contains("require(") {
        "snippet.cjs"
    } else {
        "snippet.mjs"
    };
    std::fs::write(dir.join(name), text)?;
    let mut command = run::command("node")?;
    command.arg(name).current_dir(dir);
    Ok(command)
}

fn command(line: &str) -> Result<Command> {
    let mut command = run::command("sh")?;
    let bin = setup::python::interpreter()?
        .parent()
        .map(Path::to_owned)
        .unwrap_or_default();
    let path = std::env::var("PATH").unwrap_or_default();
    command
        .arg("-c")
        .arg(line)
        .env("PATH", format!("{}:{path}", bin.display()));
    Ok(command)
}

fn compiled(sandbox: &Sandbox, dir: &Path, compiler: &str, name: &str, text: &str) -> Result<()> {
    std::fs::write(dir.join(name), text)?;
    let built = place::built("")?;
    let mut compile = run::command(compiler)?;
    compile
        .args(["-Wall", "-Wextra", "-Werror", name, "-o", "snippet", "-I"])
        .arg(place::root()?.join("include"))
        .arg("-L")
        .arg(&built)
        .arg(format!("-Wl,-rpath,{}", built.display()))
        .arg("-lfiled")
        .current_dir(dir);
    if compiler == "c++" {
        compile.arg("-std=c++17");
    }
    run::demand(&mut compile)?;
    program(sandbox, run::command(dir.join("snippet"))?.current_dir(dir))
}

/// JSON must be JSON, and a wire profile one that is accepted.
fn json_text(snippet: &Snippet) -> Result<()> {
    let _: Value = serde_json::from_str(&snippet.text)?;
    if snippet.page.ends_with("wire-profile.md") {
        WireProfile::from_json(&snippet.text)?;
    }
    Ok(())
}

fn imported(state: &Value) -> Result<()> {
    let jobs = state["jobs"].as_array().map_or(&[][..], Vec::as_slice);
    match jobs {
        [job] => ensure!(job["initiated"] == 1, "the push was not initiated"),
        other => bail!("{} jobs came of one push", other.len()),
    }
    let artifacts = state["artifacts"].as_array().map_or(0, Vec::len);
    ensure!(artifacts > 0, "no file arrived");
    Ok(())
}
