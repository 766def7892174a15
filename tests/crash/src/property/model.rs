//! Running a case, and what must hold: always, and in the end.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use filed_sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::case::{Case, End, Run};
use crate::drive;
use crate::job::{Done, Failed, Job, Outcome, Way};
use crate::judge::{self, Found};
use crate::victim::{Ended, Victim, Watch};

/// Runs without faults that a push may take to its end: by hand when its outcome is unknown, and
/// once more for what had failed.
const RUNS: usize = 4;
/// Longer than any run without faults takes on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A sandbox, used for one case after the other.
pub struct World {
    sandbox: Sandbox,
    folder: TempDir,
}

/// How a case that holds went.
#[derive(Clone, Copy, Debug, Default)]
pub struct Passed {
    /// Runs that were killed, or made to forget.
    pub ended: u64,
    /// Runs whose faults ended them with an error.
    pub errors: u64,
    /// The import was initiated by hand.
    pub by_hand: bool,
    /// Entries were left out, as allowed.
    pub partial: bool,
    /// Jobs without works.
    pub orphans: u64,
}

impl World {
    /// Starts a sandbox.
    pub async fn start() -> anyhow::Result<Self> {
        let options = Options {
            settings: Some(json!({"import_ms": 40, "upload_discard": true})),
            ..Options::default()
        };
        let folder = match Path::new("/dev/shm") {
            memory if memory.is_dir() => tempfile::tempdir_in(memory)?,
            _ => tempfile::tempdir()?,
        };
        Ok(Self {
            sandbox: Sandbox::start(options).await?,
            folder,
        })
    }

    /// Runs a case; an error says what does not hold.
    pub async fn check(&self, case: &Case) -> anyhow::Result<Passed> {
        let control = self.sandbox.control();
        control.reset(&case.settings)?;
        case.season.host(control);
        // A folder of its own: what another case left behind may still be on its way out.
        let folder = tempfile::tempdir_in(self.folder.path())?;
        case.season.write(folder.path())?;
        let mut passed = Passed::default();
        for (number, run) in case.runs.iter().enumerate() {
            control.add_faults(&faults(case, run))?;
            let outcome = self.run(case, run, folder.path()).await;
            control.clear_faults();
            let step = || format!("run {}: {outcome:?}", number + 1);
            self.always(case).with_context(step)?;
            match outcome.as_ref().map_err(|e| anyhow::anyhow!("{e:#}"))? {
                None => passed.ended += 1,
                Some(Outcome::Failed(failed)) => {
                    documented(failed).with_context(step)?;
                    passed.errors += 1;
                }
                Some(_) => {}
            }
        }
        self.in_the_end(case, folder.path(), &mut passed).await?;
        Ok(passed)
    }

    /// A run with faults; `None` when it was ended from outside.
    async fn run(&self, case: &Case, run: &Run, folder: &Path) -> anyhow::Result<Option<Outcome>> {
        let job = self.job(case, run.way, folder);
        if case.processes {
            return self.killed(&job, run.end).await;
        }
        let client = job.client().map_err(|e| anyhow::anyhow!("{e}"))?;
        let whole = async {
            match run.end {
                Some(end) => drive::forgotten(&job, &client, end.after).await,
                None => Some(drive::run(&job, &client).await),
            }
        };
        // Faults that never cease can hold a run up for as long as its retries last.
        let patience = Duration::from_secs(8);
        let outcome = tokio::time::timeout(patience, whole).await;
        client.close();
        Ok(outcome.unwrap_or(None))
    }

    async fn killed(&self, job: &Job, end: Option<End>) -> anyhow::Result<Option<Outcome>> {
        let victim = Victim::start(job, &Watch::default())?;
        if let (Some(end), Some(pid)) = (end, victim.pid()) {
            let fault = json!({
                "on": "*", "skip": end.after, "kill_pid": pid, "effect": end.effect,
            });
            self.sandbox.control().add_faults(&fault)?;
        }
        match victim.go().await? {
            Ended::Killed => Ok(None),
            Ended::Came(outcome) => Ok(Some(outcome)),
            Ended::Broken(how) => anyhow::bail!("the process ended badly: {how}"),
        }
    }

