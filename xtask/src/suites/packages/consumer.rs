//! An empty place with one document in it, and a program that pushes the document from there. The
//! program sees nothing of this repository: its environment holds `PATH` and Filed's settings.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;
use tempfile::TempDir;

use crate::demo::samples;
use crate::received;
use crate::run;
use crate::sandbox::Sandbox;
use crate::tally::Tally;

const LIMIT: Duration = Duration::from_secs(120);

/// Where a package is installed and its consumers live.
pub struct Place<'a> {
    folder: TempDir,
    sandbox: &'a Sandbox,
}

impl<'a> Place<'a> {
    pub fn new(sandbox: &'a Sandbox) -> Result<Self> {
        let place = Self {
            folder: tempfile::tempdir()?,
            sandbox,
        };
        let client = place.scans().join("Amber Lindqvist");
        std::fs::create_dir_all(&client)?;
        std::fs::write(
            client.join("w2.pdf"),
            samples::pdf("W-2 of Amber Lindqvist"),
        )?;
        Ok(place)
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    fn scans(&self) -> PathBuf {
        self.path().join("scans")
    }

    /// A program that starts here and knows nothing else.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.path())
            .stdin(std::process::Stdio::null())
            .env_clear()
            .env("HOME", self.path())
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    /// Runs a consumer, one check: it ends well and its document is imported, once, byte for byte.
    /// Connection, workspace and job are its last arguments.
    pub fn pushes(&self, tally: &mut Tally, what: &str, consumer: &mut Command) -> Result<()> {
        let outcome = self.push(consumer);
        if let Ok(said) = &outcome {
            tally.note(&format!("-- {what}: {}\n{said}", run::shown(consumer)))?;
        }
        tally.check(what, outcome.map(drop)).map(drop)
    }

    fn push(&self, consumer: &mut Command) -> Result<String> {
        const JOB: &str = "2024 Tax Season Import";
        self.sandbox.reset(&json!({}))?;
        let ready = &self.sandbox.ready;
        consumer
            .args([&ready.connection_id, &ready.workspace_id, JOB])
            .envs(self.sandbox.variables());
        let output = run::capture(consumer, LIMIT)?;
        ensure!(output.success, "it failed:\n{}", output.text);
        let received = received::compare(&self.scans(), &self.sandbox.state()?, JOB)?;
        let wrong = received.failures();
        ensure!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), output.text);
        ensure!(received.documents.len() == 1, "there is no document");
        Ok(output.text)
    }
}
