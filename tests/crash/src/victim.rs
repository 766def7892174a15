//! Starting the process that is killed, telling it what to do, and learning how it ended.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};

use crate::job::{Job, Outcome};

/// Longer than any run takes on the slowest machine; a run that is still there hangs.
const PATIENCE: Duration = Duration::from_secs(90);

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was killed.
    Killed,
    /// It came to its end.
    Came(Outcome),
    /// Something else happened, which must not.
    Broken(String),
}

/// What watches the journal's file for a run.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    /// Operations are logged here.
    pub log: Option<PathBuf>,
    /// The process dies before this operation.
    pub die: Option<Die>,
}

/// Before which operation on the journal a process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Die {
    /// Counted operations.
    pub on: On,
    /// Number of the operation, from 1.
    pub at: u64,
    /// Half of a write is done.
    pub torn: bool,
    /// Counting begins after a write that holds this text.
    pub after: Option<&'static str>,
}

/// Operations that are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// Writes and truncations.
    Write,
    /// Syncs.
    Sync,
}

/// A process that was started and waits for its job.
pub struct Victim {
    child: Child,
    job: Vec<u8>,
}

impl Victim {
    /// Starts a process for a job; it does nothing before [`Victim::go`].
    pub fn start(job: &Job, watch: &Watch) -> anyhow::Result<Self> {
        let mut command = Command::new(beside("filed-crash-victim")?);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("FILED_") {
                command.env_remove(name);
            }
        }
        if watch.log.is_some() || watch.die.is_some() {
            watched(&mut command, &job.journal, watch)?;
        }
        Ok(Self {
            child: command.spawn().context("the victim cannot be started")?,
            job: serde_json::to_vec(job)?,
        })
    }

    /// The process.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Tells it to begin and waits for its end.
    pub async fn go(mut self) -> anyhow::Result<Ended> {
        let mut input = self.child.stdin.take().context("no input")?;
        input.write_all(&self.job).await?;
        drop(input);
        match tokio::time::timeout(PATIENCE, self.ended()).await {
            Ok(ended) => ended,
            Err(_) => {
                self.child.kill().await?;
                Ok(Ended::Broken("it hangs".into()))
            }
        }
    }

    async fn ended(&mut self) -> anyhow::Result<Ended> {
        let (mut said, mut complained) = (String::new(), String::new());
        let mut out = self.child.stdout.take().context("no output")?;
        let mut err = self.child.stderr.take().context("no error output")?;
        tokio::try_join!(
            out.read_to_string(&mut said),
            err.read_to_string(&mut complained)
        )?;
        let status = self.child.wait().await?;
        if killed(status) {
            return Ok(Ended::Killed);
        }
        Ok(match serde_json::from_str(&said) {
            Ok(outcome) if status.success() => Ended::Came(outcome),
            _ => Ended::Broken(format!("{status}: {said}{complained}")),
        })
    }
}

#[cfg(unix)]
fn killed(status: std::process::ExitStatus) -> bool {
    std::os::unix::process::ExitStatusExt::signal(&status) == Some(9)
}

/// Nothing kills here: neither the shim nor the sandbox can.
#[cfg(not(unix))]
fn killed(_status: std::process::ExitStatus) -> bool {
    false
}

fn watched(command: &mut Command, journal: &Path, watch: &Watch) -> anyhow::Result<()> {
    command
        .env("LD_PRELOAD", beside("libfiled_crash_shim.so")?)
        .env("CRASH_JOURNAL", journal);
    if let Some(log) = &watch.log {
        command.env("CRASH_LOG", log);
    }
    if let Some(die) = watch.die {
        let on = match die.on {
            On::Write => "write",
            On::Sync => "sync",
        };
        command
            .env("CRASH_ON", on)
            .env("CRASH_AT", die.at.to_string());
        if let Some(after) = die.after {
            command.env("CRASH_AFTER", after);
        }
        if die.torn {
            command.env("CRASH_TORN", "1");
        }
    }
    Ok(())
}

/// Something that was built into the same folder as this program.
fn beside(name: &str) -> anyhow::Result<PathBuf> {
    let here = std::env::current_exe()?;
    let found = here.with_file_name(name);
    anyhow::ensure!(
        found.is_file(),
        "{name} is not there: build the packages filed-crash and filed-crash-shim"
    );
    Ok(found)
}
