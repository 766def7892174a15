//! What stands at Filed already under external ids of this push, looked for before its job is
//! created: an earlier import, or an earlier run of this push whose journal is gone. What was found
//! is kept in the journal, for the clients that are added later.
//!
//! The gateway lists no jobs, only works with the job they belong to. An earlier run's job is
//! proved by what it holds: every work and every artifact in it is one of this push, and no other
//! job holds any of them without being imported. Anything less is an error and never a guess.

use std::collections::BTreeMap;

use tokio::time::{Instant, sleep};

use super::Pass;
use crate::gateway::JobWork;
use crate::push::engine::moved_away;
use crate::push::entry::OnExisting;
use crate::push::journal::adopt::{self, Standing};
use crate::push::journal::{Key, elsewhere};
use crate::push::pace::Gaps;
use crate::push::report::PushState;
use crate::push::run::Run;
use crate::{Error, ErrorCode, Result};

/// Jobs an error names at most.
const NAMED: usize = 5;

/// A job that holds something, as far as this push is concerned.
#[derive(Default)]
struct Found {
    ours: Vec<(Key, Standing)>,
    /// Artifacts of ours in it.
    artifacts: u64,
    /// Works and artifacts that this push does not have.
    foreign: u64,
    /// Something in it has left its first state, as by an import.
    moved: bool,
}

type Jobs = BTreeMap<String, Found>;

/// Compares the push with what is at Filed, once in a run and before it creates anything: takes the
/// job over that it can go on with, and keeps what other jobs hold, for [`refuse`].
///
/// # Errors
/// `EXTERNAL_ID_EXISTS` when going on would double something or could not be undone.
pub(in crate::push) async fn existing(run: &Run) -> Result<()> {
    let compare = async {
        if run.job_id.get().is_none() {
            look_for_job(run).await
        } else if run.journal.run(elsewhere::any_waiting).await? {
            // Who was refused gets another try with every run, and may be gone there since.
            survey(run).await.map(drop)
        } else {
            Ok(())
        }
    };
    run.unless_stopped(compare).await
}

async fn look_for_job(run: &Run) -> Result<()> {
    let mut jobs = survey(run).await?;
    let adopt = run.head.on_existing == OnExisting::Adopt;
    if adopt && jobs.values().any(|job| !job.moved || !job.ours.is_empty()) {
        // Which job is this push's own shows only when all of it is known.
        committed(run).await?;
        jobs = survey(run).await?;
        if let Some(job) = own(run, &jobs)? {
            let job = take(run, jobs, job).await?;
            run.job_id.get_or_init(|| job);
            return Ok(());
        }
    }
    let begun_by_earlier_run = |job: &Found| !job.moved && !job.ours.is_empty();
    if !adopt && !run.head.allow_partial && jobs.values().any(begun_by_earlier_run) {
        return Err(unfinished(&jobs));
    }
    Ok(())
}

async fn committed(run: &Run) -> Result<()> {
    let mut sequence = run.journal.sequence();
    while run.journal.tally().state == PushState::Open {
        if sequence.changed().await.is_err() {
            break;
        }
    }
    Ok(())
}

/// Reads the whole connection once, and keeps what is in jobs that are not the push's own.
async fn survey(run: &Run) -> Result<Jobs> {
    run.journal.run(elsewhere::begin).await?;
    let mut jobs = Jobs::new();
    let mut pass = Pass::of_connection(run);
    while let Some(mut page) = pass.next_page().await? {
        page.retain(|work| run.job_id.get() != Some(&work.connection_job_id));
        note(run, &mut jobs, page).await?;
    }
    let begun = jobs.iter().filter(|(_, job)| job.moved);
    let begun: Vec<_> = begun.map(|(id, _)| id.clone()).collect();
    run.journal
        .run(move |db| elsewhere::complete(db, &begun))
        .await?;
    Ok(jobs)
}

async fn note(run: &Run, jobs: &mut Jobs, page: Vec<JobWork>) -> Result<()> {
    let wire = &run.client.inner().settings.wire;
    let works: Vec<_> = page
        .into_iter()
        .map(|work| (moved_away(&work, wire), standing(work)))
        .collect();
    let known = run
        .journal
        .run(move |db| {
            let mut known = Vec::with_capacity(works.len());
            for (moved, (job, work)) in works {
                elsewhere::keep(db, &job, &work, moved)?;
                let key = adopt::client_of(db, &work.external_id)?;
                let artifacts = match key {
                    Some(key) => adopt::known_artifacts(db, key, &work)?,
                    None => 0,
                };
                known.push((job, work, key, artifacts, moved));
            }
            Ok(known)
        })
        .await?;
    for (job, work, key, artifacts, moved) in known {
        let found = jobs.entry(job).or_default();
        found.moved |= moved;
        match key {
            None => found.foreign += 1,
            Some(key) => {
                found.artifacts += artifacts as u64;
                found.foreign += (work.artifacts.len() - artifacts) as u64;
                found.ours.push((key, work));
            }
        }
    }
    Ok(())
}

