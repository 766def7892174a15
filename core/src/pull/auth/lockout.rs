//! [`LockOut`]: an address that shows wrong credentials again and again is not listened to for a
//! while.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::pull::Limits;

const LONGEST: Duration = Duration::from_secs(3600);

/// Addresses that are remembered; the ones that failed longest ago are forgotten first.
const MOST: usize = 10_000;

/// Failures by address.
pub struct LockOut {
    most: u32,
    first: Duration,
    failures: Mutex<HashMap<IpAddr, Failures>>,
}

struct Failures {
    in_a_row: u32,
    locked: u32,
    until: Option<Instant>,
    last: Instant,
}

impl LockOut {
    pub fn new(limits: &Limits) -> Self {
        Self {
            most: limits.failures.max(1),
            first: limits.lock_out,
            failures: Mutex::default(),
        }
    }

    /// How long the address is still locked out.
    pub fn left(&self, address: IpAddr, now: Instant) -> Option<Duration> {
        let failures = self.lock();
        let until = failures.get(&whole(address))?.until?;
        until.checked_duration_since(now).filter(|d| !d.is_zero())
    }

    /// Wrong credentials came from the address.
    pub fn failed(&self, address: IpAddr, now: Instant) {
        let mut failures = self.lock();
        if failures.len() >= MOST {
            forget_oldest(&mut failures);
        }
        let entry = failures.entry(whole(address)).or_insert(Failures {
            in_a_row: 0,
            locked: 0,
            until: None,
            last: now,
        });
        // Who has been quiet for long starts anew.
        if now.duration_since(entry.last) > LONGEST {
            (entry.in_a_row, entry.locked) = (0, 0);
        }
        entry.last = now;
        entry.in_a_row += 1;
        if entry.in_a_row >= self.most {
            let time = self.first.saturating_mul(1 << entry.locked.min(16));
            entry.until = now.checked_add(time.min(LONGEST));
            entry.in_a_row = 0;
            entry.locked += 1;
        }
    }

    /// Right credentials came from the address.
    pub fn passed(&self, address: IpAddr) {
        self.lock().remove(&whole(address));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, Failures>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever has one IPv6 address has the whole network of it.
pub(super) fn whole(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6((u128::from(v6) >> 64 << 64).into()),
        },
    }
}

fn forget_oldest(failures: &mut HashMap<IpAddr, Failures>) {
    let oldest = failures.iter().min_by_key(|(_, f)| f.last).map(|(a, _)| *a);
    if let Some(oldest) = oldest {
        failures.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(lock_out: &LockOut, times: u32, address: IpAddr, now: Instant) -> Option<Duration> {
        for _ in 0..times {
            lock_out.failed(address, now);
        }
        lock_out.left(address, now)
    }

    #[test]
    fn guessing_locks_out_for_longer_and_longer_and_only_the_one_who_guesses() {
        let limits = Limits {
            failures: 3,
            lock_out: Duration::from_secs(60),
            ..Limits::default()
        };
        let (lock_out, now) = (LockOut::new(&limits), Instant::now());
        let (guesser, other) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        assert_eq!(after(&lock_out, 2, guesser, now), None);
        assert_eq!(
            after(&lock_out, 1, guesser, now),
            Some(Duration::from_secs(60))
        );
        assert_eq!(lock_out.left(other, now), None);
        let later = now + Duration::from_secs(61);
        assert_eq!(lock_out.left(guesser, later), None);
        assert_eq!(
            after(&lock_out, 3, guesser, later),
            Some(Duration::from_secs(120))
        );
    }

    #[test]
    fn right_credentials_start_the_count_anew() {
        let limits = Limits {
            failures: 3,
            ..Limits::default()
        };
        let (lock_out, now) = (LockOut::new(&limits), Instant::now());
        let address = [192, 0, 2, 1].into();
        after(&lock_out, 2, address, now);
        lock_out.passed(address);
        assert_eq!(after(&lock_out, 2, address, now), None);
    }

    #[test]
    fn a_neighbour_in_the_same_ipv6_network_is_the_same_guesser() {
        let lock_out = LockOut::new(&Limits {
            failures: 1,
            ..Limits::default()
        });
        let now = Instant::now();
        lock_out.failed("2001:db8::1".parse().unwrap(), now);
        assert!(lock_out.left("2001:db8::2".parse().unwrap(), now).is_some());
        assert!(
            lock_out
                .left("2001:db8:1::1".parse().unwrap(), now)
                .is_none()
        );
    }
}
