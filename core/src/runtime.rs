//! The one embedded runtime.
//!
//! A manager holds a replaceable slot with the current [`Generation`]: made on first use, never at
//! load; replaced after [`shutdown`] and, in a child process, after a fork. Clients belong to the
//! generation they were made in and answer `FORKED` or `SHUT_DOWN` once it is gone.

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use once_cell::sync::Lazy;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{Error, ErrorCode, Result};

static MANAGER: Lazy<Mutex<Slot>> = Lazy::new(Mutex::default);
/// Threads for what may block.
const MOST_BLOCKING: usize = 64;

static NEXT_GENERATION: AtomicU64 = AtomicU64::new(1);

#[derive(Default)]
struct Slot {
    current: Option<Arc<Generation>>,
}

/// One life of the runtime: from its first use to its shutdown, within one process.
pub struct Generation {
    id: u64,
    pid: u32,
    // Taken out by shutdown; a child after a fork leaks it, since its threads do not exist there.
    runtime: Mutex<Option<Runtime>>,
    handle: tokio::runtime::Handle,
    ended: AtomicBool,
    readers: Arc<Semaphore>,
    stop: CancellationToken,
}

/// The current generation, made when there is none or when the process has forked.
///
/// # Errors
/// `INTERNAL` when the operating system refuses threads.
pub fn current() -> Result<Arc<Generation>> {
    let mut slot = slot();
    if let Some(generation) = &slot.current
        && generation.check().is_ok()
    {
        return Ok(generation.clone());
    }
    let fresh = Arc::new(Generation::start()?);
    if let Some(old) = slot.current.replace(fresh.clone()) {
        old.forget_if_forked();
    }
    Ok(fresh)
}

/// Ends the current generation: cancels what runs, waits up to `timeout`, and lets go of the
/// threads. Returns whether everything ended in time. May be called again, by any thread; the next
/// client starts a new generation.
pub fn shutdown(timeout: Duration) -> bool {
    let Some(generation) = slot().current.take() else {
        return true;
    };
    generation.end(timeout)
}

fn slot() -> MutexGuard<'static, Slot> {
    MANAGER.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Generation {
    fn start() -> Result<Self> {
        let cpus = std::thread::available_parallelism().map_or(2, usize::from);
        let number = Arc::new(AtomicUsize::new(0));
        let runtime = Builder::new_multi_thread()
            .worker_threads(cpus.clamp(2, 4))
            .max_blocking_threads(MOST_BLOCKING)
            .thread_name_fn(move || format!("filed-{}", number.fetch_add(1, Ordering::Relaxed)))
            .enable_all()
            .build()
            .map_err(|e| {
                Error::new(
                    ErrorCode::Internal,
                    format!("the runtime could not start its threads: {}", e.kind()),
                )
            })?;
        Ok(Self {
            id: NEXT_GENERATION.fetch_add(1, Ordering::Relaxed),
            pid: std::process::id(),
            handle: runtime.handle().clone(),
            runtime: Mutex::new(Some(runtime)),
            ended: AtomicBool::new(false),
            readers: Arc::new(Semaphore::new(MOST_BLOCKING / 2)),
            stop: CancellationToken::new(),
        })
    }

    /// Rises with each generation of the process and its parents.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Whether this generation can still be used, by this process.
    ///
    /// # Errors
    /// `FORKED` in a child of the process that made it, `SHUT_DOWN` after [`shutdown`].
    pub fn check(&self) -> Result<()> {
        if self.pid != std::process::id() {
            return Err(Error::new(
                ErrorCode::Forked,
                "this client was made before the process forked: make a new one in the child",
            ));
        }
        if self.ended.load(Ordering::Acquire) {
            return Err(Error::new(
                ErrorCode::ShutDown,
                "the runtime was shut down: make a new client",
            ));
        }
        Ok(())
    }

    /// Starts a task that ends with the generation.
    ///
    /// # Errors
    /// As [`Generation::check`].
    pub fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<JoinHandle<Option<T>>> {
        self.check()?;
        let stop = self.stop.clone();
        Ok(self
            .handle
            .spawn(async move { stop.run_until_cancelled(work).await }))
    }

    /// Runs `work` on this runtime and waits for it from any executor. Dropping the returned
    /// future cancels the work. A panic inside becomes `INTERNAL`.
    ///
    /// # Errors
    /// The error of `work`, or as [`Generation::check`].
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let task = AbortOnDrop(self.spawn(work)?);
        join(task).await
    }

    /// Places for host readers that block a thread: fewer than there are threads, so that some are
    /// left for our own files whatever host code does.
    pub(crate) fn readers(&self) -> &Arc<Semaphore> {
        &self.readers
    }

    /// A token that is cancelled when the generation ends.
    pub fn stopping(&self) -> &CancellationToken {
        &self.stop
    }

    fn end(&self, timeout: Duration) -> bool {
        if self.pid != std::process::id() {
            self.forget_if_forked();
            return true;
        }
        self.ended.store(true, Ordering::Release);
        self.stop.cancel();
        let runtime = self
            .runtime
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(runtime) = runtime else { return true };
        let started = std::time::Instant::now();
        runtime.shutdown_timeout(timeout);
        started.elapsed() < timeout
    }

    /// A forked child has the runtime's memory but not its threads; dropping it would wait for
    /// them for ever.
    fn forget_if_forked(&self) {
        if self.pid != std::process::id()
            && let Ok(mut runtime) = self.runtime.try_lock()
        {
            std::mem::forget(runtime.take());
        }
    }
}

impl Drop for Generation {
    fn drop(&mut self) {
        self.forget_if_forked();
        // Dropping a runtime blocks, and is not allowed inside a task: let go without waiting.
        if let Some(runtime) = self
            .runtime
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
        {
            runtime.shutdown_background();
        }
    }
}

struct AbortOnDrop<T>(JoinHandle<Option<T>>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn join<T>(mut task: AbortOnDrop<Result<T>>) -> Result<T> {
    match (&mut task.0).await {
        Ok(Some(result)) => result,
        Ok(None) => Err(Error::new(
            ErrorCode::ShutDown,
            "the runtime was shut down meanwhile",
        )),
        Err(e) if e.is_cancelled() => Err(Error::new(ErrorCode::Cancelled, "cancelled")),
        Err(_) => Err(Error::new(
            ErrorCode::Internal,
            "a defect in this library ended the call; please report it",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // One test: the slot is the process's.
    #[test]
    fn a_generation_ends_once_and_the_next_use_starts_another() {
        let first = current().unwrap();
        assert_eq!(first.id(), current().unwrap().id());

        let outer = Builder::new_current_thread().build().unwrap();
        assert_eq!(outer.block_on(first.run(async { Ok(7) })).unwrap(), 7);
        let panicked = outer.block_on(first.run::<()>(async { panic!("planted") }));
        assert_eq!(panicked.unwrap_err().code(), ErrorCode::Internal);

        assert!(shutdown(Duration::from_secs(5)));
        assert!(
            shutdown(Duration::from_secs(5)),
            "a second shutdown has nothing to do"
        );
        let late = outer.block_on(first.run(async { Ok(()) }));
        assert_eq!(late.unwrap_err().code(), ErrorCode::ShutDown);
        assert_ne!(first.id(), current().unwrap().id());
    }
}
