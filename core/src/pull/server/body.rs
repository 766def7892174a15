//! Request bodies as [`Incoming`]: bounded, hashed, cut off when they come too slowly. What went
//! wrong with one is kept in [`Received`], since a provider sees only that something did.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use bytes::{Bytes, BytesMut};
use futures_util::stream::try_unfold;
use futures_util::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use super::app::App;
use crate::pull::problem::{Code, Problem};
use crate::pull::{Incoming, Outcome, ProviderError};

/// The least that must come in the time of a stall.
const LEAST: u64 = 16 * 1024;

/// What is known of a body so far; clones are of the same body.
#[derive(Clone, Default)]
pub struct Received(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    size: u64,
    hasher: Sha256,
    problem: Option<Problem>,
    /// Since when the reader has been busy with what it got; `None` while it waits for more.
    busy: Option<Instant>,
}

impl Received {
    /// Why the body ended early, or else what the reader's error means.
    pub fn problem(&self, error: ProviderError) -> Problem {
        let own = self.lock().problem.clone();
        own.unwrap_or_else(|| Problem::of(error, Code::ClientNotFound))
    }

    /// SHA-256 of the bytes so far.
    pub fn sha256(&self) -> [u8; 32] {
        self.lock().hasher.clone().finalize().into()
    }

    /// Ends the body with a problem.
    pub fn fail(&self, problem: Problem) -> ProviderError {
        self.lock().problem.get_or_insert(problem);
        ProviderError::Failed
    }

    /// Ends once the reader has been busy for so long without asking for more.
    pub async fn overdue(&self, patience: Duration) {
        loop {
            let busy = self.lock().busy;
            let until = busy.unwrap_or_else(Instant::now) + patience;
            tokio::time::sleep_until(until).await;
            if busy.is_some() && self.lock().busy == busy {
                return;
            }
        }
    }

    /// The reader begins.
    pub fn begin(&self) {
        self.lock().busy = Some(Instant::now());
    }

    fn took(&self, chunk: &Bytes, limit: u64) -> Outcome<()> {
        let mut state = self.lock();
        state.size += chunk.len() as u64;
        if state.size > limit {
            drop(state);
            let text = format!("At most {limit} bytes are taken.");
            return Err(self.fail(Problem::new(Code::TooLarge).saying(text)));
        }
        state.hasher.update(chunk);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A whole request body as one content.
pub fn incoming(body: Body, limit: u64, app: &App, received: &Received) -> Incoming {
    watched(paced(body, app.limits.stall, received), limit, received)
}

/// The bytes of a body as they come; an error when they stop coming.
pub fn paced(
    body: Body,
    stall: Duration,
    received: &Received,
) -> impl Stream<Item = Outcome<Bytes>> + Send + use<> {
    let start = Pacer {
        body: body.into_data_stream(),
        pace: Pace::new(stall),
        received: received.clone(),
    };
    try_unfold(start, |mut pacer| async {
        Ok(pacer.next().await?.map(|chunk| (chunk, pacer)))
    })
}

struct Pacer {
    body: BodyDataStream,
    pace: Pace,
    received: Received,
}

impl Pacer {
    async fn next(&mut self) -> Outcome<Option<Bytes>> {
        self.pace.wait_begins();
        let next = tokio::time::timeout_at(self.pace.until, self.body.next()).await;
        let Ok(next) = next else {
            return Err(self.received.fail(Problem::new(Code::RequestTimeout)));
        };
        self.pace.wait_ends();
        match next.transpose() {
            Ok(chunk) => {
                self.pace.moved(chunk.as_ref().map_or(0, Bytes::len) as u64);
                Ok(chunk)
            }
            Err(_) => {
                let text = "The body broke off before its end.";
                let problem = Problem::new(Code::InvalidBody).saying(text);
                Err(self.received.fail(problem))
            }
        }
    }
}

/// How slow is too slow: so little in so long, the reader's own time not counted.
struct Pace {
    stall: Duration,
    until: Instant,
    bytes: u64,
    paused: Instant,
}

impl Pace {
    fn new(stall: Duration) -> Self {
        let now = Instant::now();
        Self {
            stall,
            until: now + stall,
            bytes: 0,
            paused: now,
        }
    }

    fn wait_begins(&mut self) {
        self.until += self.paused.elapsed();
    }

    fn wait_ends(&mut self) {
        self.paused = Instant::now();
    }

    fn moved(&mut self, bytes: u64) {
        self.bytes += bytes;
        if self.bytes >= LEAST {
            self.bytes = 0;
            self.until = self.paused + self.stall;
        }
    }
}

/// Counts and hashes what passes, and knows whether the reader is busy.
pub fn watched(
    chunks: impl Stream<Item = Outcome<Bytes>> + Send + 'static,
    limit: u64,
    received: &Received,
) -> Incoming {
    let start = (Box::pin(chunks), received.clone());
    Incoming::new(try_unfold(
        start,
        move |(mut chunks, received)| async move {
            received.lock().busy = None;
            let next = chunks.next().await.transpose();
            received.begin();
            let Some(chunk) = next? else {
                return Ok(None);
            };
            received.took(&chunk, limit)?;
            Ok(Some((chunk, (chunks, received))))
        },
    ))
}

/// Everything, for bodies that are small by their limit.
pub async fn whole(content: &mut Incoming) -> Outcome<Bytes> {
    let mut all = BytesMut::new();
    while let Some(chunk) = content.next().await? {
        all.extend_from_slice(&chunk);
    }
    Ok(all.freeze())
}
