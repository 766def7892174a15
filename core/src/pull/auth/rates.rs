//! [`Rates`]: how many requests a caller, or an address without credentials, has left.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::lockout::whole;
use crate::pull::Limits;

/// Requests between two looks for keys that are no longer needed.
const SWEEP: u32 = 4096;

/// Whose bucket a request is taken from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    Caller(String),
    Address(IpAddr),
}

/// Token buckets by key.
pub struct Rates {
    buckets: Option<Buckets>,
    burst: u32,
    per_second: u32,
    asked: AtomicU32,
}

type Buckets = RateLimiter<Key, HashMapStateStore<Key>, DefaultClock, StateInformationMiddleware>;

/// What is left after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Requests at once when none was made lately.
    pub limit: u32,
    /// Requests that may be made now.
    pub remaining: u32,
    /// Until there are as many as at the start again.
    pub reset: Duration,
    /// How long to wait, for a request that was one too many.
    pub wait: Option<Duration>,
}

impl Rates {
    pub fn new(limits: &Limits) -> Self {
        let quota = limits.rate.and_then(|rate| {
            let per_second = NonZeroU32::new(rate.per_second)?;
            Some(Quota::per_second(per_second).allow_burst(NonZeroU32::new(rate.burst)?))
        });
        Self {
            buckets: quota.map(|quota| RateLimiter::hashmap(quota).with_middleware()),
            burst: limits.rate.map_or(0, |rate| rate.burst),
            per_second: limits.rate.map_or(1, |rate| rate.per_second),
            asked: AtomicU32::new(0),
        }
    }

    /// Takes one request from the bucket of an address.
    pub fn address(&self, address: IpAddr) -> Option<Left> {
        self.take(Key::Address(whole(address)))
    }

    /// Takes one request; `None` when there is no limit.
    pub fn take(&self, key: Key) -> Option<Left> {
        let buckets = self.buckets.as_ref()?;
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            buckets.retain_recent();
        }
        Some(match buckets.check_key(&key) {
            Ok(state) => self.left(state.remaining_burst_capacity(), None),
            Err(early) => {
                let wait = early.wait_time_from(DefaultClock::default().now());
                self.left(0, Some(wait))
            }
        })
    }

    fn left(&self, remaining: u32, wait: Option<Duration>) -> Left {
        let missing = self.burst.saturating_sub(remaining);
        Left {
            limit: self.burst,
            remaining,
            reset: Duration::from_secs(missing.div_ceil(self.per_second).into()),
            wait,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pull::config::RateLimit;

    #[test]
    fn each_key_has_a_bucket_of_its_own() {
        let rates = Rates::new(&Limits {
            rate: Some(RateLimit {
                per_second: 1,
                burst: 2,
            }),
            ..Limits::default()
        });
        let take = |name: &str| rates.take(Key::Caller(name.into())).unwrap();
        assert_eq!((take("a").remaining, take("a").remaining), (1, 0));
        let refused = take("a");
        assert!(refused.wait.is_some_and(|wait| !wait.is_zero()));
        assert_eq!(refused.reset, Duration::from_secs(2));
        assert_eq!(take("b").wait, None);
    }
}
