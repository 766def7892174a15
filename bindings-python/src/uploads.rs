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
    client: &Client,
    path: PathBuf,
    file_name: Option<String>,
    mime_type: Option<String>,
) -> Operation {
    let uploads = client.core().uploads();
    let work = async move { uploads.file(path, options(file_name, mime_type)).await };
    Operation::json(client.generation(), work)
}

#[pyfunction]
pub fn uploads_bytes(
    client: &Client,
    data: PyBackedBytes,
    file_name: String,
    mime_type: Option<String>,
) -> Operation {
    let uploads = client.core().uploads();
    let data = shared(data);
    let work = async move {
        uploads
            .bytes(data, options(Some(file_name), mime_type))
            .await
    };
    Operation::json(client.generation(), work)
}

#[pyfunction]
pub fn uploads_url(client: &Client, url: String, mime_type: Option<String>) -> Operation {
    let uploads = client.core().uploads();
    Operation::json(client.generation(), async move {
        uploads.url(url, mime_type).await
    })
}

/// The upload, and the sender that feeds it.
#[pyfunction]
pub fn uploads_stream(
    client: &Client,
    file_name: String,
    mime_type: Option<String>,
    size: Option<u64>,
) -> (Operation, ChunkSender) {
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
    (Operation::json(client.generation(), work), sender)
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
    fn send(&self, data: PyBackedBytes) -> Operation {
        let (sender, data) = (self.sender(), shared(data));
        let work = async move {
            match sender {
                Some(sender) => Ok(sender.send(data).await),
                None => Ok(false),
            }
        };
        Operation::new(&self.generation, work, |py, wanted| {
            Ok(wanted.into_pyobject(py)?.to_owned().into_any().unbind())
        })
    }

    /// Fails the upload: reading raised an exception of this class.
    fn fail(&self, class_name: &str) -> Operation {
        let message = format!("reading the source raised {class_name}");
        let error = Error::new(ErrorCode::SourceFailed, message);
        let sender = self.take();
        Operation::unit(&self.generation, async move {
            if let Some(sender) = sender {
                sender.fail(error).await;
            }
            Ok(())
        })
    }

    /// Ends the content.
    fn finish(&self) {
        drop(self.take());
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