fn standing(work: JobWork) -> (String, Standing) {
    let artifacts = work.artifacts.into_iter();
    let standing = Standing {
        external_id: work.external_id.unwrap_or_default(),
        job_work_id: work.id,
        work_id: work.work_id,
        status: work.status,
        artifacts: artifacts.map(|a| (a.external_id, a.id, a.status)).collect(),
    };
    (work.connection_job_id, standing)
}

/// The job an earlier run of this push began, where that is proved.
fn own(run: &Run, jobs: &Jobs) -> Result<Option<String>> {
    let holding = || jobs.iter().filter(|(_, job)| !job.ours.is_empty());
    let open: Vec<_> = holding().filter(|(_, job)| !job.moved).collect();
    match open.as_slice() {
        [] => {}
        [(id, job)] if job.foreign == 0 && is_single(job) => return Ok(Some((*id).clone())),
        _ => return Err(ambiguous(&open)),
    }
    // An import that has begun is this push's own only when it holds exactly this push.
    let tally = run.journal.tally();
    let mut whole = holding().filter(|(_, job)| {
        job.foreign == 0
            && is_single(job)
            && job.ours.len() as u64 == tally.clients.total
            && job.artifacts == tally.files.total
    });
    Ok(whole.next().map(|(id, _)| id.clone()))
}

/// Whether no client has two works in the job.
fn is_single(job: &Found) -> bool {
    let mut keys: Vec<_> = job.ours.iter().map(|(key, _)| *key).collect();
    keys.sort_unstable();
    keys.windows(2).all(|pair| pair.first() != pair.last())
}

/// Takes a job over. One that holds everything may have been initiated a moment before its journal
/// was lost, so it is given time to move.
async fn take(run: &Run, mut jobs: Jobs, id: String) -> Result<String> {
    let tally = run.journal.tally();
    let until = Instant::now() + run.pace.evidence;
    let mut gaps = Gaps::new(run.pace.look, run.pace.look * 8);
    let found = loop {
        let found = jobs.remove(&id).unwrap_or_default();
        let whole =
            found.ours.len() as u64 == tally.clients.total && found.artifacts == tally.files.total;
        if found.moved || !whole || Instant::now() >= until {
            break found;
        }
        sleep(gaps.next()).await;
        jobs = survey(run).await?;
    };
    let begun = found.moved;
    let note = format!(
        "job `{id}` was taken over: it holds {} clients and {} files of this push and nothing \
         else, so an earlier run began it. {}",
        found.ours.len(),
        found.artifacts,
        match begun {
            true => "Its import had begun, so it was watched and not initiated again",
            false => "Its import had not begun",
        }
    );
    let job = id.clone();
    run.journal
        .run(move |db| adopt::take_over(db, &job, begun, &found.ours, &note))
        .await?;
    Ok(id)
}

/// Fails the clients that other jobs hold. Once the push has a job they fail as they are added.
pub(in crate::push) async fn refuse(run: &Run) -> Result<()> {
    let mut after = Some(String::new());
    while let Some(last) = after {
        after = run
            .journal
            .run(move |db| elsewhere::refuse(db, &last))
            .await?;
    }
    Ok(())
}

fn unfinished(jobs: &Jobs) -> Error {
    let open = || {
        jobs.iter()
            .filter(|(_, job)| !job.moved && !job.ours.is_empty())
    };
    let first = open().find_map(|(_, job)| job.ours.first());
    let error = Error::new(
        ErrorCode::ExternalIdExists,
        format!(
            "clients of this push are at Filed already, in a job whose import has not begun ({}): \
             most likely an earlier run of this push, whose journal is gone. Nothing was created \
             or touched. Bring that journal back and resume it; or run this again with \
             on_existing = adopt, which goes on with that job; or use other external ids",
            named(&open().collect::<Vec<_>>())
        ),
    );
    match first {
        Some((_, work)) => error.with_external_id(&work.external_id),
        None => error,
    }
}

fn ambiguous(open: &[(&String, &Found)]) -> Error {
    Error::new(
        ErrorCode::ExternalIdExists,
        format!(
            "which job this push began cannot be told: {}. Jobs whose import has not begun hold \
             clients of it beside others, twice, or in more than one job. Nothing was created or \
             touched: have the jobs that are not wanted removed at Filed, then run this again with \
             on_existing = adopt; or use other external ids",
            named(open)
        ),
    )
}

fn named(open: &[(&String, &Found)]) -> String {
    let one = |(id, job): &(&String, &Found)| {
        let first = job.ours.first().map_or("?", |(_, work)| &work.external_id);
        let foreign = match job.foreign {
            0 => String::new(),
            foreign => format!(" and {foreign} entries of others"),
        };
        format!(
            "job `{id}` with {} clients such as `{first}`{foreign}",
            job.ours.len()
        )
    };
    let names: Vec<_> = open.iter().take(NAMED).map(one).collect();
    names.join(", ")
}
