//! [`Line`]: one of Filed's two hosts, as this push finds it: up, or away.
//!
//! One request that fails says little; when nothing else gets through either, the host is away.
//! Then everything that needs it waits, and a single request at a time tries whether it is back,
//! with gaps that grow. So an outage costs few requests however many files wait, and the push goes
//! on by itself when it is over.

use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::{Instant, sleep};

use crate::push::journal::Key;
use crate::push::pace::{Gaps, Pace};
use crate::{Error, ErrorCode, Result};

/// One host.
#[derive(Default)]
pub(in crate::push) struct Line {
    state: Mutex<State>,
    /// Held by the one that tries while the host is away.
    probe: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    /// Requests that got through.
    through: u64,
    /// The file that failed last. It may be the only one that does.
    suspect: Option<Key>,
    away: Option<Away>,
}

struct Away {
    since: Instant,
    gaps: Gaps,
}

/// Why a request was given up.
pub(in crate::push) enum GivenUp {
    /// Others get through, or nobody else tried: it may be its own fault.
    Alone(Error),
    /// The host was away for longer than the push waits.
    Away(Error),
}

impl GivenUp {
    pub fn into_error(self) -> Error {
        match self {
            Self::Alone(error) | Self::Away(error) => error,
        }
    }
}

impl Line {
    /// Sends a request, and sits out an outage of the host. `item` is what the request is about
    /// when it could be at fault itself; `passing` tells whether an error may pass.
    pub async fn carry<T, F>(
        &self,
        pace: &Pace,
        item: Option<Key>,
        passing: impl Fn(&Error) -> bool,
        mut send: impl FnMut() -> F,
    ) -> Result<T, GivenUp>
    where
        F: Future<Output = Result<T>>,
    {
        loop {
            let only = self.wait().await;
            let before = self.state().through;
            match send().await {
                Ok(value) => {
                    self.got_through();
                    return Ok(value);
                }
                Err(error) if passing(&error) => self.failed(pace, item, before, error)?,
                Err(error) => return Err(GivenUp::Alone(error)),
            }
            if let (Some(_), Some(away)) = (only, &mut self.state().away) {
                away.gaps.next();
            }
        }
    }

    /// While the host is away, waits until it is this request's turn to try.
    async fn wait(&self) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        self.gap()?;
        let only = self.probe.lock().await;
        // Whoever tried before may have got through.
        sleep(self.gap()?).await;
        Some(only)
    }

    fn gap(&self) -> Option<std::time::Duration> {
        self.state().away.as_ref().map(|away| away.gaps.peek())
    }

    fn got_through(&self) {
        let mut state = self.state();
        state.through += 1;
        state.suspect = None;
        state.away = None;
    }

    /// Takes a failure for the host's, or gives it back.
    fn failed(
        &self,
        pace: &Pace,
        item: Option<Key>,
        before: u64,
        error: Error,
    ) -> Result<(), GivenUp> {
        let mut state = self.state();
        if state.through != before {
            return Err(GivenUp::Alone(error));
        }
        let theirs = blames_host(&error) || item.is_none() || others(&state, item);
        let patience = match state.through {
            // A host that never answered is more likely a wrong setting than an outage.
            0 => pace.again * 16,
            _ => pace.outage,
        };
        match &state.away {
            Some(away) if away.since.elapsed() >= patience => Err(GivenUp::Away(error)),
            Some(_) => Ok(()),
            None if theirs => {
                state.away = Some(Away {
                    since: Instant::now(),
                    gaps: Gaps::new(pace.again, pace.again * 16),
                });
                Ok(())
            }
            None => {
                state.suspect = item;
                Err(GivenUp::Alone(error))
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// No request can be at fault for these.
fn blames_host(error: &Error) -> bool {
    matches!(
        error.code(),
        ErrorCode::ConnectFailed | ErrorCode::ProxyFailed
    )
}

fn others(state: &State, item: Option<Key>) -> bool {
    state.suspect.is_some() && state.suspect != item
}

#[cfg(test)]
mod tests;
