//! Uploads from a path, bytes, chunks that Python reads, and URLs.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use filed_core::runtime::Generation;
use filed_core::upload::{self, Source, UploadOptions};
use filed_core::{Error, ErrorCode};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;

use crate::client::Client;
use crate::error::guarded;
use crate::operation::Operation;

fn options(file_name: Option<String>, mime_type: Option<String>) -> UploadOptions {
    UploadOptions {
        file_name,
        mime_type,
        progress: None,
    }
}

#[pyfunction]
pub fn uploads_file(
    py: Python<'_>,
    client: &Client,
    path: PathBuf,
    file_name: Option<String>,
    mime_type: Option<String>,
) -> PyResult<Operation> {
    guarded(py, "uploads.file", || {
        let uploads = client.core().uploads();
        let work = async move { uploads.file(path, options(file_name, mime_type)).await };
        Ok(Operation::json(client.generation(), work))
    })
}

#[pyfunction]
pub fn uploads_bytes(
    py: Python<'_>,
    client: &Client,
    data: PyBackedBytes,
    file_name: String,
    mime_type: Option<String>,
) -> PyResult<Operation> {
    guarded(py, "uploads.bytes", || {
        let uploads = client.core().uploads();
        let data = shared(data);
        let work = async move {
            uploads
                .bytes(data, options(Some(file_name), mime_type))
                .await
        };
        Ok(Operation::json(client.generation(), work))
    })
}

#[pyfunction]
pub fn uploads_url(
    py: Python<'_>,
    client: &Client,
    url: String,
    mime_type: Option<String>,
) -> PyResult<Operation> {
    guarded(py, "uploads.url", || {
        let uploads = client.core().uploads();
        Ok(Operation::json(client.generation(), async move {
            uploads.url(url, mime_type).await
        }))
    })
}

/// The upload, and the sender that feeds it.
#[pyfunction]
pub fn uploads_stream(
    py: Python<'_>,
    client: &Client,
    file_name: String,
    mime_type: Option<String>,
    size: Option<u64>,
) -> PyResult<(Operation, ChunkSender)> {
    guarded(py, "uploads.stream", || {
        let (sender, receiver) = upload::chunks();
        let uploads = client.core().uploads();
        let source = Source::Chunks { receiver, size };
        let work = async move {
            let options = options(Some(file_name), mime_type);
            uploads.stream(source, options).await
        };
        let sender = ChunkSender {
            generation: client.generation().clone(),
            sender: Mutex::new(Some(sender)),
        };
        Ok((Operation::json(client.generation(), work), sender))
    })
}

/// Feeds an upload with what Python reads.
#[pyclass(frozen, module = "filed._native")]
pub struct ChunkSender {
    generation: Arc<Generation>,
    sender: Mutex<Option<upload::ChunkSender>>,
}

#[pymethods]
impl ChunkSender {
    /// Hands over a chunk, waiting while the upload is behind; gives False when the upload wants
    /// no more.
    fn send(&self, py: Python<'_>, data: PyBackedBytes) -> PyResult<Operation> {
        guarded(py, "chunks.send", || {
            let (sender, data) = (self.sender(), shared(data));
            let work = async move {
                match sender {
                    Some(sender) => Ok(sender.send(data).await),
                    None => Ok(false),
                }
            };
            Ok(Operation::new(&self.generation, work, |py, wanted| {
                Ok(wanted.into_pyobject(py)?.to_owned().into_any().unbind())
            }))
        })
    }

    /// Fails the upload: reading raised an exception of this class.
    fn fail(&self, py: Python<'_>, class_name: &str) -> PyResult<Operation> {
        guarded(py, "chunks.fail", || {
            let message = format!("reading the source raised {class_name}");
            let error = Error::new(ErrorCode::SourceFailed, message);
            let sender = self.take();
            Ok(Operation::unit(&self.generation, async move {
                if let Some(sender) = sender {
                    sender.fail(error).await;
                }
                Ok(())
            }))
        })
    }

    /// Ends the content.
    fn finish(&self, py: Python<'_>) -> PyResult<()> {
        guarded(py, "chunks.finish", || {
            drop(self.take());
            Ok(())
        })
    }
}

impl ChunkSender {
    fn sender(&self) -> Option<upload::ChunkSender> {
        self.sender
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn take(&self) -> Option<upload::ChunkSender> {
        self.sender
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

/// Python's own memory, kept alive and not copied.
pub fn shared(data: PyBackedBytes) -> Bytes {
    Bytes::from_owner(data)
}
