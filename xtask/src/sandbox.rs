//! A sandbox as a child process: started, asked, ended.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::Value;

use crate::{http, place, run};

/// A running sandbox; dropping it ends the process.
pub struct Sandbox {
    pub ready: Ready,
    child: Child,
}

/// The line a sandbox prints when it is ready, as far as xtask uses it.
#[derive(Clone, Debug, Deserialize)]
pub struct Ready {
    pub base_url: String,
    pub gateway_url: String,
    pub upload_url: String,
    pub plain_control_url: String,
    pub port: u16,
    pub api_key: String,
    pub partner_api_key: String,
    pub partner_token: String,
    pub workspace_id: String,
    pub connection_id: String,
}

impl Sandbox {
    /// Starts the built program and waits until it is ready.
    pub fn start(settings: &Value, max_seconds: u32) -> Result<Self> {
        Self::start_with(&[], settings, max_seconds)
    }

    /// As [`Sandbox::start`], with further arguments.
    pub fn start_with(arguments: &[String], settings: &Value, max_seconds: u32) -> Result<Self> {
        let program = place::built("filed-sandbox")?;
        Self::begin(&program, arguments, settings, max_seconds)
    }

    /// As [`Sandbox::start`], with another build of the program.
    pub fn start_program(program: &Path, settings: &Value, max_seconds: u32) -> Result<Self> {
        Self::begin(program, &[], settings, max_seconds)
    }

    fn begin(
        program: &Path,
        arguments: &[String],
        settings: &Value,
        max_seconds: u32,
    ) -> Result<Self> {
        let mut command = run::command(program)?;
        command
            .args(arguments)
            .arg("--max-seconds")
            .arg(max_seconds.to_string())
            .arg("--settings")
            .arg(settings.to_string())
            .stdout(Stdio::piped());
        let mut child = command
            .spawn()
            .with_context(|| format!("{} cannot be started; is it built?", run::shown(&command)))?;
        let out = child.stdout.take().context("the sandbox has no output")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let ready = serde_json::from_str(&line).with_context(|| {
            format!("the sandbox said `{}` instead of being ready", line.trim())
        })?;
        Ok(Self { ready, child })
    }

    /// Calls the control endpoint.
    pub fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let url = format!("{}{path}", self.ready.plain_control_url);
        http::json(method, &url, &[], body)
    }

    /// Forgets everything the sandbox holds and sets other settings.
    pub fn reset(&self, settings: &Value) -> Result<()> {
        self.call("POST", "/reset", settings).map(drop)
    }

    /// Everything the sandbox holds, without the list of requests.
    pub fn state(&self) -> Result<Value> {
        self.call("GET", "/state?summary=1", &Value::Null)
    }

    /// Its keys and tokens, for finding them where they must not be.
    pub fn secrets(&self) -> Vec<String> {
        let ready = &self.ready;
        [&ready.api_key, &ready.partner_api_key, &ready.partner_token]
            .map(Clone::clone)
            .into()
    }

    /// The variables a client's program takes its settings from.
    pub fn variables(&self) -> [(&'static str, String); 4] {
        let ready = self.ready.clone();
        [
            ("FILED_API_KEY", ready.api_key),
            ("FILED_SOURCE_PLATFORM", "xtask".into()),
            ("FILED_GATEWAY_URL", ready.gateway_url),
            ("FILED_UPLOAD_URL", ready.upload_url),
        ]
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // Already gone is as good as ended; there is nobody left to tell about anything else.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
