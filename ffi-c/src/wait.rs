//! Blocking: how a call waits on the caller's thread for work on the runtime's threads.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use filed_core::{Error, ErrorCode};

// Far enough to mean "never" and near enough to be added to any clock.
const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// A number of milliseconds as a time to wait.
pub(crate) fn duration(timeout_ms: u64) -> Duration {
    Duration::from_millis(timeout_ms).min(LONGEST)
}

/// Waits for `future` on this thread, for as long as it takes.
///
/// Needs no runtime context, so it works on any thread: also inside a callback, which runs on a
/// thread that may block, and on a thread of another runtime of the host's.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let signal = Arc::new(Signal::default());
    let waker = Waker::from(signal.clone());
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
        signal.wait(None);
    }
}

/// As [`block_on`], but gives up after `timeout_ms` and drops the future.
pub(crate) fn block_for<F: Future>(timeout_ms: u64, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let signal = Arc::new(Signal::default());
    let waker = Waker::from(signal.clone());
    let mut context = Context::from_waker(&waker);
    let deadline = Instant::now() + duration(timeout_ms);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return Some(value);
        }
        if !signal.wait(Some(deadline)) {
            return None;
        }
    }
}

/// What was waited for did not happen in time.
pub(crate) fn timed_out(what: &str) -> Error {
    Error::new(
        ErrorCode::WaitTimedOut,
        format!("{what} in the time given; nothing was cancelled, wait again"),
    )
}

// One per wait, so that a wait inside a callback takes no wake-up from the wait around it.
#[derive(Default)]
struct Signal {
    raised: Mutex<bool>,
    changed: Condvar,
}

impl Signal {
    /// Waits until raised; `false` when the deadline came first.
    fn wait(&self, deadline: Option<Instant>) -> bool {
        let mut raised = self.raised.lock().unwrap_or_else(PoisonError::into_inner);
        while !*raised {
            raised = match deadline {
                None => self
                    .changed
                    .wait(raised)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return false;
                    }
                    self.changed
                        .wait_timeout(raised, left)
                        .unwrap_or_else(PoisonError::into_inner)
                        .0
                }
            };
        }
        *raised = false;
        true
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        *self.raised.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_from_another_thread_ends_the_wait() {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let thread = std::thread::spawn(move || sender.send(7));
        assert_eq!(block_on(receiver), Ok(7));
        assert_eq!(thread.join().unwrap(), Ok(()));
    }

    #[test]
    fn waiting_for_nothing_ends_in_time() {
        assert_eq!(block_for(0, std::future::pending::<()>()), None);
        assert_eq!(block_for(u64::MAX, std::future::ready(1)), Some(1));
    }

    #[test]
    fn a_wait_inside_a_wait_takes_no_wake_up_from_it() {
        let (outer, waiting) = tokio::sync::oneshot::channel();
        let thread = std::thread::spawn(move || outer.send(7));
        let nested = async {
            assert_eq!(block_for(1, std::future::pending::<()>()), None);
            waiting.await
        };
        assert_eq!(block_on(nested), Ok(7));
        assert_eq!(thread.join().unwrap(), Ok(()));
    }
}
