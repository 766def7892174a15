//! [`PullServer`]: the running server in Python's hands.

use std::sync::{Arc, Mutex, PoisonError};

use filed_core::pull::Provider;
use filed_core::runtime::{self, Generation};
use pyo3::prelude::*;

use super::folder::PullFolder;
use super::host::HostProvider;
use super::questions::PullQuestions;
use super::settings::Settings;
use crate::convert::seconds;
use crate::error::{guarded, raise};
use crate::operation::Operation;
use crate::owned::Owned;

/// Starts a server whose provider is Python's: it answers `questions`.
#[pyfunction]
pub fn pull_serve(
    py: Python<'_>,
    settings: Settings,
    questions: &PullQuestions,
    authenticates: bool,
) -> PyResult<Operation> {
    guarded(py, "pull.serve", || {
        let generation = runtime::current().map_err(|e| raise(py, &e))?;
        let provider = HostProvider {
            questions: questions.shared().clone(),
            generation: generation.clone(),
            authenticates,
        };
        start(py, settings, generation, Arc::new(provider))
    })
}

/// Starts a server of a folder.
#[pyfunction]
pub fn pull_serve_folder(
    py: Python<'_>,
    settings: Settings,
    folder: &PullFolder,
) -> PyResult<Operation> {
    guarded(py, "pull.serve_folder", || {
        let generation = runtime::current().map_err(|e| raise(py, &e))?;
        start(py, settings, generation, Arc::new(folder.0.clone()))
    })
}

fn start(
    py: Python<'_>,
    settings: Settings,
    generation: Arc<Generation>,
    provider: Arc<dyn Provider>,
) -> PyResult<Operation> {
    let config = py.detach(|| settings.config()).map_err(|e| raise(py, &e))?;
    let starting = async move { filed_core::pull::PullServer::start(config, provider).await };
    let owner = generation.clone();
    let answer = move |py: Python<'_>, server: filed_core::pull::PullServer| {
        let server = PullServer {
            url: server.url().to_owned(),
            port: server.address().port(),
            running: Owned::new(&owner, Mutex::new(Some(server))),
        };
        Ok(Py::new(py, server)?.into_any())
    };
    Ok(Operation::new(&generation, starting, answer))
}

/// A server that runs until it is shut down or let go of.
#[pyclass(frozen, module = "filed._native")]
pub struct PullServer {
    /// What every path of the API is appended to.
    #[pyo3(get)]
    url: String,
    /// Where it listens.
    #[pyo3(get)]
    port: u16,
    running: Owned<Mutex<Option<filed_core::pull::PullServer>>>,
}

#[pymethods]
impl PullServer {
    /// Lets what runs finish, for up to `timeout` seconds; whether all of it did. A second
    /// shutdown has nothing to do.
    fn shutdown(&self, py: Python<'_>, timeout: f64) -> PyResult<Operation> {
        guarded(py, "pull.server.shutdown", || {
            let timeout = seconds(py, "timeout", timeout)?;
            let generation = self.running.generation();
            generation.check().map_err(|e| raise(py, &e))?;
            let server = self
                .running
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            let work = async move {
                match server {
                    Some(server) => Ok(server.shutdown(timeout).await),
                    None => Ok(true),
                }
            };
            Ok(Operation::new(generation, work, |py, ended| {
                Ok(ended.into_pyobject(py)?.to_owned().into_any().unbind())
            }))
        })
    }
}
