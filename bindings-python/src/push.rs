//! [`Push`] and its [`Events`]. How reports and events look in Python is in `push_views`.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use filed_core::push::{self as core, ClientKey, FileContent, NewClient, NewFile};
use filed_core::runtime::Generation;
use filed_core::{Error, ErrorCode, Result};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;

use crate::convert::{optional_json, optional_seconds, path_str};
use crate::error::{guarded, raise};
use crate::operation::Operation;
use crate::owned::Owned;
use crate::pager::Pager;
use crate::push_views as views;
use crate::uploads::shared;

// Events cross the boundary in batches of at most this many.
const EVENT_BATCH: usize = 256;

/// Checks a client as adding it would; sends and keeps nothing.
#[pyfunction]
pub fn validate_client(py: Python<'_>, name: String, external_id: String) -> PyResult<()> {
    guarded(py, "validate_client", || {
        core::validate_client(&NewClient { name, external_id }).map_err(|e| raise(py, &e))
    })
}

/// Checks a file as adding and uploading it would; sends and keeps nothing.
#[pyfunction]
pub fn validate_file(py: Python<'_>, file: FileArgs) -> PyResult<()> {
    guarded(py, "validate_file", || {
        let file = new_file(file)?;
        py.detach(|| core::validate_file(&file))
            .map_err(|e| raise(py, &e))
    })
}

/// An open push of the core's.
#[pyclass(frozen, module = "filed._native")]
pub struct Push {
    generation: Arc<Generation>,
    push: Mutex<Option<Owned<core::Push>>>,
}

/// A file as Python gives it; one of `path`, `data` and `url` is set.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct FileArgs {
    external_id: String,
    path: Option<PathBuf>,
    data: Option<PyBackedBytes>,
    url: Option<String>,
    file_name: Option<String>,
    mime_type: Option<String>,
    category: Option<String>,
    /// JSON text.
    metadata: Option<String>,
}

impl Push {
    /// Takes the core's push into Python's hands.
    pub fn new(push: core::Push) -> Self {
        let generation = push.client().generation().clone();
        Self {
            push: Mutex::new(Some(Owned::new(&generation, push))),
            generation,
        }
    }

    /// The core's push, for a call that may still be made.
    fn core(&self) -> Result<core::Push> {
        self.generation.check()?;
        let push = self.push.lock().unwrap_or_else(PoisonError::into_inner);
        match &*push {
            Some(push) => Ok((**push).clone()),
            None => Err(Error::new(
                ErrorCode::Closed,
                "this push was closed: resume it from its journal",
            )),
        }
    }

    fn open(&self, py: Python<'_>) -> PyResult<core::Push> {
        self.core().map_err(|e| raise(py, &e))
    }
}

#[pymethods]
impl Push {
    fn add_client(&self, py: Python<'_>, name: String, external_id: String) -> PyResult<Operation> {
        guarded(py, "push.add_client", || {
            let push = self.open(py)?;
            let work = async move { push.add_client(NewClient { name, external_id }).await };
            Ok(Operation::new(&self.generation, work, |py, key| {
                Ok(key.0.into_pyobject(py)?.into_any().unbind())
            }))
        })
    }

    fn add_files(&self, py: Python<'_>, client: u64, files: Vec<FileArgs>) -> PyResult<Operation> {
        guarded(py, "push.add_files", || {
            let push = self.open(py)?;
            let mut files = files
                .into_iter()
                .map(new_file)
                .collect::<PyResult<Vec<_>>>()?;
            let key = ClientKey(client);
            let work = async move {
                match files.pop() {
                    Some(only) if files.is_empty() => push.add_file(key, only).await,
                    Some(last) => {
                        files.push(last);
                        push.add_files(key, files).await
                    }
                    None => Ok(()),
                }
            };
            Ok(Operation::unit(&self.generation, work))
        })
    }

