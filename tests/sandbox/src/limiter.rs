//! A token bucket: how many requests the simulated Filed takes before it answers 429.

use tokio::time::Instant;

use crate::settings::RateLimit;

#[derive(Debug, Default)]
pub(crate) struct Bucket {
    filled: Option<(f64, Instant)>,
}

impl Bucket {
    /// Takes one token; false when there is none.
    pub(crate) fn take(&mut self, limit: &RateLimit) -> bool {
        let now = Instant::now();
        let level = match self.filled {
            None => limit.burst,
            Some((level, at)) => {
                let gained = now.duration_since(at).as_secs_f64() * limit.per_second;
                (level + gained).min(limit.burst)
            }
        };
        let free = level >= 1.0;
        self.filled = Some((if free { level - 1.0 } else { level }, now));
        free
    }
}
