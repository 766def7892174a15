//! [`Rate`]: how many requests a second the server seems to allow, learned from its refusals.
//!
//! There is no rate until the server answers 429 for the first time. From then on it falls by a
//! part with every refusal and creeps up with every success (AIMD, as AWS's adaptive retry mode
//! does it): a server that allows so many requests a second then refuses few of ours, however long
//! the push takes. A rate that came to twice what was refused is forgotten: the limit is gone.

use std::time::Duration;

use tokio::time::Instant;

/// What is left of the rate after a refusal.
const CUT: f64 = 0.7;

/// Requests a second; a server that allows fewer says how long to wait.
const LEAST: f64 = 1.0;

/// The first guess of a client that has not measured anything yet.
const FIRST: f64 = 50.0;

/// What the rate gains in a second of successes: a part of what was refused, or at least so much.
const GAIN: f64 = 0.02;
const LEAST_GAIN: f64 = 0.2;

/// Requests go out so evenly only after a refusal; before, and once the rate is forgotten, at will.
#[derive(Debug)]
pub(super) struct Rate {
    allowed: Option<Allowed>,
    measured: Measured,
}

#[derive(Debug)]
struct Allowed {
    per_second: f64,
    refused_at: f64,
    next: Instant,
}

/// How many requests succeed in a second.
#[derive(Debug)]
struct Measured {
    since: Instant,
    count: u32,
    last: Option<f64>,
}

impl Rate {
    pub fn new(now: Instant) -> Self {
        Self {
            allowed: None,
            measured: Measured {
                since: now,
                count: 0,
                last: None,
            },
        }
    }

    /// When the next request may be sent, at the earliest at `from`. `None` for at will.
    pub fn reserve(&mut self, from: Instant) -> Option<Instant> {
        let allowed = self.allowed.as_mut()?;
        let at = allowed.next.max(from);
        allowed.next = at + Duration::from_secs_f64(1.0 / allowed.per_second);
        Some(at)
    }

    pub fn succeeded(&mut self, now: Instant) {
        self.measured.count(now);
        if let Some(allowed) = &mut self.allowed {
            let gain = (allowed.refused_at * GAIN).max(LEAST_GAIN);
            allowed.per_second += gain / allowed.per_second;
            if allowed.per_second >= 2.0 * allowed.refused_at {
                self.allowed = None;
            }
        }
    }

    pub fn refused(&mut self, now: Instant) {
        let measured = self.measured.rate(now);
        let refused_at = match (&self.allowed, measured) {
            (Some(allowed), Some(measured)) => allowed.per_second.min(measured),
            (Some(allowed), None) => allowed.per_second,
            (None, measured) => measured.unwrap_or(FIRST),
        }
        .max(LEAST);
        let per_second = (refused_at * CUT).max(LEAST);
        self.allowed = Some(Allowed {
            per_second,
            refused_at,
            next: now + Duration::from_secs_f64(1.0 / per_second),
        });
    }
}

impl Measured {
    const WINDOW: Duration = Duration::from_secs(1);

    /// Less than this proves nothing.
    const ENOUGH: u32 = 5;

    /// A shorter time shows bursts more than rates: good for a first guess, which is better too
    /// high than too low, and no longer once there was a whole window.
    const LONG_ENOUGH: Duration = Duration::from_millis(250);

    fn count(&mut self, now: Instant) {
        if now - self.since >= Self::WINDOW {
            self.last = self.rate(now);
            self.since = now;
            self.count = 0;
        }
        self.count += 1;
    }

    fn rate(&self, now: Instant) -> Option<f64> {
        let lasted = now - self.since;
        let shown = (self.count >= Self::ENOUGH && !lasted.is_zero())
            .then(|| f64::from(self.count) / lasted.as_secs_f64());
        match lasted >= Self::LONG_ENOUGH {
            true => shown.or(self.last),
            false => self.last.or(shown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that takes `per_second` requests a second, and `burst` at once.
    struct Server {
        per_second: f64,
        burst: f64,
        level: f64,
        at: Instant,
    }

    impl Server {
        fn takes(&mut self, now: Instant) -> bool {
            let gained = (now - self.at).as_secs_f64() * self.per_second;
            self.level = (self.level + gained).min(self.burst);
            self.at = now;
            let free = self.level >= 1.0;
            self.level -= if free { 1.0 } else { 0.0 };
            free
        }
    }

    /// Sends for `seconds` as fast as allowed, a millisecond apart otherwise; returns how many
    /// requests were taken and how many refused.
    fn send(rate: &mut Rate, server: &mut Server, seconds: u64) -> (u32, u32) {
        let begun = server.at;
        let mut now = begun;
        let (mut taken, mut refused) = (0, 0);
        while now < begun + Duration::from_secs(seconds) {
            let earliest = now + Duration::from_millis(1);
            now = rate.reserve(earliest).unwrap_or(earliest);
            if server.takes(now) {
                taken += 1;
                rate.succeeded(now);
            } else {
                refused += 1;
                rate.refused(now);
            }
        }
        (taken, refused)
    }

    fn server(per_second: f64, burst: f64) -> (Rate, Server) {
        let at = Instant::now();
        let server = Server {
            per_second,
            burst,
            level: burst,
            at,
        };
        (Rate::new(at), server)
    }

    #[tokio::test]
    async fn a_limited_server_is_used_well_and_refuses_little() {
        for (per_second, burst) in [(20.0, 20.0), (20.0, 1.0), (3.0, 3.0), (200.0, 50.0)] {
            let (mut rate, mut server) = server(per_second, burst);
            send(&mut rate, &mut server, 10);
            let (taken, refused) = send(&mut rate, &mut server, 60);
            let share = f64::from(refused) / f64::from(taken + refused);
            assert!(share < 0.1, "{per_second}/s: {refused} of {taken} refused");
            let used = f64::from(taken) / (60.0 * per_second);
            assert!(used > 0.7, "{per_second}/s: used {used}");
        }
    }

    #[tokio::test]
    async fn without_a_refusal_nothing_is_held_back() {
        let mut rate = Rate::new(Instant::now());
        for _ in 0..1000 {
            rate.succeeded(Instant::now());
            assert_eq!(rate.reserve(Instant::now()), None);
        }
    }

    #[tokio::test]
    async fn a_limit_that_is_gone_is_forgotten() {
        let (mut rate, mut limited) = server(20.0, 20.0);
        send(&mut rate, &mut limited, 10);
        limited.per_second = 1e9;
        limited.burst = 1e9;
        send(&mut rate, &mut limited, 120);
        assert!(rate.allowed.is_none(), "{rate:?}");
    }

    #[tokio::test]
    async fn refusals_never_silence_a_client() {
        let mut rate = Rate::new(Instant::now());
        for _ in 0..100 {
            rate.refused(Instant::now());
        }
        let at = rate.reserve(Instant::now()).unwrap();
        assert!(at <= Instant::now() + Duration::from_secs(1));
    }
}