    /// What holds at any time.
    fn always(&self, case: &Case) -> anyhow::Result<()> {
        let found = self.found(case);
        let doubled = found.double_works + found.double_artifacts + found.wrong + found.strays;
        anyhow::ensure!(doubled == 0, "doubled, wrong or stray entries: {found:?}");
        anyhow::ensure!(found.initiated <= 1, "initiated {} times", found.initiated);
        Ok(())
    }

    /// Without faults the push comes to its end, and everything is there exactly once.
    async fn in_the_end(
        &self,
        case: &Case,
        folder: &Path,
        passed: &mut Passed,
    ) -> anyhow::Result<()> {
        let healed = json!({"poison_external_ids": [], "max_batch": null, "rate_limit": null});
        self.sandbox.control().patch_settings(&healed)?;
        let mut way = Way::Program;
        let mut last = None;
        for _ in 0..RUNS {
            let job = self.job(case, way, folder);
            let client = job.client().map_err(|e| anyhow::anyhow!("{e}"))?;
            let run = tokio::time::timeout(PATIENCE, drive::run(&job, &client));
            let outcome = run.await.context("a run without faults does not end")?;
            client.close();
            self.always(case).with_context(|| format!("{outcome:?}"))?;
            match &outcome {
                Outcome::Done(done) => return self.exactly_once(case, done, passed),
                Outcome::Failed(failed) if failed.code == "IMPORT_OUTCOME_UNKNOWN" => {
                    let initiated = self.found(case).initiated;
                    anyhow::ensure!(initiated == 0, "it was initiated: {failed:?}");
                    anyhow::ensure!(!passed.by_hand, "initiated by hand, and still {failed:?}");
                    passed.by_hand = true;
                    way = Way::Settle;
                }
                Outcome::Failed(_) | Outcome::Open => way = Way::Program,
            }
            last = Some(outcome);
        }
        anyhow::bail!("without faults it still does not end: {last:?}")
    }

    fn exactly_once(&self, case: &Case, done: &Done, passed: &mut Passed) -> anyhow::Result<()> {
        let found = self.found(case);
        let (clients, files) = (case.season.clients.len(), case.season.files().count());
        let sum = |(imported, failed): (u64, u64)| imported + failed;
        passed.orphans = found.orphans;
        passed.partial = done.clients.1 + done.files.1 > 0;
        let text = format!("{done:?}, {found:?}");
        anyhow::ensure!(done.state == "done", "not done: {text}");
        anyhow::ensure!(found.initiated == 1, "not initiated once: {text}");
        anyhow::ensure!(
            (sum(done.clients), sum(done.files)) == (clients as u64, files as u64),
            "the report leaves entries out: {text}"
        );
        anyhow::ensure!(
            (found.missing_works, found.missing_artifacts) == (done.clients.1, done.files.1),
            "what is missing is not what was reported: {text}"
        );
        anyhow::ensure!(case.allow_partial || !passed.partial, "incomplete: {text}");
        Ok(())
    }

    fn job(&self, case: &Case, way: Way, folder: &Path) -> Job {
        Job {
            ready: self.sandbox.ready().clone(),
            folder: folder.to_owned(),
            journal: journal(folder),
            season: case.season.clone(),
            way,
            allow_partial: case.allow_partial,
            adopt: case.adopt,
        }
    }

    fn found(&self, case: &Case) -> Found {
        judge::find(&case.season, &self.sandbox.control().state(false))
    }
}

fn journal(folder: &Path) -> PathBuf {
    folder.join("season.filed")
}

/// The faults of a run, with at most one read that hides something, and none beside stale reads:
/// the library looks three times, and a server that lies longer than that is believed.
fn faults(case: &Case, run: &Run) -> Value {
    let mut hidden = case.settings.get("stale_reads").is_some();
    let hides = |fault: &Value| fault.get("drop_items").is_some();
    let kept = run.faults.iter().filter(|fault| {
        let keep = !(hides(fault) && hidden);
        hidden |= hides(fault);
        keep
    });
    kept.cloned().collect()
}

/// An error that faults may lead to: one that says something, and no defect.
fn documented(failed: &Failed) -> anyhow::Result<()> {
    anyhow::ensure!(failed.code != "INTERNAL", "a defect: {failed:?}");
    anyhow::ensure!(
        !failed.message.is_empty(),
        "an error without words: {failed:?}"
    );
    Ok(())
}
