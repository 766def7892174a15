//! [`PullIncoming`]: content on its way in, read by Python.

use std::sync::Arc;

use bytes::Bytes;
use filed_core::pull::{Incoming, Outcome};
use filed_core::runtime::Generation;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes};
use tokio::sync::{mpsc, oneshot};

use crate::error::guarded;
use crate::operation::Operation;

/// About as much as Python gets at once.
const CHUNK: usize = 256 * 1024;

type Wish = oneshot::Sender<Outcome<Option<Vec<Bytes>>>>;

/// Python's end.
#[pyclass(frozen, module = "filed._native")]
pub struct PullIncoming {
    wishes: mpsc::Sender<Wish>,
    generation: Arc<Generation>,
}

/// The server's end: what Python wishes for.
pub struct Wishes {
    wishes: mpsc::Receiver<Wish>,
    /// What a reader wished for that was cancelled meanwhile: the next one gets it.
    kept: Option<Outcome<Option<Vec<Bytes>>>>,
}

/// The two ends.
pub fn pair(generation: &Arc<Generation>) -> (PullIncoming, Wishes) {
    let (sender, receiver) = mpsc::channel(1);
    let incoming = PullIncoming {
        wishes: sender,
        generation: generation.clone(),
    };
    let wishes = Wishes {
        wishes: receiver,
        kept: None,
    };
    (incoming, wishes)
}

#[pymethods]
impl PullIncoming {
    /// The next chunk; None at the end, False when the transfer broke.
    fn next(&self, py: Python<'_>) -> PyResult<Operation> {
        guarded(py, "pull.incoming.next", || {
            let wishes = self.wishes.clone();
            let work = async move { Ok(wish(&wishes).await) };
            Ok(Operation::new(&self.generation, work, to_python))
        })
    }
}

/// A question that nobody hears any more is a transfer that broke.
async fn wish(wishes: &mpsc::Sender<Wish>) -> Option<Option<Vec<Bytes>>> {
    let (sender, receiver) = oneshot::channel();
    wishes.send(sender).await.ok()?;
    receiver.await.ok()?.ok()
}

fn to_python(py: Python<'_>, got: Option<Option<Vec<Bytes>>>) -> PyResult<Py<PyAny>> {
    match got {
        None => Ok(PyBool::new(py, false).to_owned().into_any().unbind()),
        Some(None) => Ok(py.None()),
        Some(Some(parts)) => {
            let size = parts.iter().map(Bytes::len).sum();
            let bytes = PyBytes::new_with(py, size, |mut space| {
                for part in &parts {
                    let (now, rest) = space.split_at_mut(part.len());
                    now.copy_from_slice(part);
                    space = rest;
                }
                Ok(())
            })?;
            Ok(bytes.into_any().unbind())
        }
    }
}

impl Wishes {
    /// Fulfils wishes until Python lets go of its end.
    pub async fn fulfil(mut self, content: &mut Incoming) {
        while let Some(wish) = self.wishes.recv().await {
            let got = match self.kept.take() {
                Some(kept) => kept,
                None => gathered(content).await,
            };
            self.kept = wish.send(got).err();
        }
    }
}

/// Chunks of the network, put together so that Python is woken seldom.
async fn gathered(content: &mut Incoming) -> Outcome<Option<Vec<Bytes>>> {
    let Some(first) = content.next().await? else {
        return Ok(None);
    };
    let mut size = first.len();
    let mut parts = vec![first];
    while size < CHUNK {
        // An error comes again with the next wish.
        match content.next().await {
            Ok(Some(part)) => {
                size += part.len();
                parts.push(part);
            }
            Ok(None) | Err(_) => break,
        }
    }
    Ok(Some(parts))
}
