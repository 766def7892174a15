//! [`PullFolder`]: a folder of clients, served without Python.

use std::path::PathBuf;

use filed_core::pull::FolderProvider;
use pyo3::prelude::*;

use crate::error::{guarded, raise};

/// A folder of clients as a ready provider.
#[pyclass(frozen, module = "filed._native")]
pub struct PullFolder(pub FolderProvider);

#[pymethods]
impl PullFolder {
    #[new]
    fn new(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        guarded(py, "pull.folder.new", || {
            let opened = py.detach(|| FolderProvider::open(path));
            Ok(Self(opened.map_err(|e| raise(py, &e))?))
        })
    }
}
