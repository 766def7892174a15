//! [`PullCall`]: one question to the provider, and the ways to answer it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use filed_core::pull::{Content, Outcome, ProviderError, PullFile};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;

use super::chunks::HostChunks;
use super::descriptor;
use super::incoming::PullIncoming;
use super::questions::PullQuestions;
use crate::error::guarded;
use crate::uploads::shared;

/// Whom an answer goes to.
pub enum Reply {
    /// JSON text of a value.
    Value(Box<dyn Take>),
    Opened(oneshot::Sender<Outcome<Opened>>),
    Chunk(oneshot::Sender<Outcome<Option<Bytes>>>),
    Skipped(oneshot::Sender<Outcome<bool>>),
}

/// A file the provider has opened.
pub struct Opened {
    pub file: PullFile,
    pub version: Option<String>,
    pub source: Source,
}

/// Where its content is.
pub enum Source {
    Path(PathBuf),
    Here(Content),
}

/// A receiver of JSON text, whatever type it makes of it.
pub trait Take: Send {
    fn take(self: Box<Self>, answer: Outcome<&str>) -> serde_json::Result<()>;
    fn is_wanted(&self) -> bool;
}

impl<T: DeserializeOwned + Send> Take for oneshot::Sender<Outcome<T>> {
    fn take(self: Box<Self>, answer: Outcome<&str>) -> serde_json::Result<()> {
        let answer = match answer {
            Ok(text) => match serde_json::from_str(text) {
                Ok(value) => Ok(value),
                Err(e) => {
                    give(*self, Err(ProviderError::Failed));
                    return Err(e);
                }
            },
            Err(e) => Err(e),
        };
        give(*self, answer);
        Ok(())
    }

    fn is_wanted(&self) -> bool {
        !self.is_closed()
    }
}

fn give<T>(sender: oneshot::Sender<Outcome<T>>, answer: Outcome<T>) {
    // Nobody listens any more when the request was given up.
    let _ = sender.send(answer);
}

impl Reply {
    fn is_wanted(&self) -> bool {
        match self {
            Self::Value(take) => take.is_wanted(),
            Self::Opened(sender) => !sender.is_closed(),
            Self::Chunk(sender) => !sender.is_closed(),
            Self::Skipped(sender) => !sender.is_closed(),
        }
    }

    fn fail(self, error: ProviderError) {
        match self {
            // An error is no text that could be unreadable.
            Self::Value(take) => drop(take.take(Err(error))),
            Self::Opened(sender) => give(sender, Err(error)),
            Self::Chunk(sender) => give(sender, Err(error)),
            Self::Skipped(sender) => give(sender, Err(error)),
        }
    }
}

/// A question: which method, with what, and who waits. Dropped without an answer, its request
/// fails.
#[pyclass(frozen, module = "filed._native")]
pub struct PullCall {
    /// Names the question when it is given up.
    #[pyo3(get)]
    id: u64,
    /// The provider's method, or `chunk` or `skip`.
    #[pyo3(get)]
    method: &'static str,
    /// JSON text of its arguments by name.
    #[pyo3(get)]
    arguments: String,
    content: Mutex<Option<PullIncoming>>,
    reply: Mutex<Option<Reply>>,
}

impl PullCall {
    pub fn new(
        id: u64,
        method: &'static str,
        arguments: String,
        content: Option<PullIncoming>,
        reply: Reply,
    ) -> Self {
        Self {
            id,
            method,
            arguments,
            content: Mutex::new(content),
            reply: Mutex::new(Some(reply)),
        }
    }

    fn reply(&self) -> PyResult<Reply> {
        let reply = self
            .reply
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        reply.ok_or_else(|| PyRuntimeError::new_err("this question was answered before"))
    }

    fn open(&self, file: &str, version: Option<String>, source: Source) -> PyResult<()> {
        let reply = self.reply()?;
        let Reply::Opened(sender) = reply else {
            return Err(misplaced(reply));
        };
        match serde_json::from_str(file) {
            Ok(file) => give(
                sender,
                Ok(Opened {
                    file,
                    version,
                    source,
                }),
            ),
            Err(e) => {
                give(sender, Err(ProviderError::Failed));
                return Err(unreadable(&e));
            }
        }
        Ok(())
    }
}

fn misplaced(reply: Reply) -> PyErr {
    reply.fail(ProviderError::Failed);
    PyRuntimeError::new_err("this is no answer to that question")
}

