//! One season pushed by the host program against a sandbox of its own, as what both of them told.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::sandbox::Sandbox;
use crate::{place, run};

/// Files of each client.
pub const FILES: usize = 3;

/// The longest any season may take.
const MOST_SECONDS: u32 = 7200;

/// Which build of the programs is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    /// What the tests build.
    Debug,
    /// Optimised, like a release but quicker to build.
    Quick,
}

impl Build {
    fn program(self, name: &str) -> Result<PathBuf> {
        match self {
            Build::Debug => place::built(name),
            Build::Quick => Ok(place::target()?.join("quick").join(name)),
        }
    }
}

/// What the host said at one moment.
#[derive(Clone, Debug, Deserialize)]
pub struct Line {
    pub event: String,
    pub at_ms: u64,
    pub cpu_ms: u64,
    pub rss_kib: u64,
    pub peak_kib: u64,
    pub clients: usize,
    pub clients_attached: usize,
    pub files_sent: usize,
    pub look_ns: Option<u64>,
    pub cancel_ms: Option<u64>,
}

/// A season to push: a fresh sandbox, an empty folder with a journal to be, and the documents.
pub struct Season {
    pub sandbox: Sandbox,
    pub clients: usize,
    build: Build,
    journal: PathBuf,
    documents: PathBuf,
    _folder: tempfile::TempDir,
}

impl Season {
    /// Prepares one; the journal lies in `place` or in a temporary folder.
    pub fn new(build: Build, clients: usize, place: Option<&Path>) -> Result<Self> {
        let folder = match place {
            Some(place) => tempfile::tempdir_in(place),
            None => tempfile::tempdir_in(crate::place::target()?),
        };
        let folder = folder.context("no folder for a journal")?;
        let settings = json!({ "upload_discard": true });
        let program = build.program("filed-sandbox")?;
        Ok(Self {
            sandbox: Sandbox::start_program(&program, &settings, MOST_SECONDS)?,
            clients,
            build,
            journal: folder.path().join("season.filed"),
            documents: documents()?,
            _folder: folder,
        })
    }

    fn command(&self, more: &[String]) -> Result<Command> {
        let ready = &self.sandbox.ready;
        let mut command = run::command(self.build.program("filed-bench-season")?)?;
        command
            .envs(self.sandbox.variables())
            .arg("--clients")
            .arg(self.clients.to_string())
            .arg("--files")
            .arg(FILES.to_string())
            .arg("--documents")
            .arg(&self.documents)
            .arg("--journal")
            .arg(&self.journal)
            .args(["--connection", &ready.connection_id])
            .args(["--workspace", &ready.workspace_id])
            .args(more)
            .stdout(Stdio::piped());
        Ok(command)
    }

    /// Pushes to the end.
    pub fn push(&self) -> Result<Vec<Line>> {
        let lines = self.run(&[], |_| false)?;
        self.ended(lines, "done")
    }

    /// Pushes until so many files were sent, and cancels.
    pub fn cancel_at(&self, files: usize) -> Result<Vec<Line>> {
        let lines = self.run(&["--cancel-at".to_owned(), files.to_string()], |_| false)?;
        self.ended(lines, "cancelled")
    }

    /// Pushes until so many files were sent, and kills the host: no warning, no last word.
    pub fn kill_at(&self, files: usize) -> Result<Vec<Line>> {
        let lines = self.run(&[], |line| line.files_sent >= files)?;
        match lines.last() {
            Some(line) if line.event != "done" => Ok(lines),
            _ => bail!("the season was over before it could be killed"),
        }
    }

    fn ended(&self, lines: Vec<Line>, event: &str) -> Result<Vec<Line>> {
        let last = lines.last().context("the host said nothing")?;
        ensure!(
            last.event == event,
            "the host's last word was {}, not {event}",
            last.event
        );
        Ok(lines)
    }

    /// Numbers of what the sandbox holds.
    pub fn totals(&self) -> Result<Value> {
        self.sandbox.call("GET", "/totals", &Value::Null)
    }

    fn run(&self, more: &[String], kill: impl Fn(&Line) -> bool) -> Result<Vec<Line>> {
        let mut command = self.command(more)?;
        let mut child = command
            .spawn()
            .with_context(|| format!("{} cannot be started", run::shown(&command)))?;
        let heard = listen(&mut child, kill);
        if heard.is_err() {
            // Gone already or ended now: what went wrong is told by `heard`.
            let _ = child.kill();
        }
        let status = child.wait()?;
        let (lines, killed) = heard?;
        ensure!(killed || status.success(), "the host ended with {status}");
        Ok(lines)
    }
}

/// The host's lines up to its end, or up to the one at which it is killed.
fn listen(child: &mut Child, kill: impl Fn(&Line) -> bool) -> Result<(Vec<Line>, bool)> {
    let out = child.stdout.take().context("the host has no output")?;
    let mut lines = Vec::new();
    for text in BufReader::new(out).lines() {
        let text = text?;
        let line: Line = serde_json::from_str(&text)
            .with_context(|| format!("the host said `{text}`, which is no measurement"))?;
        let now = kill(&line);
        lines.push(line);
        if now {
            child.kill()?;
            return Ok((lines, true));
        }
    }
    Ok((lines, false))
}

/// Small documents of different sizes, made once.
fn documents() -> Result<PathBuf> {
    const COUNT: usize = 300;
    let folder = place::target()?.join("bench").join("documents");
    std::fs::create_dir_all(&folder)?;
    for n in 0..COUNT {
        let path = folder.join(format!("document {n:03}.pdf"));
        let mut bytes = b"%PDF-1.4\n".to_vec();
        let size = 1024 + n * 37 % 3072;
        bytes.extend((bytes.len()..size).map(|at| u8::try_from((at * 31 + n) % 251).unwrap_or(0)));
        if std::fs::metadata(&path).map_or(0, |known| known.len()) != size as u64 {
            std::fs::write(&path, bytes)?;
        }
    }
    Ok(folder)
}
