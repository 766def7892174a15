//! [`Load`]: how many uploads run at once. The number grows while that moves more, and shrinks
//! when the host pushes back.
//!
//! Growing until something breaks (plain AIMD) suits a host, but not a slow line: there nothing
//! breaks, every upload only gets slower, until all of them stall. So growth has to pay. After a
//! round, in which about as many uploads ended as run at once, a larger number is tried for the
//! next; if that did not move clearly more, it is taken back. A push-back (429, 503, a time-out)
//! halves the number, once for all uploads that were under way by then, as TCP does it: they tell
//! of the same trouble.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::ErrorCode;
use crate::http::Failure;

/// Uploads at once, to begin with: on a fast line latency decides.
const FIRST: usize = 16;
const LEAST: usize = 4;
const MOST: usize = 64;

/// A round takes at least so long, since shorter ones measure chance.
const ROUND: Duration = Duration::from_millis(500);

/// How much more a number half as large again must move to be kept.
const PAYS: f64 = 1.1;

/// Rounds between two attempts to grow, when the last one did not pay.
const REST: u32 = 8;

/// What a request weighs beside its bytes, so that many small files count as work.
const PER_UPLOAD: u64 = 16 * 1024;

/// The number of uploads at once, and who has his turn.
pub(crate) struct Load {
    state: Mutex<State>,
    freed: Notify,
}

struct State {
    running: usize,
    controller: Controller,
}

/// Leave to run one upload, until it is dropped.
pub(crate) struct Turn<'a>(&'a Load);

/// Tells which push-backs an attempt cannot have known of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Begun(u64);

impl Load {
    /// `ceiling` is the host's own limit.
    pub fn new(ceiling: Option<usize>) -> Self {
        Self {
            state: Mutex::new(State {
                running: 0,
                controller: Controller::new(ceiling, Instant::now()),
            }),
            freed: Notify::new(),
        }
    }

    /// The most that will ever run at once.
    pub fn most(ceiling: Option<usize>) -> usize {
        ceiling.unwrap_or(MOST)
    }

    /// How many may run at once now.
    pub fn limit(&self) -> usize {
        self.state().controller.limit
    }

    /// Waits for leave to run.
    pub async fn turn(&self) -> Turn<'_> {
        loop {
            let freed = self.freed.notified();
            if let Some(turn) = self.enter() {
                return turn;
            }
            freed.await;
        }
    }

    fn enter(&self) -> Option<Turn<'_>> {
        let mut state = self.state();
        let free = state.running < state.controller.limit;
        if free {
            state.running += 1;
            // The number may have grown by more than the one place that was told of.
            if state.running < state.controller.limit {
                self.freed.notify_one();
            }
        }
        free.then(|| Turn(self))
    }

    /// What an attempt notes before it is made.
    pub fn begin(&self) -> Begun {
        Begun(self.state().controller.cuts)
    }

    /// Takes note of a failed attempt.
    pub fn failed(&self, begun: Begun, failure: &Failure) {
        if pushes_back(failure) {
            self.state().controller.pushed_back(begun, Instant::now());
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    /// Counts an upload that succeeded.
    pub fn moved(&self, bytes: u64) {
        let mut state = self.0.state();
        // An upload is not all there is to a file: a host that is busy seldom has all places taken.
        let crowded = state.running * 4 >= state.controller.limit;
        state.controller.ended(bytes, crowded, Instant::now());
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.state().running -= 1;
        self.0.freed.notify_one();
    }
}

fn pushes_back(failure: &Failure) -> bool {
    let unavailable = failure.error.http_status() == Some(503);
    let code = failure.error.code();
    unavailable
        || matches!(
            code,
            ErrorCode::RateLimited | ErrorCode::TimedOut | ErrorCode::Stalled
        )
}

/// Decides the number. Knows nothing of tasks and clocks, so that it can be tested.
#[derive(Debug)]
struct Controller {
    limit: usize,
    least: usize,
    most: usize,
    cuts: u64,
    round: Round,
    /// The number before the one that is being tried, and what it moved.
    tried: Option<Before>,
    /// Rounds until the next try.
    rest: u32,
}

#[derive(Debug)]
struct Round {
    since: Instant,
    ended: usize,
    crowded: usize,
    moved: u64,
}

#[derive(Debug, Clone, Copy)]
struct Before {
    limit: usize,
    rate: f64,
}

impl Controller {
    fn new(ceiling: Option<usize>, now: Instant) -> Self {
        let most = Load::most(ceiling);
        Self {
            // A host that says how many gets as many, as long as the other side takes it.
            limit: ceiling.unwrap_or(FIRST),
            least: LEAST.min(most),
            most,
            cuts: 0,
            round: Round::new(now),
            tried: None,
            rest: 0,
        }
    }

    fn ended(&mut self, bytes: u64, crowded: bool, now: Instant) {
        self.round.ended += 1;
        self.round.crowded += usize::from(crowded);
        self.round.moved += bytes + PER_UPLOAD;
        let lasted = now - self.round.since;
        if self.round.ended >= self.limit && lasted >= ROUND {
            let round = std::mem::replace(&mut self.round, Round::new(now));
            self.judge(&round, round.moved as f64 / lasted.as_secs_f64());
        }
    }

    fn judge(&mut self, round: &Round, rate: f64) {
        let before = self.tried.take();
        if round.crowded * 2 < round.ended {
            // There was too little to do to learn anything.
            return;
        }
        match before {
            Some(before) if rate < before.rate * PAYS => {
                self.limit = before.limit;
                self.rest = REST;
            }
            None if self.rest > 0 => self.rest -= 1,
            _ => self.try_more(rate),
        }
    }

    fn try_more(&mut self, rate: f64) {
        let more = (self.limit * 3).div_ceil(2).min(self.most);
        if more > self.limit {
            let limit = std::mem::replace(&mut self.limit, more);
            self.tried = Some(Before { limit, rate });
        }
    }

    fn pushed_back(&mut self, begun: Begun, now: Instant) {
        if begun.0 == self.cuts {
            self.cuts += 1;
            self.limit = (self.limit / 2).max(self.least);
            self.tried = None;
            self.rest = 1;
            self.round = Round::new(now);
        }
    }
}

impl Round {
    fn new(since: Instant) -> Self {
        Self {
            since,
            ended: 0,
            crowded: 0,
            moved: 0,
        }
    }
}

#[cfg(test)]
mod tests;
