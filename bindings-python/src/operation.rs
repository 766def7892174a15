//! [`Operation`]: one call on its way through the core, and the wait for it.
//!
//! The wait of an event loop is in `loop_queue`.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use filed_core::queue::Queue;
use filed_core::runtime::Generation;
use filed_core::{Error, ErrorCode, Result};
use pyo3::prelude::*;
use serde::Serialize;
use tokio::task::JoinHandle;

use crate::error::{guarded, raise};

/// Makes the Python value of a result; called on the host's thread.
pub type Answer = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;
/// What an operation ends with.
pub type Outcome = Result<Answer>;

type Work = Pin<Box<dyn Future<Output = Outcome> + Send>>;

// How long a signal such as Ctrl-C waits at most until it is seen.
const SIGNAL_CHECK: Duration = Duration::from_millis(50);

/// A call that was prepared and not yet started. It can be started once.
#[pyclass(frozen, module = "filed._native")]
pub struct Operation {
    generation: Arc<Generation>,
    work: Mutex<Option<Work>>,
}

impl Operation {
    /// An operation whose result becomes a Python value by `answer`.
    pub fn new<T, F>(
        generation: &Arc<Generation>,
        work: impl Future<Output = Result<T>> + Send + 'static,
        answer: F,
    ) -> Self
    where
        T: Send + 'static,
        F: FnOnce(Python<'_>, T) -> PyResult<Py<PyAny>> + Send + 'static,
    {
        let work = async move {
            let value = work.await?;
            Ok(Box::new(move |py: Python<'_>| answer(py, value)) as Answer)
        };
        Self {
            generation: generation.clone(),
            work: Mutex::new(Some(Box::pin(work))),
        }
    }

    /// An operation whose result crosses the boundary as JSON text, written off the host's thread.
    pub fn json<T: Serialize>(
        generation: &Arc<Generation>,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Self {
        let text = async move { to_json(&work.await?) };
        Self::new(generation, text, |py, text| {
            Ok(text.into_pyobject(py)?.into_any().unbind())
        })
    }

    /// An operation without a result.
    pub fn unit(
        generation: &Arc<Generation>,
        work: impl Future<Output = Result<()>> + Send + 'static,
    ) -> Self {
        Self::new(generation, work, |py, ()| Ok(py.None()))
    }

    /// Starts the work; `reply` gets its outcome exactly once, unless the task is aborted.
    pub fn start(&self, reply: impl FnOnce(Outcome) + Send + 'static) -> Result<Running> {
        let work = self
            .work
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(work) = work else {
            return Err(Error::new(
                ErrorCode::Internal,
                "an operation was started twice",
            ));
        };
        let mut reply = Reply(Some(reply));
        let task = self.generation.spawn(async move {
            let outcome = work.await;
            reply.send(outcome);
        })?;
        Ok(Running {
            task,
            pid: std::process::id(),
        })
    }
}

#[pymethods]
impl Operation {
    /// Starts the work and waits for its outcome, as [`Pending::wait`].
    fn run(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        guarded(py, "operation.run", || self.begin(py)?.wait(py))
    }

    /// Starts the work.
    fn begin(&self, py: Python<'_>) -> PyResult<Pending> {
        guarded(py, "operation.begin", || {
            let queue = Arc::new(Queue::new(|| {}));
            let replies = queue.clone();
            let running = self
                .start(move |outcome| replies.push(outcome))
                .map_err(|e| raise(py, &e))?;
            Ok(Pending {
                queue,
                running: Mutex::new(Some(running)),
            })
        })
    }
}

/// A started operation in the hands of one thread. Dropping it cancels the work.
#[pyclass(frozen, module = "filed._native")]
pub struct Pending {
    queue: Arc<Queue<Outcome>>,
    running: Mutex<Option<Running>>,
}

#[pymethods]
impl Pending {
    /// Waits for the outcome with the interpreter released. A signal handler that raises ends the
    /// wait and cancels the work.
    fn wait(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        guarded(py, "pending.wait", || {
            loop {
                match py.detach(|| self.queue.next(SIGNAL_CHECK)) {
                    Some(outcome) => return deliver(py, outcome),
                    None => py.check_signals().inspect_err(|_| self.stop())?,
                }
            }
        })
    }

    /// Cancels the work, if it still runs.
    fn cancel(&self, py: Python<'_>) -> PyResult<()> {
        guarded(py, "pending.cancel", || {
            self.stop();
            Ok(())
        })
    }
}

impl Pending {
    fn stop(&self) {
        let running = self.running.lock();
        drop(running.unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// The Python value of an outcome, or its exception.
pub fn deliver(py: Python<'_>, outcome: Outcome) -> PyResult<Py<PyAny>> {
    match outcome {
        Ok(answer) => answer(py),
        Err(e) => Err(raise(py, &e)),
    }
}

/// `value` as JSON text.
pub fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|_| {
        Error::new(
            ErrorCode::Internal,
            "a result could not be written as JSON; please report it",
        )
    })
}

/// A started operation; dropping it cancels the work. A forked child only lets go of it: the
/// runtime it would talk to is its parent's.
pub struct Running {
    task: JoinHandle<Option<()>>,
    pid: u32,
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.pid == std::process::id() {
            self.task.abort();
        }
    }
}

/// Answers even when the work is dropped: a host that waits must never wait for ever.
struct Reply<F: FnOnce(Outcome)>(Option<F>);

impl<F: FnOnce(Outcome)> Reply<F> {
    fn send(&mut self, outcome: Outcome) {
        if let Some(reply) = self.0.take() {
            reply(outcome);
        }
    }
}

impl<F: FnOnce(Outcome)> Drop for Reply<F> {
    fn drop(&mut self) {
        let error = if std::thread::panicking() {
            Error::new(
                ErrorCode::Internal,
                "a defect in this library ended the call; please report it",
            )
        } else {
            Error::new(ErrorCode::ShutDown, "the runtime was shut down meanwhile")
        };
        self.send(Err(error));
    }
}
