//! From the core's error to the package's exceptions.

use std::panic::{AssertUnwindSafe, catch_unwind};

use filed_core::error::GraphqlError;
use filed_core::{Error, ErrorCode, defect};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple};

use crate::convert::path_str;

static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// The exception that tells of `error`, ready to be raised.
pub fn raise(py: Python<'_>, error: &Error) -> PyErr {
    match exception(py, error) {
        Ok(value) => PyErr::from_value(value.into_bound(py)),
        Err(e) => e,
    }
}

/// Runs what a call does on the host's thread. A panic becomes `INTERNAL`: Python's own way to tell
/// of one is no `Exception`, and would end a program that handles all of ours.
pub fn guarded<T>(
    py: Python<'_>,
    operation: &str,
    work: impl FnOnce() -> PyResult<T>,
) -> PyResult<T> {
    let planted = || {
        if cfg!(debug_assertions) {
            defect::planted(&format!("native {operation}"));
        }
        work()
    };
    // What a panic left half-done is behind locks that ignore poisoning.
    catch_unwind(AssertUnwindSafe(planted)).unwrap_or_else(|_| {
        let text = format!("a defect in this library ended {operation}; please report it");
        let error = Error::new(ErrorCode::Internal, text).with_operation(operation);
        Err(raise(py, &error))
    })
}

/// The exception object that tells of `error`.
pub fn exception(py: Python<'_>, error: &Error) -> PyResult<Py<PyAny>> {
    let make = MAKE.get_or_try_init(py, || {
        py.import("filed._errors")?
            .getattr("from_native")
            .map(Bound::unbind)
    })?;
    let fields = PyDict::new(py);
    fields.set_item("operation", error.operation())?;
    fields.set_item("http_status", error.http_status())?;
    fields.set_item(
        "graphql_errors",
        graphql_errors(py, error.graphql_errors())?,
    )?;
    fields.set_item("request_id", error.request_id())?;
    fields.set_item("attempts", error.attempts())?;
    fields.set_item("external_id", error.external_id())?;
    fields.set_item("path", error.path().map(path_str))?;
    fields.set_item("effect", error.effect().as_str())?;
    let arguments = (error.code().info().name, error.message());
    make.call(py, arguments, Some(&fields))
        .map_err(|cause| unmade(py, error, cause))
}

/// GraphQL errors as tuples `(message, code, path)`.
pub fn graphql_errors<'py>(
    py: Python<'py>,
    errors: &[GraphqlError],
) -> PyResult<Bound<'py, PyTuple>> {
    let parts = errors
        .iter()
        .map(|e| (e.message.as_str(), e.code.as_deref(), e.path.as_deref()));
    PyTuple::new(py, parts.collect::<Vec<_>>())
}

/// Says at least the code when the package's own exception cannot be made.
fn unmade(py: Python<'_>, error: &Error, cause: PyErr) -> PyErr {
    let fallback = PyRuntimeError::new_err(format!("{}: {error}", error.code()));
    fallback.set_cause(py, Some(cause));
    fallback
}
