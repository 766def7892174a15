//! The check of a platform's pull API.

use std::path::PathBuf;
use std::time::Duration;

use filed_core::pull::{CheckLimits, CheckOptions, Report, check};
use filed_core::runtime;
use filed_core::{Error, ErrorCode, Result};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::error::{guarded, raise};
use crate::operation::{Operation, to_json};

/// What Python gives; see `filed.pull.check`.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Checked {
    base_url: String,
    api_key: Option<String>,
    oauth_client: Option<(String, String)>,
    document: Option<String>,
    mapping: Option<String>,
    ca_bundle: Option<PathBuf>,
    writes: bool,
    client_id: Option<String>,
    requests: Option<u32>,
    time: Option<f64>,
    clients: Option<usize>,
    files: Option<usize>,
}

/// Plays Filed against a platform. Gives `(report as JSON text, words, JUnit)`.
#[pyfunction]
pub fn pull_check(py: Python<'_>, settings: Checked) -> PyResult<Operation> {
    guarded(py, "pull.check", || {
        let begin = || -> Result<_> { Ok((settings.options()?, runtime::current()?)) };
        let (options, generation) = begin().map_err(|e| raise(py, &e))?;
        let work = async move {
            let report = check(options).await?;
            told(&report)
        };
        Ok(Operation::new(&generation, work, |py, told| {
            let tuple: Bound<'_, PyTuple> = told.into_pyobject(py)?;
            Ok(tuple.into_any().unbind())
        }))
    })
}

fn told(report: &Report) -> Result<(String, String, String)> {
    let json = to_json(&report.to_json())?;
    Ok((json, report.to_text(), report.to_junit()))
}

impl Checked {
    fn options(self) -> Result<CheckOptions> {
        let mut options = CheckOptions::new(self.base_url);
        options.credentials.api_key = self.api_key.map(Into::into);
        options.credentials.oauth = self.oauth_client.map(|(id, secret)| (id, secret.into()));
        options.document = self.document;
        options.mapping = self.mapping;
        options.ca_bundle = self.ca_bundle;
        options.writes = self.writes;
        options.client_id = self.client_id;
        let usual = CheckLimits::default();
        options.limits = CheckLimits {
            requests: self.requests.unwrap_or(usual.requests),
            time: self.time.map(seconds).transpose()?.unwrap_or(usual.time),
            clients: self.clients.unwrap_or(usual.clients),
            files: self.files.unwrap_or(usual.files),
            ..usual
        };
        Ok(options)
    }
}

fn seconds(value: f64) -> Result<Duration> {
    Duration::try_from_secs_f64(value).map_err(|_| {
        let message = "`time` must be a number of seconds above 0";
        Error::new(ErrorCode::InvalidArgument, message)
    })
}
