//! Files on their way in: read by the host's functions, chunk by chunk, at their pace.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use filed_core::pull::{Incoming, Outcome};
use filed_core::{Error, ErrorCode, runtime};
use tokio::sync::{mpsc, oneshot};

use crate::bridge::Shared;

type Ask = oneshot::Sender<Outcome<Option<Bytes>>>;

/// The files that are being received, by number.
#[derive(Default)]
pub struct Files {
    open: Mutex<HashMap<i64, mpsc::Sender<Ask>>>,
    last: AtomicI64,
}

impl Files {
    /// A number for JavaScript to read by, and what [`serve`] answers.
    pub fn open(shared: &Arc<Shared>) -> (OpenFile, mpsc::Receiver<Ask>) {
        let files = &shared.incoming;
        let number = files.last.fetch_add(1, Ordering::Relaxed) + 1;
        let (asks, asked) = mpsc::channel(1);
        files.lock().insert(number, asks);
        let shared = shared.clone();
        (OpenFile { shared, number }, asked)
    }

    /// Asks for the next chunk.
    pub fn read(&self, shared: &Arc<Shared>, call: i64, number: i64) {
        let asks = self.lock().get(&number).cloned();
        let kept = shared.clone();
        let work = async move {
            let (answer, answered) = oneshot::channel();
            let asks = asks.ok_or_else(broken)?;
            asks.send(answer).await.map_err(|_| broken())?;
            let next = answered.await.map_err(|_| broken())?;
            let chunk = next.map_err(|_| broken())?;
            let there = chunk.is_some();
            if let Some(chunk) = chunk {
                kept.keep_chunk(call, chunk);
            }
            Ok::<_, Error>(there.to_string())
        };
        match runtime::current() {
            Ok(generation) => shared.start(&generation, call, work),
            Err(e) => shared.deliver(call, Err(e)),
        }
    }

    // A map cannot be half-changed by a panic.
    fn lock(&self) -> MutexGuard<'_, HashMap<i64, mpsc::Sender<Ask>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file that can be read for as long as this lives.
pub struct OpenFile {
    shared: Arc<Shared>,
    /// What JavaScript reads it by.
    pub number: i64,
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        self.shared.incoming.lock().remove(&self.number);
    }
}

/// Answers what the host asks of `content`, until `until` is there.
pub async fn serve<T>(
    content: &mut Incoming,
    mut asked: mpsc::Receiver<Ask>,
    until: impl Future<Output = T>,
) -> T {
    let serving = async {
        while let Some(answer) = asked.recv().await {
            // The host may have stopped to wait.
            let _ = answer.send(content.next().await);
        }
        std::future::pending::<T>().await
    };
    tokio::select! {
        value = until => value,
        never = serving => never,
    }
}

fn broken() -> Error {
    Error::new(
        ErrorCode::SourceFailed,
        "the transfer broke before its end: keep nothing of the file",
    )
}
