//! How many threads a generation has: what a shutdown waits for.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// The threads of one generation that have begun and not ended.
#[derive(Default)]
pub(super) struct Threads {
    alive: Mutex<usize>,
    ended: Condvar,
}

impl Threads {
    /// Called by each thread as it begins.
    pub fn begin(&self) {
        *self.alive() += 1;
    }

    /// Called by each thread as it ends.
    pub fn end(&self) {
        *self.alive() -= 1;
        self.ended.notify_all();
    }

    /// Waits until all have ended; whether they had by the deadline. Without one it only looks.
    pub fn wait(&self, deadline: Option<Instant>) -> bool {
        let mut alive = self.alive();
        while *alive > 0 {
            let now = Instant::now();
            let Some(left) = deadline.and_then(|deadline| deadline.checked_duration_since(now))
            else {
                return false;
            };
            let waited = self.ended.wait_timeout(alive, left);
            alive = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    fn alive(&self) -> MutexGuard<'_, usize> {
        self.alive.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
