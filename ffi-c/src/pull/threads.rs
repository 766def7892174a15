//! The threads a host's functions run on: a server's own, so that functions that never return
//! cannot take the library's.

use filed_core::pull::{Outcome, ProviderError};
use filed_core::{Error, ErrorCode, Result};
use tokio::runtime::{Builder, Runtime};

/// Functions that run at the same time; more wait for one to return.
const MOST: usize = 256;

/// Threads that may block, made when they are needed. Nothing asynchronous runs on them.
pub(crate) struct Threads(Option<Runtime>);

impl Threads {
    pub fn new() -> Result<Self> {
        // A runtime for its pool alone: nobody ever drives it.
        let pool = Builder::new_current_thread()
            .max_blocking_threads(MOST)
            .thread_name("filed-host")
            .build()
            .map_err(|e| {
                let text = format!("the threads for the provider cannot start: {}", e.kind());
                Error::new(ErrorCode::Internal, text)
            })?;
        Ok(Self(Some(pool)))
    }

    /// Runs `work` on one of the threads. It runs to its end even when nobody waits for it.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        let Some(pool) = &self.0 else {
            return Err(ProviderError::Failed);
        };
        pool.spawn_blocking(work)
            .await
            .unwrap_or(Err(ProviderError::Failed))
    }
}

impl Drop for Threads {
    // Without waiting: the last owner may be a task, which must not.
    fn drop(&mut self) {
        if let Some(pool) = self.0.take() {
            pool.shutdown_background();
        }
    }
}
