//! The one embedded runtime.
//!
//! A slot holds the current [`Generation`]: made on first use, never at load; replaced after
//! [`shutdown`] and, in a child process, after a fork. Clients belong to the generation they were
//! made in and answer `FORKED` or `SHUT_DOWN` once it is gone. What each call does in each state is
//! in `docs/lifecycle.md`.
//!
//! | file | what lives there |
//! | --- | --- |
//! | `slot` | what a process has, and a child of it does not |
//! | `starting` | threads that the operating system may refuse |
//! | `threads` | what a shutdown waits for |
//! | `image` | keeps the code in memory while threads run it |
//! | `fork` | what must not be half done when the process forks |
//! | `signals` | keeps the host's handlers off these threads |

pub(crate) mod fork;
mod image;
mod signals;
pub(crate) mod slot;
pub(crate) mod starting;
mod threads;

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use once_cell::race::OnceBox;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{Error, ErrorCode, Result};
use slot::Slot;
use threads::Threads;

/// Threads for what may block.
const MOST_BLOCKING: usize = 64;
/// Far enough to mean "never" and near enough to be added to any clock.
const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

// Made without a lock: a child may be forked off while another thread makes it.
static MANAGER: OnceBox<Slot<Manager>> = OnceBox::new();
static NEXT_GENERATION: AtomicU64 = AtomicU64::new(1);

/// What a process has: the generation that is used, and those that were shut down and may have a
/// thread left.
#[derive(Default)]
struct Manager {
    current: Option<Arc<Generation>>,
    ending: Vec<Arc<Threads>>,
}

/// One life of the runtime: from its first use to its shutdown, within one process.
pub struct Generation {
    id: u64,
    pid: u32,
    // Taken out by shutdown; a child after a fork leaks it, since its threads do not exist there.
    runtime: Mutex<Option<Runtime>>,
    handle: tokio::runtime::Handle,
    ended: AtomicBool,
    threads: Arc<Threads>,
    readers: Arc<Semaphore>,
    stop: CancellationToken,
}

/// The current generation, made when there is none or when the process has forked.
///
/// # Errors
/// `OUT_OF_RESOURCES` when the operating system refuses threads.
pub fn current() -> Result<Arc<Generation>> {
    let mut manager = manager();
    if let Some(generation) = &manager.current {
        return Ok(generation.clone());
    }
    let fresh = Arc::new(Generation::start()?);
    manager.current = Some(fresh.clone());
    Ok(fresh)
}

/// Ends the current generation: cancels what runs, waits up to `timeout`, and lets go of the
/// threads. Returns whether all threads had ended in time, those of earlier shutdowns included. May
/// be called again, by any number of threads at once; the next client starts a new generation.
///
/// An open push keeps its journal, and the thread that writes it, until its last handle is dropped.
pub fn shutdown(timeout: Duration) -> bool {
    crate::defect::planted("shutdown");
    let deadline = Instant::now() + timeout.min(LONGEST);
    let (current, ending) = {
        let mut manager = manager();
        let current = manager.current.take();
        let threads = current.iter().map(|current| current.threads.clone());
        manager.ending.extend(threads);
        (current, manager.ending.clone())
    };
    if let Some(current) = current {
        current.end(deadline);
    }
    let ended = ending.iter().all(|threads| threads.wait(Some(deadline)));
    manager().ending.retain(|threads| !threads.wait(None));
    ended
}

fn manager() -> MutexGuard<'static, Manager> {
    let slot = MANAGER.get_or_init(Box::default);
    slot.lock(std::process::id())
}

impl Generation {
    fn start() -> Result<Self> {
        image::pin();
        let cpus = std::thread::available_parallelism().map_or(2, usize::from);
        let threads = Arc::new(Threads::default());
        let runtime = build(cpus.clamp(2, 4), &threads)?;
        Ok(Self {
            id: NEXT_GENERATION.fetch_add(1, Ordering::Relaxed),
            pid: std::process::id(),
            handle: runtime.handle().clone(),
            runtime: Mutex::new(Some(runtime)),
            ended: AtomicBool::new(false),
            threads,
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

    fn end(&self, deadline: Instant) {
        self.ended.store(true, Ordering::Release);
        self.stop.cancel();
        let runtime = self
            .runtime
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(runtime) = runtime {
            runtime.shutdown_timeout(deadline.saturating_duration_since(Instant::now()));
        }
    }

    /// A forked child has the runtime's memory but not its threads; dropping it would wait for
    /// them for ever.
    fn forget_if_forked(&mut self) {
        if self.pid != std::process::id() {
            std::mem::forget(self.runtime());
        }
    }

    fn runtime(&mut self) -> Option<Runtime> {
        let runtime = self.runtime.get_mut();
        runtime.unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Generation {
    fn drop(&mut self) {
        self.forget_if_forked();
        // Dropping a runtime blocks, and is not allowed inside a task: let go without waiting.
        if let Some(runtime) = self.runtime() {
            runtime.shutdown_background();
        }
    }
}

/// A runtime whose threads have all started.
fn build(workers: usize, threads: &Arc<Threads>) -> Result<Runtime> {
    starting::try_out(workers + 1)?;
    let number = Arc::new(AtomicUsize::new(0));
    let (beginning, ending) = (threads.clone(), threads.clone());
    let mut builder = Builder::new_multi_thread();
    builder
        .worker_threads(workers)
        .max_blocking_threads(MOST_BLOCKING)
        .thread_keep_alive(LONGEST)
        .thread_name_fn(move || format!("filed-{}", number.fetch_add(1, Ordering::Relaxed)))
        .on_thread_start(move || {
            signals::leave_to_the_host();
            beginning.begin();
        })
        .on_thread_stop(move || ending.end())
        .enable_all();
    starting::started(&mut builder)
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
        // Stopped by its token, or dropped with the runtime before it saw that. Nobody waits for one
        // that was aborted.
        Ok(None) => Err(shut_down_meanwhile()),
        Err(e) if e.is_cancelled() => Err(shut_down_meanwhile()),
        Err(_) => Err(Error::new(
            ErrorCode::Internal,
            "a defect in this library ended the call; please report it",
        )),
    }
}

fn shut_down_meanwhile() -> Error {
    Error::new(
        ErrorCode::ShutDown,
        "the runtime was shut down meanwhile: make a new client",
    )
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
