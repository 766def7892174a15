//! How long to look for something before it is taken for missing.

use std::time::Duration;

use tokio::time::Instant;

use crate::push::journal::head;
use crate::push::pace::Gaps;
use crate::push::run::Run;
use crate::{Error, Result};

/// A request that was under way for longer may have been passed on to something slow, which goes
/// on with it however its answer was lost.
const LONG: Duration = Duration::from_secs(5);

/// Why something is looked for, which decides for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::push) enum Patience {
    /// The server refused the request as a whole, as far as it says: one look.
    Refused,
    /// The server is done with the request and said no, or something unreadable. Only a copy that
    /// lags behind may hide what it did.
    Answered,
    /// The connection broke: the server may be at it this moment.
    Broken,
    /// We gave up waiting, or something on the way did: the server may act long afterwards.
    Late,
    /// As `Late`, counted from when an earlier run asked.
    Earlier,
    /// The server said that it is there: until it shows.
    Proved,
}

impl Patience {
    /// What the failure of a request asks for that was under way for `took`.
    pub fn after(run: &Run, error: &Error, took: Duration) -> Self {
        let settings = &run.client.inner().settings;
        let long = LONG.min(settings.timeout).min(settings.stall_timeout);
        match error.http_status() {
            // A time-out on the server's side, or a proxy that speaks for a server it lost.
            Some(408 | 502..=504 | 520..=527) => Self::Late,
            Some(_) => Self::Answered,
            None if took >= long => Self::Late,
            None => Self::Broken,
        }
    }
}

/// Whether to look again, and the wait before it.
pub(super) struct Looks {
    done: u32,
    least: u32,
    until: Option<Instant>,
    gaps: Gaps,
}

impl Looks {
    pub fn new(run: &Run, patience: Patience) -> Self {
        let pace = &run.pace;
        let twice = pace.looks.max(2);
        let from_now = |time: Duration| Some(Instant::now() + time);
        let (least, until) = match patience {
            Patience::Refused => (1, None),
            Patience::Answered => (twice, None),
            Patience::Broken => (twice + 2, None),
            Patience::Late | Patience::Proved => (twice, from_now(pace.patience)),
            Patience::Earlier => (twice, from_now(left(run.head.asked_at, pace.patience))),
        };
        Self {
            done: 0,
            least,
            until,
            gaps: Gaps::new(pace.look, pace.look * 16),
        }
    }

    /// Whether to look again, after a wait.
    ///
    /// # Errors
    /// When the push is stopped: what was not found is then neither there nor missing.
    pub async fn again(&mut self, run: &Run) -> Result<bool> {
        self.done += 1;
        let more = self.done < self.least || self.until.is_some_and(|end| Instant::now() < end);
        if more {
            run.pause(self.gaps.next()).await?;
        }
        Ok(more)
    }
}

/// What is left of `whole` since `then`, by the wall clock; all of it when that clock was set back
/// meanwhile.
fn left(then: i64, whole: Duration) -> Duration {
    let since = head::wall_clock().saturating_sub(then);
    match u64::try_from(since) {
        Ok(since) => whole.saturating_sub(Duration::from_millis(since)),
        Err(_) => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_earlier_run_asked_for_is_waited_for_as_long_as_it_may_still_come() {
        let minute = Duration::from_secs(60);
        let now = head::wall_clock();
        assert!(left(now, minute) > Duration::from_secs(50));
        assert!(left(now - 45_000, minute) <= Duration::from_secs(15));
        assert_eq!(left(now - 90_000, minute), Duration::ZERO);
        assert_eq!(
            left(0, minute),
            Duration::ZERO,
            "an older library's journal"
        );
        assert_eq!(
            left(now + 3_600_000, minute),
            minute,
            "the clock was set back"
        );
    }
}