fn unreadable(error: &serde_json::Error) -> PyErr {
    PyValueError::new_err(format!("the answer cannot be used: {error}"))
}

#[pymethods]
impl PullCall {
    /// Whether somebody still waits for the answer.
    #[getter]
    fn is_wanted(&self, py: Python<'_>) -> PyResult<bool> {
        guarded(py, "pull.call.is_wanted", || {
            let reply = self.reply.lock().unwrap_or_else(PoisonError::into_inner);
            Ok(reply.as_ref().is_some_and(Reply::is_wanted))
        })
    }

    /// The content that comes in with `receive_file`; given once.
    fn content(&self, py: Python<'_>) -> PyResult<PullIncoming> {
        guarded(py, "pull.call.content", || {
            let content = self
                .content
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            content.ok_or_else(|| PyRuntimeError::new_err("there is no content to this question"))
        })
    }

    /// Answers with JSON text.
    fn answer(&self, py: Python<'_>, text: &str) -> PyResult<()> {
        guarded(py, "pull.call.answer", || match self.reply()? {
            Reply::Value(take) => py
                .detach(|| take.take(Ok(text)))
                .map_err(|e| unreadable(&e)),
            reply => Err(misplaced(reply)),
        })
    }

    /// Answers with a file at a path, which Python has nothing more to do with.
    fn opened_path(
        &self,
        py: Python<'_>,
        file: &str,
        version: Option<String>,
        path: PathBuf,
    ) -> PyResult<()> {
        guarded(py, "pull.call.opened_path", || {
            self.open(file, version, Source::Path(path))
        })
    }

    /// Answers with an open regular file; the descriptor is doubled.
    fn opened_descriptor(
        &self,
        py: Python<'_>,
        file: &str,
        version: Option<String>,
        descriptor: i32,
    ) -> PyResult<()> {
        guarded(py, "pull.call.opened_descriptor", || {
            let source = Content::File(descriptor::doubled(descriptor)?);
            self.open(file, version, Source::Here(source))
        })
    }

    /// Answers with bytes in memory.
    fn opened_bytes(
        &self,
        py: Python<'_>,
        file: &str,
        version: Option<String>,
        data: PyBackedBytes,
    ) -> PyResult<()> {
        guarded(py, "pull.call.opened_bytes", || {
            self.open(file, version, Source::Here(Content::Bytes(shared(data))))
        })
    }

    /// Answers with the stream `key`, which is then asked for by `chunk`.
    fn opened_stream(
        &self,
        py: Python<'_>,
        file: &str,
        version: Option<String>,
        questions: &PullQuestions,
        key: u64,
    ) -> PyResult<()> {
        guarded(py, "pull.call.opened_stream", || {
            let chunks = HostChunks::new(Arc::clone(questions.shared()), key);
            let source = Content::Chunks(Box::new(chunks));
            self.open(file, version, Source::Here(source))
        })
    }

    /// Answers with the next chunk of a stream, or None at its end.
    fn chunk(&self, py: Python<'_>, data: Option<PyBackedBytes>) -> PyResult<()> {
        guarded(py, "pull.call.chunk", || {
            match self.reply()? {
                Reply::Chunk(sender) => give(sender, Ok(data.map(shared))),
                reply => return Err(misplaced(reply)),
            }
            Ok(())
        })
    }

    /// Answers whether the stream has moved.
    fn skipped(&self, py: Python<'_>, moved: bool) -> PyResult<()> {
        guarded(py, "pull.call.skipped", || {
            match self.reply()? {
                Reply::Skipped(sender) => give(sender, Ok(moved)),
                reply => return Err(misplaced(reply)),
            }
            Ok(())
        })
    }

    /// Answers with an error: `not found`, `invalid`, `forbidden`, `unavailable` or `failed`.
    fn fail(
        &self,
        py: Python<'_>,
        kind: &str,
        text: &str,
        retry_after: Option<f64>,
    ) -> PyResult<()> {
        guarded(py, "pull.call.fail", || {
            let wait = retry_after.and_then(|s| Duration::try_from_secs_f64(s).ok());
            let error = match kind {
                "not found" => ProviderError::NotFound,
                "invalid" => ProviderError::Invalid(text.to_owned()),
                "forbidden" => ProviderError::Forbidden,
                "unavailable" => ProviderError::Unavailable(wait),
                _ => ProviderError::Failed,
            };
            self.reply()?.fail(error);
            Ok(())
        })
    }
}
