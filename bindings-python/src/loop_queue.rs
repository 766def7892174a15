//! [`LoopQueue`]: outcomes on their way to one event loop. One wake for many outcomes.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use filed_core::queue::Queue;
use filed_core::{Error, ErrorCode};
use pyo3::prelude::*;

use crate::error::{guarded, raise};
use crate::operation::{Operation, Outcome, Running, deliver};
use crate::wake::Wake;

type Delivery = (u64, bool, Py<PyAny>);

/// The completion queue of one event loop.
#[pyclass(frozen, module = "filed._native")]
pub struct LoopQueue {
    queue: Arc<Queue<(u64, Outcome)>>,
    wake: Arc<Wake>,
    running: Mutex<HashMap<u64, Running>>,
}

#[pymethods]
impl LoopQueue {
    #[new]
    fn new(py: Python<'_>) -> PyResult<Self> {
        guarded(py, "queue.new", || {
            let wake = Arc::new(Wake::new().map_err(|e| {
                let message = format!("the event loop's wake-up could not be made: {}", e.kind());
                raise(py, &Error::new(ErrorCode::Internal, message))
            })?);
            let signal = wake.clone();
            Ok(Self {
                queue: Arc::new(Queue::new(move || signal.signal())),
                wake,
                running: Mutex::default(),
            })
        })
    }

    /// The descriptor that becomes readable, or None on platforms without one.
    fn fileno(&self, py: Python<'_>) -> PyResult<Option<i32>> {
        guarded(py, "queue.fileno", || Ok(self.wake.descriptor()))
    }

    /// Starts an operation; its outcome will come under `token`.
    fn start(&self, py: Python<'_>, token: u64, operation: &Operation) -> PyResult<()> {
        guarded(py, "queue.start", || {
            let queue = self.queue.clone();
            let running = operation
                .start(move |outcome| queue.push((token, outcome)))
                .map_err(|e| raise(py, &e))?;
            self.running().insert(token, running);
            Ok(())
        })
    }

    /// Cancels the work behind `token`, if it still runs.
    fn cancel(&self, py: Python<'_>, token: u64) -> PyResult<()> {
        guarded(py, "queue.cancel", || {
            drop(self.running().remove(&token));
            Ok(())
        })
    }

    /// Everything that is there: `(token, whether it succeeded, value or exception)`.
    fn drain(&self, py: Python<'_>) -> PyResult<Vec<Delivery>> {
        guarded(py, "queue.drain", || {
            self.wake.clear();
            let batch = self.queue.drain();
            self.deliver(py, batch)
        })
    }

    /// As `drain`, but waits up to `timeout` seconds for the first outcome, with the interpreter
    /// released.
    fn wait(&self, py: Python<'_>, timeout: f64) -> PyResult<Vec<Delivery>> {
        guarded(py, "queue.wait", || {
            let timeout = crate::convert::seconds(py, "timeout", timeout)?;
            let batch = py.detach(|| {
                let first = self.queue.next(timeout);
                first.into_iter().chain(self.queue.drain()).collect()
            });
            self.deliver(py, batch)
        })
    }
}

impl LoopQueue {
    fn deliver(&self, py: Python<'_>, batch: VecDeque<(u64, Outcome)>) -> PyResult<Vec<Delivery>> {
        batch
            .into_iter()
            .map(|(token, outcome)| {
                drop(self.running().remove(&token));
                // One that cannot be made into a value must not take the others with it.
                let made = guarded(py, "queue.deliver", || deliver(py, outcome));
                Ok(match made {
                    Ok(value) => (token, true, value),
                    Err(e) => (token, false, e.into_value(py).into_any()),
                })
            })
            .collect()
    }

    fn running(&self) -> MutexGuard<'_, HashMap<u64, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
