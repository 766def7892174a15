//! Committing a push and waiting for its import.

use std::sync::{Mutex, PoisonError};

use filed_core::push::Push;
use filed_core::{Error, ErrorCode};
use tokio::sync::watch;

use crate::background::Background;
use crate::error::filed_error;
use crate::failure::Result;
use crate::guard::guard;
use crate::push::filed_push;
use crate::report::filed_report;
use crate::{args, wait};

/// Uploads, attaches, verifies and initiates; returns once the import was initiated. When
/// `timeout_ms` ends first the push goes on and WAIT_TIMED_OUT is returned; calling again waits
/// again, or tries again after another error.
///
/// PUSH_INCOMPLETE, VERIFY_FAILED, IMPORT_OUTCOME_UNKNOWN, CANCELLED; gateway, network and journal
/// errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_push_commit(
    push: *const filed_push,
    timeout_ms: u64,
) -> *mut filed_error {
    guard("filed_push_commit", || {
        let handle = unsafe { args::handle(push, "push") }?;
        let push = handle.usable()?;
        handle.commit.start(push)?;
        let ended = handle.commit.outcome(push, timeout_ms);
        Ok(ended.ok_or_else(|| not_initiated("push.commit"))??)
    })
}

/// Starts what `filed_push_commit` does and returns at once. How it ends is told by the events, by
/// `filed_push_wait`, and by `filed_push_commit`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_push_commit_start(push: *const filed_push) -> *mut filed_error {
    guard("filed_push_commit_start", || {
        let handle = unsafe { args::handle(push, "push") }?;
        handle.commit.start(handle.usable()?)
    })
}

/// Waits until every client and file is imported, failed or cancelled. `*report` is yours to free
/// with `filed_report_free`. A commit under way is waited for first.
///
/// WAIT_TIMED_OUT after `timeout_ms`, with nothing cancelled; PUSH_STATE when the push was not
/// committed; otherwise as `filed_push_commit`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_push_wait(
    push: *const filed_push,
    timeout_ms: u64,
    report: *mut *mut filed_report,
) -> *mut filed_error {
    guard("filed_push_wait", || {
        let place = unsafe { args::out(report, "report") }?;
        let handle = unsafe { args::handle(push, "push") }?;
        let push = handle.usable()?;
        let started = std::time::Instant::now();
        // How the commit ended, the push itself knows best.
        let ended = handle.commit.outcome(push, timeout_ms);
        ended.ok_or_else(|| not_initiated("push.wait"))?.ok();
        let left = wait::duration(timeout_ms).saturating_sub(started.elapsed());
        place.set(wait::block_on(push.wait(Some(left)))?.into());
        Ok(())
    })
}

/// The commit of a push: runs by itself, so that a wait for it may end early.
#[derive(Default)]
pub(crate) struct Commit(Mutex<Option<Running>>);

struct Running {
    outcome: watch::Receiver<Option<Result<(), Error>>>,
    // The task holds the push: it must not outlive the handle.
    _task: Background,
}

impl Commit {
    /// Starts it, unless it is running or has succeeded.
    fn start(&self, push: &Push) -> Result<()> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let goes_on = |running: &Running| !matches!(*running.outcome.borrow(), Some(Err(_)));
        if !slot.as_ref().is_some_and(goes_on) {
            *slot = Some(Running::start(push)?);
        }
        Ok(())
    }

    /// How it ended, if it was started by this handle; `None` when it did not end in time.
    fn outcome(&self, push: &Push, timeout_ms: u64) -> Option<Result<(), Error>> {
        let outcome = {
            let slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            slot.as_ref().map(|running| running.outcome.clone())
        };
        let Some(mut outcome) = outcome else {
            return Some(Ok(()));
        };
        let ended = wait::block_for(timeout_ms, async {
            let ended = outcome.wait_for(Option::is_some).await;
            ended.ok().and_then(|result| result.clone())
        })?;
        Some(ended.unwrap_or_else(|| {
            push.client().generation().check()?;
            Err(lost())
        }))
    }
}

impl Running {
    fn start(push: &Push) -> Result<Self> {
        let (sender, outcome) = watch::channel(None);
        let committed = push.clone();
        let task = Background::start(push, async move {
            sender.send_replace(Some(committed.commit().await));
        })?;
        Ok(Self {
            outcome,
            _task: task,
        })
    }
}

fn not_initiated(operation: &str) -> Error {
    wait::timed_out("the import was not initiated").with_operation(operation)
}

fn lost() -> Error {
    Error::new(
        ErrorCode::Internal,
        "a defect in this library ended the commit; please report it",
    )
}
