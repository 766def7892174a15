//! Small conversions: seconds, JSON, paths.

use std::ffi::OsStr;
use std::path::Path;
use std::time::Duration;

use filed_core::{Error, ErrorCode};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use serde::de::DeserializeOwned;

use crate::error::raise;

/// A wait or time-out given in seconds.
pub fn seconds(py: Python<'_>, name: &str, value: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(value).map_err(|_| {
        let message = format!("{name} must be a number of seconds, 0 or more");
        raise(py, &Error::new(ErrorCode::InvalidArgument, message))
    })
}

/// As [`seconds`], for a wait that may be without end.
pub fn optional_seconds(
    py: Python<'_>,
    name: &str,
    value: Option<f64>,
) -> PyResult<Option<Duration>> {
    value.map(|value| seconds(py, name, value)).transpose()
}

/// JSON text, written by the package with the standard library.
pub fn json<T: DeserializeOwned>(name: &str, text: &str) -> PyResult<T> {
    serde_json::from_str(text)
        .map_err(|e| PyValueError::new_err(format!("{name} cannot be taken as JSON: {e}")))
}

/// As [`json`], for an argument that was perhaps not given.
pub fn optional_json<T: DeserializeOwned>(name: &str, text: Option<&str>) -> PyResult<Option<T>> {
    text.map(|text| json(name, text)).transpose()
}

/// A path as Python sees it: a `str` in which bytes that are not UTF-8 are surrogates.
pub fn path_str(path: &Path) -> &OsStr {
    path.as_os_str()
}
