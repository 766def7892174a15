//! [`PullQuestions`]: what the server asks of a provider, on its way to threads of Python's.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use filed_core::pull::{Outcome, ProviderError};
use filed_core::queue::Queue;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use tokio::sync::oneshot;

use super::call::{PullCall, Reply};
use super::incoming::PullIncoming;
use crate::convert::seconds;
use crate::error::guarded;

/// What a thread of Python's is told.
pub enum Event {
    /// A question to answer.
    Ask(PullCall),
    /// Nobody waits for the answer to this question any more.
    GivenUp(u64),
    /// Nothing more is read from this stream.
    StreamOver(u64),
    /// There will be no more questions.
    End,
}

/// The questions of one server. Any number of threads may take them.
#[pyclass(frozen, module = "filed._native")]
pub struct PullQuestions(Arc<Questions>);

/// The core's end of [`PullQuestions`].
pub struct Questions {
    queue: Queue<Event>,
    ids: AtomicU64,
}

impl PullQuestions {
    pub fn shared(&self) -> &Arc<Questions> {
        &self.0
    }
}

#[pymethods]
impl PullQuestions {
    #[new]
    fn new(py: Python<'_>) -> PyResult<Self> {
        guarded(py, "pull.questions.new", || {
            Ok(Self(Arc::new(Questions {
                queue: Queue::new(|| {}),
                ids: AtomicU64::new(1),
            })))
        })
    }

    /// Waits for the next event with the interpreter released: `("ask", PullCall)`,
    /// `("given up", id)`, `("stream over", key)` or `("end", None)`. None when nothing came in time.
    fn next<'py>(&self, py: Python<'py>, timeout: f64) -> PyResult<Option<Bound<'py, PyTuple>>> {
        guarded(py, "pull.questions.next", || {
            let timeout = seconds(py, "timeout", timeout)?;
            let event = py.detach(|| self.0.queue.next(timeout));
            let told = match event {
                None => return Ok(None),
                Some(Event::Ask(call)) => ("ask", call).into_pyobject(py)?,
                Some(Event::GivenUp(id)) => ("given up", id).into_pyobject(py)?,
                Some(Event::StreamOver(key)) => ("stream over", key).into_pyobject(py)?,
                Some(Event::End) => {
                    // Every thread that waits is to hear of it.
                    self.0.tell(Event::End);
                    ("end", py.None()).into_pyobject(py)?
                }
            };
            Ok(Some(told))
        })
    }

    /// Ends the waiting threads.
    fn end(&self, py: Python<'_>) -> PyResult<()> {
        guarded(py, "pull.questions.end", || {
            self.0.tell(Event::End);
            Ok(())
        })
    }
}

impl Questions {
    pub fn tell(&self, event: Event) {
        self.queue.push(event);
    }

    /// Asks and waits. Giving up on the wait tells the thread that answers.
    pub async fn ask<T>(
        &self,
        method: &'static str,
        arguments: String,
        content: Option<PullIncoming>,
        reply: impl FnOnce(oneshot::Sender<Outcome<T>>) -> Reply,
    ) -> Outcome<T> {
        let (sender, receiver) = oneshot::channel();
        let mut waiting = Waiting {
            questions: self,
            id: self.ids.fetch_add(1, Ordering::Relaxed),
            receiver,
            answered: false,
        };
        let call = PullCall::new(waiting.id, method, arguments, content, reply(sender));
        self.tell(Event::Ask(call));
        let answer = (&mut waiting.receiver).await;
        waiting.answered = true;
        // Without an answer the threads have ended: the server is on its way out.
        answer.unwrap_or(Err(ProviderError::Unavailable(None)))
    }
}

struct Waiting<'a, T> {
    questions: &'a Questions,
    id: u64,
    receiver: oneshot::Receiver<Outcome<T>>,
    answered: bool,
}

impl<T> Drop for Waiting<'_, T> {
    fn drop(&mut self) {
        if !self.answered {
            // First this, so that whoever is told finds the question unwanted.
            self.receiver.close();
            self.questions.tell(Event::GivenUp(self.id));
        }
    }
}
