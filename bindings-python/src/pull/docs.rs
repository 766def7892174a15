//! The documents of the pull API.

use filed_core::Result;
use filed_core::pull::{Documents, SandboxAccess};
use pyo3::prelude::*;

use super::settings::Settings;
use crate::error::{guarded, raise};

/// The documents of a server with these settings, at this URL: `(OpenAPI, Markdown, HTML)`.
#[pyfunction]
pub fn pull_docs(
    py: Python<'_>,
    settings: Settings,
    base_url: String,
    api_key: Option<String>,
    oauth_client: Option<(String, String)>,
) -> PyResult<(String, String, String)> {
    guarded(py, "pull.docs", || {
        let access = SandboxAccess {
            api_key: api_key.map(Into::into),
            oauth_client: oauth_client.map(|(id, secret)| (id, secret.into())),
        };
        let make = || -> Result<_> { Documents::package(&settings.config()?, &base_url, &access) };
        let made = py.detach(make).map_err(|e| raise(py, &e))?;
        Ok((made.openapi, made.markdown, made.html))
    })
}
