//! Batch sizes that adapt: large enough to be worth a request, small enough to be answered in a
//! few seconds.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const FIRST: usize = 50;
const SMALLEST: usize = 10;
const LARGEST: usize = 500;
const QUICK: Duration = Duration::from_secs(2);
const SLOW: Duration = Duration::from_secs(5);

/// How many entries the next batch takes.
#[derive(Debug)]
pub(super) struct BatchSize {
    next: AtomicUsize,
    /// Set when the gateway refused a batch as too large.
    most: AtomicUsize,
}

impl Default for BatchSize {
    fn default() -> Self {
        Self {
            next: AtomicUsize::new(FIRST),
            most: AtomicUsize::new(LARGEST),
        }
    }
}

impl BatchSize {
    pub fn next(&self) -> usize {
        let most = self.most.load(Ordering::Relaxed);
        self.next.load(Ordering::Relaxed).min(most)
    }

    /// A batch of `sent` entries took `time`.
    pub fn took(&self, sent: usize, time: Duration) {
        let size = self.next.load(Ordering::Relaxed);
        // A small batch that was quick says nothing about larger ones.
        let next = match time {
            time if time < QUICK && sent >= size => size * 2,
            time if time > SLOW => size / 2,
            _ => size,
        };
        self.next
            .store(next.clamp(SMALLEST, LARGEST), Ordering::Relaxed);
    }

    /// A batch of `sent` entries was refused as too large.
    pub fn too_large(&self, sent: usize) {
        self.most.fetch_min((sent / 2).max(1), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_follow_the_time_batches_take() {
        let size = BatchSize::default();
        assert_eq!(size.next(), 50);
        size.took(3, Duration::from_millis(10));
        assert_eq!(size.next(), 50, "a small batch proves nothing");
        for _ in 0..6 {
            size.took(size.next(), Duration::from_secs(1));
        }
        assert_eq!(size.next(), 500);
        size.took(500, Duration::from_secs(3));
        assert_eq!(size.next(), 500);
        for _ in 0..9 {
            size.took(500, Duration::from_secs(6));
        }
        assert_eq!(size.next(), 10);
    }

    #[test]
    fn a_refused_size_is_not_tried_again() {
        let size = BatchSize::default();
        size.too_large(50);
        assert_eq!(size.next(), 25);
        size.took(25, Duration::from_secs(1));
        assert_eq!(size.next(), 25);
        for _ in 0..9 {
            size.too_large(size.next());
        }
        assert_eq!(size.next(), 1);
    }
}
