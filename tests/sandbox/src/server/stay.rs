//! [`Stay`]: a connection while it is open, at a request or idle.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::watch;

/// A connection before anything was said on it.
pub(crate) struct Arrival {
    left: watch::Receiver<u64>,
    idle: watch::Sender<usize>,
}

/// An open connection; it counts as idle while no request of it is answered.
pub(crate) struct Stay {
    requests: AtomicUsize,
    idle: watch::Sender<usize>,
}

/// A request that is being answered.
pub(crate) struct Busy(Arc<Stay>);

impl Arrival {
    pub(super) fn new(left: watch::Receiver<u64>, idle: watch::Sender<usize>) -> Self {
        Self { left, idle }
    }

    /// The connection, and what it waits for to end as soon as it is idle.
    pub(super) fn stay(self) -> (Arc<Stay>, watch::Receiver<u64>) {
        self.idle.send_modify(|count| *count += 1);
        let stay = Stay {
            requests: AtomicUsize::new(0),
            idle: self.idle,
        };
        (Arc::new(stay), self.left)
    }
}

impl Stay {
    pub(super) fn busy(self: &Arc<Self>) -> Busy {
        if self.requests.fetch_add(1, Ordering::SeqCst) == 0 {
            self.idle.send_modify(|count| *count -= 1);
        }
        Busy(self.clone())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if self.0.requests.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.idle.send_modify(|count| *count += 1);
        }
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        // Every request has ended by now.
        self.idle.send_modify(|count| *count -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_idle_between_its_requests() {
        let (left, idle) = (watch::Sender::new(0), watch::Sender::new(0));
        let count = || *idle.borrow();
        let (stay, _left) = Arrival::new(left.subscribe(), idle.clone()).stay();
        assert_eq!(count(), 1);
        let (first, second) = (stay.busy(), stay.busy());
        assert_eq!(count(), 0);
        drop(first);
        assert_eq!(count(), 0);
        drop(second);
        assert_eq!(count(), 1);
        let last = stay.busy();
        drop(stay);
        assert_eq!(count(), 0);
        drop(last);
        assert_eq!(count(), 0);
    }
}
