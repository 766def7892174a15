//! One push, killed at one point, resumed until it is done, judged.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use filed_sandbox::{Options, Sandbox};
use serde_json::json;
use tempfile::TempDir;

use super::enact;
use super::strike::{Point, Strike};
use crate::job::{Done, Failed, Job, Outcome, Way};
use crate::judge::{self, Found};
use crate::season::Season;
use crate::victim::{Ended, Victim, Watch};
use crate::{oplog, power};

const CLIENTS: usize = 40;
const FILES: usize = 4;
/// Runs that a push may take to its end after the last kill: by the journal, by the program when
/// the journal was not committed, by hand when the outcome of the import is unknown.
const RUNS: usize = 4;

/// A sandbox and the documents, used for one point after the other.
pub struct Bench {
    sandbox: Sandbox,
    folder: TempDir,
    mixed: Season,
    on_disk: Season,
}

/// What came of one point.
#[derive(Debug)]
pub struct Trial {
    /// The point.
    pub point: Point,
    /// The process was killed there.
    pub reached: bool,
    /// Operations of the journal that the power cut took.
    pub lost: usize,
    /// What the sandbox held in the end.
    pub found: Found,
    /// The import's outcome was unknown: nothing was initiated until that was done by hand.
    pub by_hand: bool,
    /// What is not as it must be.
    pub faults: Vec<String>,
    /// Time it took.
    pub took: Duration,
}

impl Bench {
    /// Starts a sandbox and writes the documents.
    pub async fn set_up() -> anyhow::Result<Self> {
        let options = Options {
            settings: Some(json!({"import_ms": 120, "upload_discard": true})),
            ..Options::default()
        };
        let folder = match Path::new("/dev/shm") {
            // A journal in memory is as good for this, and spares the disk some 100,000 syncs.
            memory if memory.is_dir() => tempfile::tempdir_in(memory)?,
            _ => tempfile::tempdir()?,
        };
        let bench = Self {
            sandbox: Sandbox::start(options).await?,
            folder,
            mixed: Season::scripted(CLIENTS, FILES, true),
            on_disk: Season::scripted(CLIENTS, FILES, false),
        };
        bench.on_disk.write(bench.folder.path())?;
        Ok(bench)
    }

    /// Runs the push without a kill; operations on its journal and requests by name.
    pub async fn undisturbed(
        &self,
    ) -> anyhow::Result<(BTreeMap<&'static str, u64>, BTreeMap<String, u64>)> {
        self.begin()?;
        let watch = Watch {
            log: Some(self.log()),
            die: None,
        };
        let ended = self.go(Way::Program, false, &watch, None).await?;
        ensure!(
            matches!(ended, Ended::Came(Outcome::Done(_))),
            "the push that nothing kills ended with {ended:?}"
        );
        let counts = self.sandbox.control().state(false)["counts"].clone();
        let ops = power::counts(&oplog::read(&self.log())?);
        Ok((ops, serde_json::from_value(counts)?))
    }

    /// Kills a push at a point, resumes it to its end, and judges.
    pub async fn attempt(&self, point: &Point) -> anyhow::Result<Trial> {
        let begun = Instant::now();
        self.begin()?;
        let mut trial = Trial {
            point: point.clone(),
            reached: false,
            lost: 0,
            found: Found::default(),
            by_hand: false,
            faults: Vec::new(),
            took: Duration::ZERO,
        };
        let first = self
            .strike(&point.first, Way::Program, point.by_journal)
            .await?;
        trial.reached = first == Ended::Killed;
        if let (
            Strike::Sync {
                at: _,
                loss: Some(loss),
            },
            true,
        ) = (&point.first, trial.reached)
        {
            let ops = oplog::read(&self.log())?;
            trial.lost = power::cut(&self.journal(), &ops, *loss)?;
            trial.reached = trial.lost > 0;
        }
        let mut ended = first;
        if let (Some(second), Ended::Killed) = (&point.second, &ended) {
            let way = if point.by_journal {
                Way::Resume
            } else {
                Way::Program
            };
            ended = self.strike(second, way, point.by_journal).await?;
            trial.reached = ended == Ended::Killed;
        }
        self.finish(&mut trial, ended).await?;
        trial.took = begun.elapsed();
        Ok(trial)
    }

