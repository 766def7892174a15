//! [`Hosts`]: waiting for content that a host program supplies, with bounds: so many of its readers
//! block a thread at once, and each piece has so much time.
//!
//! Host code may block for as long as it likes, and nothing can end it. What it may not do is hold
//! up other files: their reads go on, since host readers never get all the threads that may block.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::timeout;

use crate::{Error, ErrorCode, Result};

/// A host's sources, waited for.
#[derive(Clone)]
pub(super) struct Hosts {
    /// One for each host reader of the process that may block a thread.
    places: Arc<Semaphore>,
    patience: Duration,
}

impl Hosts {
    pub fn new(places: Arc<Semaphore>, patience: Duration) -> Self {
        Self { places, patience }
    }

    #[cfg(test)]
    pub fn patient() -> Self {
        Self::new(Arc::new(Semaphore::new(2)), Duration::from_secs(60))
    }

    /// Runs a read of the host's on a thread that may block. The thread and its place stay taken
    /// until the host lets go of them, also when nobody waits any more.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let reading = async {
            let place = self.places.clone().acquire_owned().await;
            let job = spawn_blocking(move || {
                let _place = place;
                read()
            });
            ended(job.await)
        };
        self.within(reading).await.and_then(|read| read)
    }

    /// Waits for what the host sends.
    pub async fn within<T>(&self, wait: impl Future<Output = T>) -> Result<T> {
        timeout(self.patience, wait).await.map_err(|_| silent())
    }
}

fn silent() -> Error {
    Error::new(
        ErrorCode::SourceFailed,
        "the source gave nothing for five times the time-out of a request (timeout); it was given \
         up",
    )
}

fn ended<T>(read: std::result::Result<Result<T>, JoinError>) -> Result<T> {
    match read {
        Ok(read) => read,
        Err(e) if e.is_panic() => Err(Error::new(ErrorCode::SourceFailed, "the reader panicked")),
        Err(_) => Err(Error::new(
            ErrorCode::ShutDown,
            "the runtime was shut down meanwhile",
        )),
    }
}
