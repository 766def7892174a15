//! `Retry-After`: parsed, capped, and honoured by every request of the client.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use tokio::time::Instant;

/// However long a server asks for, nobody waits longer than this at a time.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

const SPREAD: Duration = Duration::from_millis(500);

/// Until when the whole client is silent.
#[derive(Debug, Default)]
pub(crate) struct Throttle(Mutex<Option<Instant>>);

impl Throttle {
    /// Keeps every request back for `pause` from now; a longer pause already set stays.
    pub fn pause(&self, pause: Duration) {
        let until = Instant::now() + pause.min(LONGEST_PAUSE);
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *current = Some(current.map_or(until, |set| set.max(until)));
    }

    /// Waits until requests may be sent. A pause that is set meanwhile is waited for as well, and
    /// those who waited come back spread out, not all at once.
    pub async fn wait(&self) {
        while let Some(until) = self.pending() {
            let spread = SPREAD.mul_f64(fastrand::f64());
            tokio::time::sleep_until(until + spread).await;
        }
    }

    fn pending(&self) -> Option<Instant> {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if current.is_some_and(|until| until <= Instant::now()) {
            *current = None;
        }
        *current
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

        throttle.pause(Duration::from_secs(9));
        throttle.pause(Duration::from_secs(3));
        tokio::join!(throttle.wait(), throttle.wait());
        assert!(start.elapsed() >= Duration::from_secs(9));

        throttle.pause(Duration::from_secs(3600));
        throttle.wait().await;
        assert!(start.elapsed() < Duration::from_secs(70), "capped");
    }
}
