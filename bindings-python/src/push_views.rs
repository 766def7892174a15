//! Reports, progress and events as plain Python values: dictionaries whose keys are the fields of
//! the package's classes. Paths keep bytes that are not UTF-8, and errors are exceptions, which is
//! why these do not cross as JSON.

use filed_core::Error;
use filed_core::push::{ClientReport, Counts, Event, FileReport, Progress, Report};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::convert::path_str;
use crate::error::exception;

macro_rules! dict {
    ($py:expr, { $($name:ident: $value:expr),* $(,)? }) => {{
        let dict = PyDict::new($py);
        $(dict.set_item(pyo3::intern!($py, stringify!($name)), $value)?;)*
        dict
    }};
}

/// A report, its failed items as in [`clients`] and [`files`].
pub fn report(py: Python<'_>, report: Report) -> PyResult<Py<PyAny>> {
    let dict = dict!(py, {
        state: report.state.as_str(),
        job_id: report.job_id,
        clients: counts(py, report.clients)?,
        files: counts(py, report.files)?,
        bytes_sent: report.bytes_sent,
        failed_clients: clients(py, report.failed_clients)?,
        failed_files: files(py, report.failed_files)?,
        notes: report.notes,
    });
    Ok(dict.into_any().unbind())
}

/// A snapshot.
pub fn progress(py: Python<'_>, progress: Progress) -> PyResult<Py<PyAny>> {
    let dict = dict!(py, {
        state: progress.state.as_str(),
        clients: counts(py, progress.clients)?,
        files: counts(py, progress.files)?,
        bytes_total: progress.bytes_total,
        bytes_sent: progress.bytes_sent,
        uploading: progress.uploading,
    });
    Ok(dict.into_any().unbind())
}

/// A list of clients.
pub fn clients(py: Python<'_>, clients: Vec<ClientReport>) -> PyResult<Py<PyAny>> {
    list(py, clients, |client| {
        Ok(dict!(py, {
            key: client.key,
            external_id: client.external_id,
            state: client.state.as_str(),
            job_work_id: client.job_work_id,
            work_id: client.work_id,
            status: client.status,
            error: optional_exception(py, client.error.as_ref())?,
        }))
    })
}

/// A list of files.
pub fn files(py: Python<'_>, files: Vec<FileReport>) -> PyResult<Py<PyAny>> {
    list(py, files, |file| {
        Ok(dict!(py, {
            external_id: file.external_id,
            client_external_id: file.client_external_id,
            state: file.state.as_str(),
            path: file.path.as_deref().map(path_str),
            size: file.size,
            blake3: file.blake3,
            sha256: file.sha256,
            mime_type: file.mime_type,
            file_url: file.file_url,
            artifact_id: file.artifact_id,
            status: file.status,
            error: optional_exception(py, file.error.as_ref())?,
        }))
    })
}

/// A list of events.
pub fn events(py: Python<'_>, events: Vec<Event>) -> PyResult<Py<PyAny>> {
    list(py, events, |event| {
        Ok(dict!(py, {
            sequence: event.sequence,
            kind: event.kind.as_str(),
            external_id: event.external_id,
            client_external_id: event.client_external_id,
            error: optional_exception(py, event.error.as_ref())?,
        }))
    })
}

fn list<'py, T>(
    py: Python<'py>,
    items: Vec<T>,
    view: impl FnMut(T) -> PyResult<Bound<'py, PyDict>>,
) -> PyResult<Py<PyAny>> {
    let views = items.into_iter().map(view).collect::<PyResult<Vec<_>>>()?;
    Ok(PyList::new(py, views)?.into_any().unbind())
}

fn counts<'py>(py: Python<'py>, counts: Counts) -> PyResult<Bound<'py, PyDict>> {
    Ok(dict!(py, {
        total: counts.total,
        sent: counts.sent,
        attached: counts.attached,
        imported: counts.imported,
        failed: counts.failed,
        cancelled: counts.cancelled,
    }))
}

fn optional_exception(py: Python<'_>, error: Option<&Error>) -> PyResult<Option<Py<PyAny>>> {
    error.map(|e| exception(py, e)).transpose()
}
