//! Opening and resuming a push. What can be done with it is in `push`.

use std::path::PathBuf;

use filed_core::push::{self as core, OnExisting, PushOptions};
use filed_core::{Error, ErrorCode, Result};
use pyo3::prelude::*;

use crate::client::Client;
use crate::error::{guarded, raise};
use crate::operation::Operation;
use crate::push::Push;

/// Opens a push; the operation gives a `Push`.
#[pyfunction]
#[allow(
    clippy::too_many_arguments,
    reason = "called by keyword, from one place"
)]
#[pyo3(signature = (client, *, connection_id, workspace_id, job_name, journal, allow_partial, on_existing))]
pub fn push_open(
    py: Python<'_>,
    client: &Client,
    connection_id: String,
    workspace_id: String,
    job_name: String,
    journal: Option<PathBuf>,
    allow_partial: bool,
    on_existing: &str,
) -> PyResult<Operation> {
    guarded(py, "push", || {
        let options = PushOptions {
            connection_id,
            workspace_id,
            job_name,
            journal,
            allow_partial,
            on_existing: on_existing_policy(on_existing).map_err(|e| raise(py, &e))?,
        };
        let core = client.core().clone();
        let work = async move { core.push(options).await };
        Ok(Operation::new(client.generation(), work, opened))
    })
}

/// Goes on with the push a journal tells of; gives what [`push_open`] gives.
#[pyfunction]
pub fn push_resume(py: Python<'_>, client: &Client, journal: PathBuf) -> PyResult<Operation> {
    guarded(py, "resume", || {
        let core = client.core().clone();
        let work = async move { core.resume(journal).await };
        Ok(Operation::new(client.generation(), work, opened))
    })
}

fn opened(py: Python<'_>, push: core::Push) -> PyResult<Py<PyAny>> {
    Ok(Py::new(py, Push::new(push))?.into_any())
}

fn on_existing_policy(word: &str) -> Result<OnExisting> {
    match word {
        "error" => Ok(OnExisting::Error),
        "adopt" => Ok(OnExisting::Adopt),
        _ => Err(Error::new(
            ErrorCode::InvalidArgument,
            "on_existing must be `error` or `adopt`",
        )),
    }
}
