//! What keeps every request of the client back: a `Retry-After`, parsed and capped, and the rate
//! that refusals have taught (`rate`).

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use tokio::time::Instant;

use crate::ErrorCode;
use crate::http::Failure;
use crate::http::rate::Rate;

/// However long a server asks for, nobody waits longer than this at a time.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

const SPREAD: Duration = Duration::from_millis(500);

/// When the client may send.
#[derive(Debug)]
pub(crate) struct Throttle(Mutex<State>);

#[derive(Debug)]
struct State {
    silent_until: Option<Instant>,
    rate: Rate,
    refusals: u64,
}

/// Leave to send one request. Refusals of requests that were under way together count once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pass {
    refusals: u64,
}

impl Default for Throttle {
    fn default() -> Self {
        Self(Mutex::new(State {
            silent_until: None,
            rate: Rate::new(Instant::now()),
            refusals: 0,
        }))
    }
}

impl Throttle {
    /// Takes note of a request that failed: a pause the server asked for keeps every request back
    /// from now, unless a longer one is set already; a refusal lowers the rate.
    pub fn failed(&self, pass: Pass, failure: &Failure) {
        let now = Instant::now();
        let mut state = self.state();
        if let Some(pause) = failure.retry_after {
            let until = now + pause.min(LONGEST_PAUSE);
            state.silent_until = Some(state.silent_until.map_or(until, |set| set.max(until)));
        }
        if failure.error.code() == ErrorCode::RateLimited && pass.refusals == state.refusals {
            state.refusals += 1;
            state.rate.refused(now);
        }
    }

    pub fn succeeded(&self) {
        self.state().rate.succeeded(Instant::now());
    }

    /// Waits until a request may be sent. A pause that is set meanwhile is waited for as well, and
    /// those who waited come back spread out, not all at once.
    pub async fn wait(&self) -> Pass {
        loop {
            match self.turn() {
                (_, Some(at)) => tokio::time::sleep_until(at).await,
                (pass, None) => return pass,
            }
            let (pass, paused) = self.paused();
            if !paused {
                return pass;
            }
        }
    }

    /// When to send, unless that is now.
    fn turn(&self) -> (Pass, Option<Instant>) {
        let (pass, paused) = self.paused();
        let mut state = self.state();
        let from = match (paused, state.silent_until) {
            (true, Some(until)) => until,
            _ => Instant::now(),
        };
        let spread = || paused.then(|| from + SPREAD.mul_f64(fastrand::f64()));
        let at = state.rate.reserve(from).or_else(spread);
        (pass, at)
    }

    fn paused(&self) -> (Pass, bool) {
        let mut state = self.state();
        if state
            .silent_until
            .is_some_and(|until| until <= Instant::now())
        {
            state.silent_until = None;
        }
        let pass = Pass {
            refusals: state.refusals,
        };
        (pass, state.silent_until.is_some())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads a `Retry-After`: seconds or an HTTP date, which is measured against the server's own
/// `Date` so that the local clock does not matter. Anything else is as good as absent.
pub(crate) fn retry_after(value: &str, server_date: Option<&str>) -> Option<Duration> {
    let value = value.trim();
    if value.bytes().all(|b| b.is_ascii_digit()) && !value.is_empty() {
        // A number too large to parse is a very long time.
        let seconds = value.parse().unwrap_or(u64::MAX);
        return Some(Duration::from_secs(seconds).min(LONGEST_PAUSE));
    }
    let until = http_date(value)?;
    let now = server_date
        .and_then(http_date)
        .unwrap_or_else(Timestamp::now);
    let pause = Duration::try_from(until.duration_since(now)).unwrap_or_default();
    Some(pause.min(LONGEST_PAUSE))
}

fn http_date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::http::Sent;

    const NOON: &str = "Thu, 15 Jan 2026 12:00:00 GMT";

    #[test]
    fn seconds_and_dates_are_read_and_capped() {
        let seconds = |n| Some(Duration::from_secs(n));
        assert_eq!(retry_after("7", None), seconds(7));
        assert_eq!(retry_after(" 0 ", None), seconds(0));
        assert_eq!(retry_after("86400", None), seconds(60));
        assert_eq!(retry_after("99999999999999999999999", None), seconds(60));
        let later = "Thu, 15 Jan 2026 12:00:09 GMT";
        assert_eq!(retry_after(later, Some(NOON)), seconds(9));
        assert_eq!(retry_after(NOON, Some(later)), seconds(0), "already past");
        assert_eq!(
            retry_after("Fri, 16 Jan 2026 12:00:00 GMT", Some(NOON)),
            seconds(60)
        );
    }

    #[test]
    fn what_is_malformed_is_ignored() {
        for text in ["", "soon", "-3", "1.5", "Thu, 99 Jan 2026 12:00:00 GMT"] {
            assert_eq!(retry_after(text, Some(NOON)), None, "{text:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn everybody_waits_for_the_longest_pause() {
        let throttle = Throttle::default();
        let start = Instant::now();
        throttle.wait().await;
        assert_eq!(start.elapsed(), Duration::ZERO);

        let pause = |seconds| {
            let error = Error::new(ErrorCode::ServerError, "");
            let pause = Some(Duration::from_secs(seconds));
            let failure = Failure::new(error, Sent::Never, true).asking_to_wait(pause);
            throttle.failed(Pass { refusals: 0 }, &failure);
        };
        pause(9);
        pause(3);
        tokio::join!(throttle.wait(), throttle.wait());
        assert!(start.elapsed() >= Duration::from_secs(9));

        pause(3600);
        throttle.wait().await;
        assert!(start.elapsed() < Duration::from_secs(70), "capped");
    }

    #[tokio::test(start_paused = true)]
    async fn requests_refused_together_slow_the_client_once() {
        let throttle = Throttle::default();
        let failure = || {
            let error = Error::new(ErrorCode::RateLimited, "");
            Failure::new(error, Sent::Never, true)
        };
        let together = throttle.wait().await;
        for _ in 0..16 {
            throttle.failed(together, &failure());
        }
        let start = Instant::now();
        for _ in 0..36 {
            throttle.wait().await;
        }
        // The first guess of 50 a second, less three tenths.
        assert_eq!(start.elapsed().as_secs_f64().round() as u64, 1);
    }
}
