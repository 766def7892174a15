//! Where it happens: the sink or a sandbox, the files, and what entrants are told about them.

use std::cell::Cell;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::entrant::Entrant;
use super::sink::Sink;
use super::workload::{Kind, Workload};
use crate::bench::build::Programs;
use crate::place;
use crate::sandbox::Sandbox;

/// The longest a sandbox lives.
const MOST_SECONDS: u32 = 3600;

/// The other side, ready for entrants.
pub struct Arena {
    programs: Programs,
    sink: Sink,
    sandbox: Sandbox,
    /// Counts the pushes: each is a job of its own.
    pushes: Cell<usize>,
}

impl Arena {
    pub fn new(programs: Programs) -> Result<Self> {
        std::fs::create_dir_all(place::target()?.join("bench"))?;
        let sink = Sink::start(&programs.ours.folder)?;
        let settings = json!({ "upload_discard": true });
        let program = programs.ours.folder.join("filed-sandbox");
        Ok(Self {
            sandbox: Sandbox::start_program(&program, &settings, MOST_SECONDS)?,
            sink,
            programs,
            pushes: Cell::new(0),
        })
    }

    /// The command that starts an entrant for a workload.
    pub fn command(&self, entrant: &Entrant, workload: &Workload, tls: bool) -> Result<Command> {
        let mut command = entrant.command(&self.programs)?;
        match workload.kind {
            Kind::Push(_) => command.envs(self.sandbox.variables()),
            _ => command.envs(self.sink.variables(tls, workload.late())),
        };
        command.env("FILED_MAX_CONCURRENCY", workload.at_once.to_string());
        Ok(command)
    }

    /// What an entrant is told to do.
    pub fn order(&self, workload: &Workload, entrant: &str, count: usize) -> Result<String> {
        let at_once = workload.at_once;
        let folder = || -> Result<String> {
            let folder = workload.folder()?;
            let folder = folder.to_str().context("a folder whose name is no text")?;
            ensure!(!folder.contains(' '), "build in a folder without spaces");
            Ok(folder.to_owned())
        };
        Ok(match workload.kind {
            Kind::Calls => format!("calls {count}"),
            Kind::Files(_) | Kind::LateFiles(_) => {
                format!("uploads {count} {at_once} {}", folder()?)
            }
            Kind::Push(clients) => {
                let number = self.pushes.replace(self.pushes.get() + 1);
                let job = format!("{entrant}-{number}");
                let journal = journals()?.join(format!("{job}.filed"));
                let files = workload.count / clients;
                let ready = &self.sandbox.ready;
                format!(
                    "push {} {files} {at_once} {job} {} {} {} {}",
                    count / files,
                    journal.display(),
                    ready.connection_id,
                    ready.workspace_id,
                    folder()?
                )
            }
        })
    }

    /// Makes ready for a round. Every push meets a firm that Filed has nothing of yet: ours compares
    /// with whatever jobs the connection has, and those of the others before would count against it.
    /// Whoever pushes logs in first, since tokens end with that.
    pub fn before_round(&self, workload: &Workload) -> Result<()> {
        match workload.kind {
            Kind::Push(_) => self.sandbox.reset(&json!({})),
            _ => Ok(()),
        }
    }

    /// Files or calls that arrived so far, with the bytes of files where those are counted.
    pub fn arrived(&self, workload: &Workload) -> Result<Arrived> {
        let counts = || self.sink.counts();
        Ok(match workload.kind {
            Kind::Calls => Arrived {
                items: counts()?.calls,
                bytes: 0,
            },
            Kind::Files(_) | Kind::LateFiles(_) => {
                let counts = counts()?;
                Arrived {
                    items: counts.uploads,
                    bytes: counts.bytes,
                }
            }
            Kind::Push(_) => {
                let totals = self.sandbox.call("GET", "/totals", &json!(null))?;
                Arrived {
                    items: totals["artifacts"].as_u64().context("no totals")?,
                    bytes: 0,
                }
            }
        })
    }
}

/// What came in since the beginning.
#[derive(Clone, Copy, Debug)]
pub struct Arrived {
    pub items: u64,
    pub bytes: u64,
}

impl Arrived {
    /// Fails unless exactly `count` items came in since `before`, with all their bytes.
    pub fn all_since(self, before: Self, count: usize, workload: &Workload) -> Result<()> {
        let items = self.items - before.items;
        ensure!(
            items == count as u64,
            "{items} of {count} {} arrived",
            workload.unit()
        );
        if let Kind::Files(size) | Kind::LateFiles(size) = workload.kind {
            let (bytes, least) = (self.bytes - before.bytes, count as u64 * size);
            ensure!(bytes >= least, "{bytes} of at least {least} bytes arrived");
        }
        Ok(())
    }
}

/// Where journals are kept, empty at the start.
fn journals() -> Result<PathBuf> {
    let folder = place::target()?.join("bench").join("journals");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

impl Drop for Arena {
    fn drop(&mut self) {
        // Left behind they are only clutter.
        if let Ok(folder) = journals() {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}
