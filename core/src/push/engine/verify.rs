//! The comparison before the import: everything the journal has as attached must be in the job,
//! and nothing else. Only then may the import be initiated.

use tokio::time::{Instant, sleep};

use crate::gateway::JobWork;
use crate::push::journal::verify::{self, Comparison, Extra, Moved, NAMED, Names, SeenWork};
use crate::push::journal::{Db, Step, listing};
use crate::push::pace::Gaps;
use crate::push::reconcile::Pass;
use crate::push::run::Run;
use crate::wire::{WireProfile, named};
use crate::{Error, ErrorCode, Result};

/// Refuses to go on when something failed and that was not allowed, or when Filed holds something
/// else than was sent.
pub(super) async fn verify(run: &Run) -> Result<()> {
    let allow_partial = run.head.allow_partial;
    run.journal
        .run(move |db| complete(db, allow_partial))
        .await?;
    let until = Instant::now() + run.pace.patience;
    let mut gaps = Gaps::new(run.pace.look, run.pace.look * 16);
    loop {
        let found = compare(run).await?;
        let fits = found.extra.foreign.total + found.extra.doubled.total == 0;
        if fits && found.missing.total == 0 {
            return Ok(());
        }
        // A copy that lags behind may not show what is there, and a list that moves may skip it;
        // neither shows what is not there.
        if !fits || Instant::now() >= until {
            return Err(differs(&found));
        }
        sleep(gaps.next()).await;
    }
}

/// Whether enough succeeded to be imported.
fn complete(db: &Db, allow_partial: bool) -> Step<()> {
    let tally = db.tally();
    let failed = tally.clients.failed + tally.files.failed;
    let nothing = tally.clients.attached == 0;
    if failed == 0 || (allow_partial && !nothing) {
        return Ok(());
    }
    let first = listing::failed_external_ids(db, NAMED)?;
    let advice = match nothing {
        true => "nothing is left to import. Mend what failed, then run the push again",
        false => {
            "what did not fail is at Filed and stays there. Mend what failed and run the push \
             again, which sends only that; or open it again with allow_partial"
        }
    };
    Err(Error::new(
        ErrorCode::PushIncomplete,
        format!(
            "{} of {} clients and {} of {} files failed, so the import was not initiated ({}); \
             {advice}",
            tally.clients.failed,
            tally.clients.total,
            tally.files.failed,
            tally.files.total,
            list(&first, failed),
        ),
    )
    .into())
}

/// What does not fit.
struct Difference {
    missing: Names,
    extra: Extra,
}

/// One pass over the job: what is missing there, and what is there beyond.
async fn compare(run: &Run) -> Result<Difference> {
    let wire = &run.client.inner().settings.wire;
    let mut pass = Comparison::default();
    let mut moved = Moved::default();
    let mut pages = Pass::of_job(run, Vec::new())?;
    while let Some(page) = pages.next_page().await? {
        let mut works = Vec::with_capacity(page.len());
        for work in page {
            note_moved(&mut moved, &work, wire);
            works.push(seen_work(work));
        }
        pass = run
            .journal
            .run(move |db| {
                verify::mark(db, &mut pass, &works)?;
                Ok(pass)
            })
            .await?;
    }
    run.journal
        .run(move |db| {
            verify::set_moved(db, moved)?;
            Ok(Difference {
                missing: verify::missing(db, &pass.seen)?,
                extra: pass.extra,
            })
        })
        .await
}

fn seen_work(work: JobWork) -> SeenWork {
    let artifacts = work.artifacts.into_iter();
    SeenWork {
        id: work.id,
        external_id: work.external_id,
        artifacts: artifacts.map(|a| (a.id, a.external_id)).collect(),
    }
}

/// Notes which kinds of items have moved away from their first state.
pub(super) fn note_moved(moved: &mut Moved, work: &JobWork, wire: &WireProfile) {
    let away = |status: &Option<String>, initial: &[String]| {
        status.as_deref().is_some_and(|word| !named(initial, word))
    };
    moved.works |= away(&work.status, &wire.work_status.initial);
    moved.artifacts |= work
        .artifacts
        .iter()
        .any(|artifact| away(&artifact.status, &wire.artifact_status.initial));
}

/// Whether a work or one of its artifacts has moved away from its first state.
pub(in crate::push) fn moved_away(work: &JobWork, wire: &WireProfile) -> bool {
    let mut moved = Moved::default();
    note_moved(&mut moved, work, wire);
    moved.works || moved.artifacts
}

fn differs(found: &Difference) -> Error {
    let Difference { missing, extra } = found;
    let mut parts = Vec::new();
    let mut next = "resume the push, it compares again";
    if missing.total > 0 {
        parts.push(format!(
            "{} entries that Filed took are not shown there ({})",
            missing.total,
            list(&missing.first, missing.total)
        ));
    }
    if extra.foreign.total > 0 {
        parts.push(format!(
            "{} entries there are not of this push ({})",
            extra.foreign.total,
            list(&extra.foreign.first, extra.foreign.total)
        ));
        next = "find out who put them there, have them removed at Filed, then resume the push";
    }
    if extra.doubled.total > 0 {
        parts.push(format!(
            "{} entries are there twice ({}), most likely since a request whose answer was lost \
             took effect after it had been repeated",
            extra.doubled.total,
            list(&extra.doubled.first, extra.doubled.total)
        ));
        next = "have one of each removed at Filed, then resume the push";
    }
    Error::new(
        ErrorCode::VerifyFailed,
        format!(
            "what Filed holds is not what was sent: {}. Nothing was initiated, and nothing there \
             was touched: {next}",
            parts.join(", and ")
        ),
    )
}

fn list(first: &[String], total: u64) -> String {
    let named = first.join(", ");
    match total.saturating_sub(first.len() as u64) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}
