//! Partner tokens from a function of the host's.
//!
//! The core asks on its own threads; a thread of Python's takes the question out of a queue, calls
//! the function and gives the answer back. See [`filed_core::PartnerTokenSource`].

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::error::guarded;
use filed_core::queue::Queue;
use filed_core::{Error, ErrorCode, PartnerTokenSource, Result};
use pyo3::prelude::*;
use tokio::sync::oneshot;

const LONG: Duration = Duration::from_secs(3600);

type Token = Result<String>;
type Questions = Queue<Option<oneshot::Sender<Token>>>;

/// Questions for a fresh token, in order; answered one after the other.
#[pyclass(frozen, module = "filed._native")]
pub struct TokenRequests {
    questions: Arc<Questions>,
    asked: Mutex<Option<oneshot::Sender<Token>>>,
}

impl TokenRequests {
    /// The core's end.
    pub fn source(&self) -> Source {
        Source(self.questions.clone())
    }

    fn answer(&self, token: Token) {
        let asked = self
            .asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(asked) = asked {
            // Nobody listens any more when the upload that asked was cancelled.
            let _ = asked.send(token);
        }
    }
}

#[pymethods]
impl TokenRequests {
    #[new]
    fn new(py: Python<'_>) -> PyResult<Self> {
        guarded(py, "token.new", || {
            Ok(Self {
                questions: Arc::new(Queue::new(|| {})),
                asked: Mutex::default(),
            })
        })
    }

    /// Waits for the next question, with the interpreter released. False when there will be none.
    fn next(&self, py: Python<'_>) -> PyResult<bool> {
        guarded(py, "token.next", || {
            let question = py.detach(|| {
                loop {
                    if let Some(question) = self.questions.next(LONG) {
                        return question;
                    }
                }
            });
            let more = question.is_some();
            *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = question;
            Ok(more)
        })
    }

    /// Answers the last question.
    fn give(&self, py: Python<'_>, token: String) -> PyResult<()> {
        guarded(py, "token.give", || {
            self.answer(Ok(token));
            Ok(())
        })
    }

    /// Says that the function failed, by the name of its exception's class.
    fn fail(&self, py: Python<'_>, class_name: &str) -> PyResult<()> {
        guarded(py, "token.fail", || {
            let message = format!("the function given as partner_token raised {class_name}");
            self.answer(Err(Error::new(ErrorCode::CallbackFailed, message)));
            Ok(())
        })
    }

    /// Ends the waiting thread.
    fn end(&self, py: Python<'_>) -> PyResult<()> {
        guarded(py, "token.end", || {
            self.questions.push(None);
            Ok(())
        })
    }
}

/// The core's end of [`TokenRequests`]; ends the waiting thread when the client is gone.
pub struct Source(Arc<Questions>);

impl PartnerTokenSource for Source {
    fn token(&self) -> Pin<Box<dyn Future<Output = Result<secrecy::SecretString>> + Send + '_>> {
        Box::pin(async {
            let (sender, receiver) = oneshot::channel();
            self.0.push(Some(sender));
            let token = receiver.await.map_err(|_| {
                Error::new(
                    ErrorCode::CallbackFailed,
                    "the thread that asks for partner tokens has ended",
                )
            })??;
            Ok(token.into())
        })
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.0.push(None);
    }
}
