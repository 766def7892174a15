//! When a request is sent again: the classes of operations, the schedule, the number of attempts.
//! What counts as a failure is in `failure`; how long a whole client pauses is in `throttle`.

use std::time::Duration;

use crate::config::Settings;
use crate::http::Lane;
use crate::http::failure::{Failure, Sent};

const FIRST_GAP: Duration = Duration::from_millis(250);
const LONGEST_GAP: Duration = Duration::from_secs(20);

/// What sending a request twice would do; decides whether it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Changes nothing.
    Read,
    /// Doing it again leads to the same state.
    Resumable,
    /// Doing it again leaves behind something that does no harm.
    OrphanTolerant,
    /// Must not happen twice: sent once, then its outcome is read back.
    Effect,
}

impl Class {
    /// Whether a request that failed like this may be sent again.
    pub fn may_repeat(self, failure: &Failure) -> bool {
        failure.transient && (self != Class::Effect || failure.sent == Sent::Never)
    }

    /// How often a request may be sent. An upload costs its host the most to begin anew, so it
    /// gets one attempt more, unless the user wants no repetition at all.
    pub fn attempts(settings: &Settings, lane: Lane) -> u32 {
        match (lane, settings.max_attempts) {
            (Lane::Upload, attempts) if attempts > 1 => attempts + 1,
            (_, attempts) => attempts,
        }
    }
}

/// The gap before the next attempt: exponential, with full jitter so that clients that failed
/// together do not come back together. `random` is in 0..1.
pub(crate) fn gap(attempts_made: u32, random: f64) -> Duration {
    let doublings = attempts_made.saturating_sub(1).min(16);
    let ceiling = (FIRST_GAP * 2u32.pow(doublings)).min(LONGEST_GAP);
    ceiling.mul_f64(random.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Error, ErrorCode};

    fn failure(sent: Sent, transient: bool) -> Failure {
        Failure::new(Error::new(ErrorCode::ServerError, ""), sent, transient)
    }

    #[test]
    fn gaps_double_from_a_quarter_second_to_twenty_seconds() {
        let ceilings: Vec<_> = (1..=9).map(|n| gap(n, 1.0).as_millis()).collect();
        assert_eq!(
            ceilings,
            [250, 500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]
        );
        assert_eq!(gap(5, 0.0), Duration::ZERO);
        assert_eq!(gap(u32::MAX, 1.0), LONGEST_GAP);
    }

    #[test]
    fn an_effect_is_repeated_only_when_it_certainly_did_not_happen() {
        assert!(Class::Effect.may_repeat(&failure(Sent::Never, true)));
        assert!(!Class::Effect.may_repeat(&failure(Sent::Maybe, true)));
        for class in [Class::Read, Class::Resumable, Class::OrphanTolerant] {
            assert!(class.may_repeat(&failure(Sent::Maybe, true)));
            assert!(!class.may_repeat(&failure(Sent::Never, false)));
        }
    }
}
