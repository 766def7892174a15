//! Files that Python gives by their descriptor.

use std::fs::File;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// The same open file, with a descriptor of its own.
#[cfg(unix)]
pub fn doubled(descriptor: i32) -> PyResult<File> {
    use std::os::fd::BorrowedFd;

    if descriptor < 0 {
        return Err(PyValueError::new_err("a closed file was given"));
    }
    // SAFETY: the caller holds the file open while this runs.
    let borrowed = unsafe { BorrowedFd::borrow_raw(descriptor) };
    Ok(File::from(borrowed.try_clone_to_owned()?))
}

/// Never compiled yet: there was no machine to try it on.
#[cfg(not(unix))]
pub fn doubled(_: i32) -> PyResult<File> {
    Err(PyValueError::new_err("files have no descriptors here"))
}
