//! Moments on both clocks: the monotonic one decides, the wall clock is shown.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp, Unit};
use tokio::time::Instant;

/// One moment on both clocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) at: Instant,
    pub(crate) wall: Timestamp,
}

impl Moment {
    pub(crate) fn now() -> Self {
        Self {
            at: Instant::now(),
            wall: Timestamp::now(),
        }
    }

    pub(crate) fn after(self, by: Duration) -> Self {
        let wall = SignedDuration::try_from(by)
            .ok()
            .and_then(|by| self.wall.checked_add(by).ok())
            .unwrap_or(self.wall);
        Self {
            at: self.at + by,
            wall,
        }
    }

    pub(crate) fn has_come(self) -> bool {
        Instant::now() >= self.at
    }

    pub(crate) fn older_than(self, age: Duration) -> bool {
        self.at.elapsed() >= age
    }
}

/// A date as the gateway writes it: `2024-01-15T10:35:00Z`, no fraction.
pub(crate) fn date(moment: Moment) -> String {
    moment
        .wall
        .round(Unit::Second)
        .unwrap_or(moment.wall)
        .to_string()
}
