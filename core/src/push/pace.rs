//! How long a push waits for what. One set of durations, so that a test can hurry.

use std::time::Duration;

/// The durations of a push.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct Pace {
    /// A client's files are attached when none came in for so long.
    pub quiet: Duration,
    /// Gap before looking again for what should be there; doubles.
    pub look: Duration,
    /// Looks before something that may have been created is taken for missing.
    pub looks: u32,
    /// How long to look for what is known to have been created, and for what a server may still
    /// do that was given up on: they are known to act up to a minute later.
    pub patience: Duration,
    /// How long to look for evidence that an import was initiated.
    pub evidence: Duration,
    /// First gap between polls of the import; grows.
    pub poll: Duration,
    /// Longest gap between polls.
    pub poll_longest: Duration,
    /// Gap before something is tried again that the network failed; doubles.
    pub again: Duration,
    /// How often a file or a batch is tried again that the network failed, while others get
    /// through.
    pub rounds: u32,
    /// How long the push waits for a host that is away, without any success.
    pub outage: Duration,
    /// Polls of the import in a row that may fail.
    pub failed_polls: u32,
    /// Time that requests under way get when the push is stopped.
    pub grace: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            quiet: Duration::from_millis(250),
            look: Duration::from_millis(500),
            looks: 3,
            patience: Duration::from_secs(75),
            evidence: Duration::from_secs(20),
            poll: Duration::from_millis(250),
            poll_longest: Duration::from_secs(15),
            again: Duration::from_secs(1),
            rounds: 4,
            outage: Duration::from_secs(600),
            failed_polls: 20,
            grace: Duration::from_millis(500),
        }
    }
}

/// Gaps that double, up to a longest one.
#[derive(Debug)]
pub(super) struct Gaps {
    next: Duration,
    longest: Duration,
}

impl Gaps {
    pub fn new(first: Duration, longest: Duration) -> Self {
        Self {
            next: first,
            longest,
        }
    }

    pub fn peek(&self) -> Duration {
        self.next.min(self.longest)
    }

    pub fn next(&mut self) -> Duration {
        let gap = self.next.min(self.longest);
        self.next = self.next.saturating_mul(2).min(self.longest);
        gap
    }
}
