//! Running other programs: in the repository's root, without settings of Filed from outside, with
//! their output kept.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::place;

/// A command that starts in the repository's root, cut off from `FILED_*` variables around it.
pub fn command(program: impl AsRef<OsStr>) -> Result<Command> {
    // What the `cargo run` around this program says of it: a cargo below would build ring anew, and
    // all that stands on it, whenever one is called from here and one from a shell.
    const UNWELCOME: [&str; 3] = ["FILED_", "CARGO_PKG_", "CARGO_MANIFEST_"];
    let mut command = Command::new(program);
    command.current_dir(place::root()?).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if UNWELCOME.iter().any(|start| text.starts_with(start)) {
            command.env_remove(&name);
        }
    }
    match libraries_of_others()? {
        None => command.env_remove(LIBRARIES),
        Some(paths) => command.env(LIBRARIES, paths),
    };
    Ok(command)
}

const LIBRARIES: &str = "LD_LIBRARY_PATH";

/// Where libraries are looked for, without what `cargo run` adds: a program linked with an optimised
/// library would get the one of the development build.
fn libraries_of_others() -> Result<Option<OsString>> {
    match std::env::var_os(LIBRARIES) {
        None => Ok(None),
        Some(paths) => outside(&paths, &place::target()?),
    }
}

/// Those of a list of paths that are not within `folder`.
fn outside(paths: &OsStr, folder: &Path) -> Result<Option<OsString>> {
    let others: Vec<_> = std::env::split_paths(paths)
        .filter(|path| !path.starts_with(folder))
        .collect();
    let joined = std::env::join_paths(&others)?;
    Ok((!others.is_empty()).then_some(joined))
}

/// `cargo`, the one this program was started by.
pub fn cargo<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) -> Result<Command> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = command(cargo)?;
    command.args(arguments);
    Ok(command)
}

/// What a program printed and how it ended.
pub struct Output {
    pub success: bool,
    /// Nothing when a signal ended it.
    pub code: Option<i32>,
    pub text: String,
    pub took: Duration,
}

/// Runs a program to its end; standard output and error are kept in the order they came.
pub fn capture(command: &mut Command, limit: Duration) -> Result<Output> {
    let started = Instant::now();
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| cannot_start(command))?;
    let lines = pump(&mut child);
    let mut text = String::new();
    let mut late = false;
    loop {
        let left = limit.saturating_sub(started.elapsed());
        match lines.recv_timeout(left) {
            Ok(line) => text.push_str(&line),
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                late = true;
                child
                    .kill()
                    .context("a program that is too slow cannot be ended")?;
                break;
            }
        }
    }
    let status = child.wait().with_context(|| shown(command))?;
    if late {
        text.push_str(&format!("ended after {} s: too slow\n", limit.as_secs()));
    }
    Ok(Output {
        success: status.success() && !late,
        code: status.code(),
        text,
        took: started.elapsed(),
    })
}

/// Runs a program whose failure ends everything.
pub fn demand(command: &mut Command) -> Result<String> {
    let output = capture(command, Duration::from_secs(1800))?;
    if !output.success {
        bail!("{} failed:\n{}", shown(command), output.text);
    }
    Ok(output.text)
}

/// Whether a program can be started at all.
pub fn exists(program: &str) -> bool {
    let mut paths = std::env::var_os("PATH")
        .map(|paths| std::env::split_paths(&paths).collect::<Vec<_>>())
        .unwrap_or_default()
        .into_iter();
    paths.any(|dir| dir.join(program).is_file()) || Path::new(program).is_file()
}

/// A command as a person would type it.
pub fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

fn cannot_start(command: &Command) -> String {
    format!("`{}` cannot be started", shown(command))
}

/// Both outputs of a child as lines on one channel, which closes when both have ended.
fn pump(child: &mut Child) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    if let Some(out) = child.stdout.take() {
        forward(out, sender.clone());
    }
    if let Some(err) = child.stderr.take() {
        forward(err, sender);
    }
    receiver
}

fn forward(stream: impl Read + Send + 'static, sender: mpsc::Sender<String>) {
    std::thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
            if sender
                .send(String::from_utf8_lossy(&line).into_owned())
                .is_err()
            {
                return;
            }
            line.clear();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_child_looks_for_libraries_where_its_user_does_and_not_where_cargo_does() {
        let left = |paths: &str| outside(OsStr::new(paths), Path::new("/here/target")).unwrap();
        let kept = left("/here/target/debug/deps:/opt/lib:/here/target/debug");
        assert_eq!(kept.as_deref(), Some(OsStr::new("/opt/lib")));
        assert_eq!(left("/here/target/debug"), None);
    }
}
