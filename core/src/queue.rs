//! Completions and events on their way to a host.
//!
//! Work finishes on the runtime's threads; a host wants it on its own. Everything a binding
//! delivers goes through a [`Queue`], which wakes the host once when it stops being empty, however
//! many items follow before the host comes to fetch them.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A many-producer queue with one wake per batch.
pub struct Queue<T> {
    items: Mutex<VecDeque<T>>,
    filled: Condvar,
    wake: Box<dyn Fn() + Send + Sync>,
}

impl<T> Queue<T> {
    /// A queue that calls `wake` each time it stops being empty. `wake` runs on the thread that
    /// pushed, outside the lock, and must only signal.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            items: Mutex::default(),
            filled: Condvar::new(),
            wake: Box::new(wake),
        }
    }

    /// Appends an item and wakes the host if the queue was empty.
    pub fn push(&self, item: T) {
        let was_empty = {
            let mut items = self.lock();
            let was_empty = items.is_empty();
            items.push_back(item);
            was_empty
        };
        self.filled.notify_one();
        if was_empty {
            (self.wake)();
        }
    }

    /// Takes everything that is there.
    pub fn drain(&self) -> VecDeque<T> {
        std::mem::take(&mut *self.lock())
    }

    /// Takes the next item, waiting up to `timeout` for one.
    pub fn next(&self, timeout: Duration) -> Option<T> {
        let deadline = Instant::now().checked_add(timeout);
        let mut items = self.lock();
        loop {
            if let Some(item) = items.pop_front() {
                return Some(item);
            }
            let left = match deadline {
                Some(deadline) => deadline.checked_duration_since(Instant::now())?,
                None => Duration::from_secs(3600),
            };
            items = self
                .filled
                .wait_timeout(items, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    // A panic while the lock was held cannot leave a deque half-changed in a way that matters.
    fn lock(&self) -> MutexGuard<'_, VecDeque<T>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_batch_wakes_once() {
        let wakes = Arc::new(AtomicUsize::new(0));
        let counter = wakes.clone();
        let queue = Queue::new(move || {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        (0..100).for_each(|n| queue.push(n));
        assert_eq!(queue.drain().len(), 100);
        queue.push(1);
        assert_eq!(wakes.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn next_waits_for_another_thread() {
        let queue = Arc::new(Queue::new(|| {}));
        let producer = queue.clone();
        let thread = std::thread::spawn(move || producer.push(7));
        assert_eq!(queue.next(Duration::from_secs(10)), Some(7));
        assert_eq!(queue.next(Duration::ZERO), None);
        thread.join().unwrap();
    }
}
