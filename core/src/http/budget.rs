//! The retry budget of one host: keeps a server that is down from being hammered.

use std::sync::{Mutex, PoisonError};

use crate::ErrorCode;

const FULL: u32 = 500;
const PER_RETRY: u32 = 5;
const PER_TIMEOUT: u32 = 10;

/// Retries take tokens, successes give back one each.
#[derive(Debug)]
pub(crate) struct Budget(Mutex<u32>);

impl Budget {
    pub fn new() -> Self {
        Self(Mutex::new(FULL))
    }

    /// Pays for one retry after a failure with `code`; `false` when there is not enough left.
    pub fn pay(&self, code: ErrorCode) -> bool {
        let price = match code {
            ErrorCode::TimedOut | ErrorCode::Stalled => PER_TIMEOUT,
            _ => PER_RETRY,
        };
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let enough = *left >= price;
        if enough {
            *left -= price;
        }
        enough
    }

    pub fn succeeded(&self) {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *left = (*left + 1).min(FULL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_budget_stops_retries_until_something_succeeds() {
        let budget = Budget::new();
        for _ in 0..FULL / PER_RETRY {
            assert!(budget.pay(ErrorCode::ServerError));
        }
        assert!(!budget.pay(ErrorCode::ServerError));
        for _ in 0..PER_RETRY {
            budget.succeeded();
        }
        assert!(!budget.pay(ErrorCode::TimedOut), "a time-out costs more");
        assert!(budget.pay(ErrorCode::ConnectionLost));
    }
}
