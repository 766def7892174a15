//! A provider's program: started, killed, started again, measured.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::{place, run, setup};

/// The API key every program is started with.
pub const KEY: &str = "pull-suite-key-3f9a1c77";

/// A language's program that serves a folder.
///
/// It takes `--folder`, `--state`, `--key`, `--port` and `--unlimited`, prints one line of JSON with
/// its `url` when it is ready, and ends on SIGTERM.
pub struct Program {
    pub language: &'static str,
    pub prepare: fn() -> Result<()>,
    /// Whether it takes resumable uploads and serves its document; what does not is said as skipped.
    pub whole: bool,
    pub command: fn() -> Result<Command>,
}

pub const ALL: &[Program] = &[
    Program {
        language: "Rust",
        prepare: || Ok(()),
        whole: true,
        command: || run::command(place::built("filed-pull-server")?),
    },
    Program {
        language: "C",
        prepare: setup::c::pull_example,
        whole: true,
        command: setup::c::pull_example_command,
    },
    Program {
        language: "Node",
        prepare: setup::node::package,
        whole: true,
        command: node,
    },
    Program {
        language: "Python",
        prepare: setup::python::package,
        whole: true,
        command: python,
    },
];

fn node() -> Result<Command> {
    let mut command = run::command("node")?;
    command.arg("examples/node/pull_folder.mjs");
    Ok(command)
}

/// The example of a platform, a provider as a user would write it.
fn python() -> Result<Command> {
    let mut command = run::command(setup::python::interpreter()?)?;
    command.arg(place::root()?.join("examples/python/pull_platform.py"));
    Ok(command)
}

/// A running provider; dropping it kills the process.
pub struct Provider {
    pub url: String,
    port: Option<u16>,
    child: Child,
}

#[derive(Deserialize)]
struct Ready {
    url: String,
    /// Where the program listens itself, from those that can be told another URL.
    port: Option<u16>,
}

impl Program {
    /// Starts it on a port, 0 for a free one, and waits until it is ready.
    pub fn start(&self, folder: &Path, state: &Path, port: u16) -> Result<Provider> {
        self.start_with(folder, state, port, &[])
    }

    /// As [`Program::start`], with more options.
    pub fn start_with(
        &self,
        folder: &Path,
        state: &Path,
        port: u16,
        more: &[&str],
    ) -> Result<Provider> {
        let mut command = (self.command)()?;
        command
            .arg("--folder")
            .arg(folder)
            .arg("--state")
            .arg(state)
            .args(["--key", KEY, "--unlimited", "--port", &port.to_string()])
            .args(more)
            .stdout(Stdio::piped());
        let mut child = command
            .spawn()
            .with_context(|| format!("{} cannot be started", run::shown(&command)))?;
        let out = child.stdout.take().context("the provider has no output")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let ready: Ready = serde_json::from_str(&line).with_context(|| {
            format!("the provider said `{}` instead of being ready", line.trim())
        })?;
        Ok(Provider {
            url: ready.url,
            port: ready.port,
            child,
        })
    }
}

impl Provider {
    pub fn port(&self) -> Result<u16> {
        if let Some(port) = self.port {
            return Ok(port);
        }
        let port = self
            .url
            .rsplit(':')
            .next()
            .and_then(|port| port.trim_end_matches('/').parse().ok());
        port.with_context(|| format!("{} has no port", self.url))
    }

    /// Kills it outright, as a power cut would.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// The most memory it has held, in bytes.
    pub fn most_memory(&self) -> Result<u64> {
        most_memory(self.child.id())
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // Already gone is as good as ended; there is nobody left to tell about anything else.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The most memory a process has held, in bytes.
pub fn most_memory(pid: u32) -> Result<u64> {
    let status = PathBuf::from("/proc").join(pid.to_string()).join("status");
    let text = std::fs::read_to_string(status).context("the process is gone")?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib: u64 = line
        .and_then(|line| line.split_whitespace().next()?.parse().ok())
        .context("the system does not say how much memory a process has held")?;
    Ok(kib * 1024)
}