    /// Runs the push until it is done, as a host would.
    async fn finish(&self, trial: &mut Trial, mut ended: Ended) -> anyhow::Result<()> {
        let by_journal = trial.point.by_journal;
        let mut way = if by_journal {
            Way::Resume
        } else {
            Way::Program
        };
        for _ in 0..RUNS {
            way = match &ended {
                Ended::Killed => way,
                Ended::Came(Outcome::Done(done)) => {
                    trial.found = self.found(by_journal);
                    trial.faults.extend(trial.found.faults(1));
                    trial
                        .faults
                        .extend(asked_twice(&trial.found, trial.by_hand));
                    trial.faults.extend(report(done));
                    return Ok(());
                }
                Ended::Came(Outcome::Open) => Way::Program,
                Ended::Came(Outcome::Failed(failed)) => match self.next(trial, failed) {
                    Some(next) => next,
                    None => break,
                },
                Ended::Broken(_) => break,
            };
            ended = self.go(way, by_journal, &Watch::default(), None).await?;
        }
        trial.found = self.found(by_journal);
        trial
            .faults
            .push(format!("the push did not end: {ended:?}"));
        Ok(())
    }

    /// What a host does after an error that a kill may lead to.
    fn next(&self, trial: &mut Trial, failed: &Failed) -> Option<Way> {
        match failed.code.as_str() {
            "IMPORT_OUTCOME_UNKNOWN" if !trial.by_hand => {
                trial.by_hand = true;
                let found = self.found(trial.point.by_journal);
                trial.faults.extend(found.faults(0));
                Some(Way::Settle)
            }
            // Killed before the journal said which push it is of: there is nothing to resume.
            "JOURNAL_IO" if !self.journal().exists() => Some(Way::Program),
            "JOURNAL_CORRUPT" if failed.message.contains("open the push again") => {
                trial
                    .faults
                    .extend((!self.nothing_sent()).then(|| "a journal was lost".to_owned()));
                trial.point.by_journal.then_some(Way::Program)
            }
            _ => None,
        }
    }

    fn nothing_sent(&self) -> bool {
        let state = self.sandbox.control().state(false);
        ["jobs", "uploads"]
            .iter()
            .all(|list| state[list].as_array().is_some_and(Vec::is_empty))
    }

    /// One run with a kill.
    async fn strike(&self, strike: &Strike, way: Way, by_journal: bool) -> anyhow::Result<Ended> {
        let watch = enact::watch(strike, self.log());
        self.go(way, by_journal, &watch, Some(strike)).await
    }

    async fn go(
        &self,
        way: Way,
        by_journal: bool,
        watch: &Watch,
        strike: Option<&Strike>,
    ) -> anyhow::Result<Ended> {
        let job = Job {
            ready: self.sandbox.ready().clone(),
            folder: self.folder.path().to_owned(),
            journal: self.journal(),
            season: self.season(by_journal).clone(),
            way,
            allow_partial: false,
            adopt: false,
        };
        let victim = Victim::start(&job, watch)?;
        if let Some(fault) = strike.and_then(|strike| enact::fault(strike, victim.pid())) {
            self.sandbox.control().add_faults(&fault)?;
        }
        let ended = victim.go().await;
        self.sandbox.control().clear_faults();
        ended
    }

    fn begin(&self) -> anyhow::Result<()> {
        self.sandbox.control().reset(&json!({}))?;
        for suffix in ["", "-wal", "-journal", "-ops"] {
            let mut name = self.journal().into_os_string();
            name.push(suffix);
            match std::fs::remove_file(&name) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                    return Err(e).context("the last journal cannot be removed");
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn season(&self, by_journal: bool) -> &Season {
        if by_journal {
            &self.on_disk
        } else {
            &self.mixed
        }
    }

    fn found(&self, by_journal: bool) -> Found {
        judge::find(
            self.season(by_journal),
            &self.sandbox.control().state(false),
        )
    }

    fn journal(&self) -> PathBuf {
        self.folder.path().join("season.filed")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("season.filed-ops")
    }
}

/// The library asks once; whoever settles by hand asks once more.
fn asked_twice(found: &Found, by_hand: bool) -> Option<String> {
    let most = 1 + u64::from(by_hand);
    (found.asked > most).then(|| format!("asked {} times to initiate", found.asked))
}

fn report(done: &Done) -> Option<String> {
    let (clients, files) = (CLIENTS as u64, (CLIENTS * FILES) as u64);
    let right = done.state == "done" && done.clients == (clients, 0) && done.files == (files, 0);
    (!right).then(|| format!("the report says {done:?}"))
}