    fn commit(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<Operation> {
        guarded(py, "push.commit", || {
            let push = self.open(py)?;
            let timeout = optional_seconds(py, "timeout", timeout)?;
            let work = async move { within(timeout, push.commit()).await };
            Ok(Operation::unit(&self.generation, work))
        })
    }

    fn wait(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<Operation> {
        guarded(py, "push.wait", || {
            let push = self.open(py)?;
            let timeout = optional_seconds(py, "timeout", timeout)?;
            let work = async move { push.wait(timeout).await };
            Ok(Operation::new(&self.generation, work, views::report))
        })
    }

    fn report(&self, py: Python<'_>) -> PyResult<Operation> {
        guarded(py, "push.report", || {
            let push = self.open(py)?;
            let work = async move { push.report().await };
            Ok(Operation::new(&self.generation, work, views::report))
        })
    }

    fn cancel(&self, py: Python<'_>) -> PyResult<()> {
        let push = self.open(py)?;
        guarded(py, "push.cancel", || {
            py.detach(|| push.cancel());
            Ok(())
        })
    }

    fn progress(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let push = self.open(py)?;
        guarded(py, "push.progress", || {
            views::progress(py, py.detach(|| push.progress()))
        })
    }

    fn events(&self, py: Python<'_>) -> PyResult<Events> {
        let push = self.open(py)?;
        let events = guarded(py, "push.events", || Ok(py.detach(|| push.events())))?;
        Ok(Events(Owned::new(
            &self.generation,
            Arc::new(tokio::sync::Mutex::new(events)),
        )))
    }

    fn files(&self, py: Python<'_>) -> PyResult<Pager> {
        let push = self.open(py)?;
        let pager = guarded(py, "push.files", || Ok(push.files()))?;
        Ok(Pager::new(&self.generation, pager, views::files))
    }

    fn clients(&self, py: Python<'_>) -> PyResult<Pager> {
        let push = self.open(py)?;
        let pager = guarded(py, "push.clients", || Ok(push.clients()))?;
        Ok(Pager::new(&self.generation, pager, views::clients))
    }

    #[getter]
    fn job_id(&self, py: Python<'_>) -> PyResult<Option<String>> {
        let push = self.open(py)?;
        guarded(py, "push.job_id", || Ok(py.detach(|| push.job_id())))
    }

    #[getter]
    fn journal(&self, py: Python<'_>) -> PyResult<std::ffi::OsString> {
        let push = self.open(py)?;
        guarded(py, "push.journal", || {
            Ok(path_str(&py.detach(|| push.journal())).to_owned())
        })
    }

    /// Lets go of the push; the engine stops with its last handle.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        guarded(py, "push.close", || {
            let push = self
                .push
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            py.detach(|| drop(push));
            Ok(())
        })
    }
}

fn new_file(file: FileArgs) -> PyResult<NewFile> {
    let content = match (file.path, file.data, file.url) {
        (Some(path), None, None) => FileContent::Path(path),
        (None, Some(data), None) => FileContent::Bytes(shared(data)),
        (None, None, Some(url)) => FileContent::Url(url),
        _ => return Err(PyTypeError::new_err("a file has one source")),
    };
    Ok(NewFile {
        external_id: file.external_id,
        content,
        file_name: file.file_name,
        mime_type: file.mime_type,
        category: file.category,
        metadata: optional_json("metadata", file.metadata.as_deref())?,
    })
}

async fn within(timeout: Option<Duration>, work: impl Future<Output = Result<()>>) -> Result<()> {
    let Some(timeout) = timeout else {
        return work.await;
    };
    tokio::time::timeout(timeout, work)
        .await
        .unwrap_or_else(|_| {
            Err(Error::new(
                ErrorCode::WaitTimedOut,
                "the push goes on; call commit again to wait longer",
            )
            .with_operation("push.commit"))
        })
}

/// A stream of events.
#[pyclass(frozen, module = "filed._native")]
pub struct Events(Owned<Arc<tokio::sync::Mutex<core::Events>>>);

#[pymethods]
impl Events {
    /// The next events as a list of tuples; an empty one after the last.
    fn next_batch(&self, py: Python<'_>) -> PyResult<Operation> {
        guarded(py, "events.next_batch", || {
            let events = Arc::clone(&self.0);
            let work = async move { events.lock().await.next_batch(EVENT_BATCH).await };
            Ok(Operation::new(self.0.generation(), work, views::events))
        })
    }
}
