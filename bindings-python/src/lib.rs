//! The Python module `filed._native`: the core behind a boundary of a few words.
//!
//! Every call that talks to Filed is an [`operation::Operation`]: made here, then either waited for
//! by the calling thread or handed to the queue of an event loop. The package `filed` in
//! `python/filed` gives the operations their names, types and documentation.
//!
//! Threads of the runtime never touch the interpreter: they put outcomes into queues and signal a
//! descriptor. So nothing of ours can meet an interpreter that is ending.

mod client;
mod convert;
mod error;
mod gateway;
mod loop_queue;
mod operation;
mod owned;
mod pager;
mod pull;
mod push;
mod push_open;
mod push_views;
mod settings;
mod token;
mod uploads;
mod wake;

use std::time::Duration;

use pyo3::prelude::*;

/// The native half of the package `filed`. Not for direct use.
#[pymodule]
mod _native {
    use super::*;

    #[pymodule_export]
    use super::client::Client;
    #[pymodule_export]
    use super::gateway::{
        connections_collect, connections_list, connections_start, connections_wait_active,
        jobs_add_works, jobs_create, jobs_initiate, jobs_works, platform_clients, platform_files,
        platform_upload_file, works_add_artifacts, workspaces_add_users, workspaces_create,
    };
    #[pymodule_export]
    use super::loop_queue::LoopQueue;
    #[pymodule_export]
    use super::operation::{Operation, Pending};
    #[pymodule_export]
    use super::pager::Pager;
    #[pymodule_export]
    use super::pull::call::PullCall;
    #[pymodule_export]
    use super::pull::check::pull_check;
    #[pymodule_export]
    use super::pull::docs::pull_docs;
    #[pymodule_export]
    use super::pull::folder::PullFolder;
    #[pymodule_export]
    use super::pull::incoming::PullIncoming;
    #[pymodule_export]
    use super::pull::questions::PullQuestions;
    #[pymodule_export]
    use super::pull::server::{PullServer, pull_serve, pull_serve_folder};
    #[pymodule_export]
    use super::push::{Events, Push, validate_client, validate_file};
    #[pymodule_export]
    use super::push_open::{push_open, push_resume};
    #[pymodule_export]
    use super::token::TokenRequests;
    #[pymodule_export]
    use super::uploads::{ChunkSender, uploads_bytes, uploads_file, uploads_stream, uploads_url};

    /// The version of the library.
    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "Python's name for it")]
    const __version__: &str = filed_core::VERSION;

    /// A link that signs the user in and opens `path` in the workspace `slug`.
    #[pyfunction]
    fn deep_link(py: Python<'_>, slug: &str, path: &str) -> PyResult<String> {
        error::guarded(py, "deep_link", || {
            filed_core::deep_link(slug, path).map_err(|e| error::raise(py, &e))
        })
    }

    /// Tells `sys.unraisablehook` of an exception in a function of the host's that nobody awaits.
    #[pyfunction]
    fn report_unraisable(
        py: Python<'_>,
        exception: Bound<'_, PyAny>,
        function: Bound<'_, PyAny>,
    ) -> PyResult<()> {
        error::guarded(py, "report_unraisable", || {
            PyErr::from_value(exception).write_unraisable(py, Some(&function));
            Ok(())
        })
    }

    /// Ends the runtime; whether everything ended in time.
    #[pyfunction]
    fn shutdown(py: Python<'_>, timeout: f64) -> PyResult<bool> {
        let timeout = convert::seconds(py, "timeout", timeout)?;
        let timeout = timeout.min(Duration::from_secs(86_400));
        error::guarded(py, "shutdown", || {
            Ok(py.detach(|| filed_core::runtime::shutdown(timeout)))
        })
    }
}
