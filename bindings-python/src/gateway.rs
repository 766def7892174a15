//! Operations on workspaces, connections, jobs, works and the platform. Free-form JSON comes as
//! text; so do the results.

use std::time::Duration;

use filed_core::gateway::{
    ConnectionFilter, FileToSend, NewArtifact, NewWork, NewWorkspace, WorkFilter,
};
use pyo3::prelude::*;

use crate::client::Client;
use crate::convert::{json, optional_json, seconds};
use crate::error::guarded;
use crate::operation::Operation;
use crate::pager::Pager;

const FOREVER: Duration = Duration::from_secs(10 * 365 * 86_400);

#[pyfunction]
pub fn workspaces_create(
    py: Python<'_>,
    client: &Client,
    display_name: String,
    metadata: Option<&str>,
    firm_size: Option<String>,
) -> PyResult<Operation> {
    guarded(py, "workspaces.create", || {
        let new = NewWorkspace {
            display_name,
            metadata: optional_json("metadata", metadata)?,
            firm_size,
        };
        let workspaces = client.core().workspaces();
        let work = async move { workspaces.create(new).await };
        Ok(Operation::json(client.generation(), work))
    })
}

#[pyfunction]
pub fn workspaces_add_users(
    py: Python<'_>,
    client: &Client,
    workspace_id: String,
    emails: Vec<String>,
) -> PyResult<Operation> {
    guarded(py, "workspaces.add_users", || {
        let workspaces = client.core().workspaces();
        let work = async move { workspaces.add_users(workspace_id, emails).await };
        Ok(Operation::json(client.generation(), work))
    })
}

#[pyfunction]
pub fn connections_start(
    py: Python<'_>,
    client: &Client,
    workspace_id: String,
    provider_key: String,
    inputs: Option<&str>,
) -> PyResult<Operation> {
    guarded(py, "connections.start", || {
        let inputs = optional_json("inputs", inputs)?;
        let connections = client.core().connections();
        let work = async move { connections.start(workspace_id, provider_key, inputs).await };
        Ok(Operation::json(client.generation(), work))
    })
}

#[pyfunction]
pub fn connections_collect(
    py: Python<'_>,
    client: &Client,
    connection_id: String,
    inputs: Option<&str>,
) -> PyResult<Operation> {
    guarded(py, "connections.collect", || {
        let inputs = optional_json("inputs", inputs)?;
        let connections = client.core().connections();
        let work = async move { connections.collect(connection_id, inputs).await };
        Ok(Operation::json(client.generation(), work))
    })
}

#[pyfunction]
pub fn connections_list(
    py: Python<'_>,
    client: &Client,
    workspace_id: String,
    statuses: Vec<String>,
    provider_keys: Vec<String>,
    categories: Vec<String>,
    ids: Vec<String>,
) -> PyResult<Pager> {
    guarded(py, "connections.list", || {
        let filter = ConnectionFilter {
            ids,
            statuses,
            provider_keys,
            categories,
        };
        let pager = client.core().connections().list(workspace_id, filter);
        Ok(Pager::json(client.generation(), pager))
    })
}

#[pyfunction]
pub fn connections_wait_active(
    py: Python<'_>,
    client: &Client,
    workspace_id: String,
    connection_id: String,
    timeout: Option<f64>,
) -> PyResult<Operation> {
    guarded(py, "connections.wait_active", || {
        let timeout = timeout.map_or(Ok(FOREVER), |t| seconds(py, "timeout", t))?;
        let connections = client.core().connections();
        let work = async move {
            connections
                .wait_active(workspace_id, connection_id, timeout)
                .await
        };
        Ok(Operation::json(client.generation(), work))
    })
}

#[pyfunction]
pub fn jobs_create(
    py: Python<'_>,
    client: &Client,
    connection_id: String,
    name: String,
) -> PyResult<Operation> {
    guarded(py, "jobs.create", || {
        let jobs = client.core().jobs();
        let work = async move { jobs.create(connection_id, name).await };
        Ok(Operation::json(client.generation(), work))
    })
}

/// `works` is a JSON list of objects with `name` and `external_id`.
#[pyfunction]
pub fn jobs_add_works(
    py: Python<'_>,
    client: &Client,
    job_id: String,
    works: &str,
) -> PyResult<Operation> {
    guarded(py, "jobs.add_works", || {
        let works: Vec<NewWork> = json("works", works)?;
        let jobs = client.core().jobs();
        let work = async move { jobs.add_works(job_id, works).await };
        Ok(Operation::json(client.generation(), work))
    })
}

#[pyfunction]
pub fn jobs_works(
    py: Python<'_>,
    client: &Client,
    workspace_id: String,
    connection_id: String,
    job_ids: Vec<String>,
    ids: Vec<String>,
    work_ids: Vec<String>,
) -> PyResult<Pager> {
    guarded(py, "jobs.works", || {
        let filter = WorkFilter {
            job_ids,
            ids,
            work_ids,
        };
        let pager = client
            .core()
            .jobs()
            .works(workspace_id, connection_id, filter);
        Ok(Pager::json(client.generation(), pager))
    })
}

#[pyfunction]
pub fn jobs_initiate(py: Python<'_>, client: &Client, job_id: String) -> PyResult<Operation> {
    guarded(py, "jobs.initiate", || {
        let jobs = client.core().jobs();
        Ok(Operation::json(client.generation(), async move {
            jobs.initiate(job_id).await
        }))
    })
}

/// `artifacts` is a JSON list of objects.
#[pyfunction]
pub fn works_add_artifacts(
    py: Python<'_>,
    client: &Client,
    job_work_id: String,
    artifacts: &str,
) -> PyResult<Operation> {
    guarded(py, "works.add_artifacts", || {
        let artifacts: Vec<NewArtifact> = json("artifacts", artifacts)?;
        let works = client.core().works();
        let work = async move { works.add_artifacts(job_work_id, artifacts).await };
        Ok(Operation::json(client.generation(), work))
    })
}

#[pyfunction]
pub fn platform_clients(
    py: Python<'_>,
    client: &Client,
    workspace_id: String,
    connection_id: String,
    options: Option<&str>,
) -> PyResult<Pager> {
    guarded(py, "platform.clients", || {
        let options = optional_json("options", options)?;
        let platform = client.core().platform();
        let pager = platform.clients(workspace_id, connection_id, options);
        Ok(Pager::json(client.generation(), pager))
    })
}

#[pyfunction]
pub fn platform_files(
    py: Python<'_>,
    client: &Client,
    workspace_id: String,
    connection_id: String,
    client_id: String,
    options: Option<&str>,
) -> PyResult<Pager> {
    guarded(py, "platform.files", || {
        let options = optional_json("options", options)?;
        let platform = client.core().platform();
        let pager = platform.files(workspace_id, connection_id, client_id, options);
        Ok(Pager::json(client.generation(), pager))
    })
}

#[pyfunction]
pub fn platform_upload_file(
    py: Python<'_>,
    client: &Client,
    connection_id: String,
    client_key: String,
    file_name: String,
    content_type: Option<String>,
    tusd_endpoint: String,
) -> PyResult<Operation> {
    guarded(py, "platform.upload_file", || {
        let file = FileToSend {
            file_name,
            content_type,
            tusd_endpoint,
        };
        let platform = client.core().platform();
        let work = async move { platform.upload_file(connection_id, client_key, file).await };
        Ok(Operation::json(client.generation(), work))
    })
}
