//! The client's plain operations by name: arguments from JSON text, results to JSON text.

use filed_core::gateway::{
    ConnectionFilter, FileToSend, GraphqlAnswer, NewArtifact, NewWork, NewWorkspace, WorkFilter,
};
use filed_core::upload::UploadOptions;
use filed_core::{Client, Error, ErrorCode, Result};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::time::Duration;

use crate::client::arguments;
use crate::outcome;
use crate::pager::{Pages, pages};
use crate::shape::shaped;

/// What any operation takes; each uses its own few. JavaScript checked which.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Arguments {
    workspace_id: String,
    connection_id: String,
    job_id: Option<String>,
    job_work_id: String,
    client_id: String,
    client_key: String,
    provider_key: String,
    name: String,
    display_name: String,
    firm_size: Option<String>,
    metadata: Option<Value>,
    emails: Vec<String>,
    inputs: Option<Value>,
    ids: Vec<String>,
    statuses: Vec<String>,
    provider_keys: Vec<String>,
    categories: Vec<String>,
    work_ids: Vec<String>,
    works: Vec<Work>,
    artifacts: Vec<ArtifactToAdd>,
    options: Option<Map<String, Value>>,
    document: String,
    variables: Value,
    path: String,
    url: String,
    file_name: Option<String>,
    mime_type: Option<String>,
    content_type: Option<String>,
    tusd_endpoint: String,
    timeout_ms: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Work {
    name: String,
    external_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ArtifactToAdd {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    url: Option<String>,
    external_id: String,
    metadata: Option<Value>,
}

/// Runs one operation and gives the JSON text of its result.
pub async fn call(client: &Client, operation: &str, text: &str) -> Result<String> {
    let given: Arguments = arguments(text)?;
    match operation.split_once('.') {
        None => on_client(client, operation, given).await,
        Some(("workspaces", verb)) => on_workspaces(client, verb, given).await,
        Some(("connections", verb)) => on_connections(client, verb, given).await,
        Some(("jobs", verb)) => on_jobs(client, verb, given).await,
        Some(("works", "addArtifacts")) => add_artifacts(client, given).await,
        Some(("platform", "uploadFile")) => send_file(client, given).await,
        Some(("uploads", verb)) => on_uploads(client, verb, given).await,
        Some(_) => Err(unknown()),
    }
}

/// A list. Nothing is sent yet.
pub fn list(client: &Client, operation: &str, text: &str) -> Result<Box<dyn Pages>> {
    let given: Arguments = arguments(text)?;
    Ok(match operation {
        "connections.list" => pages(
            client.connections().list(
                given.workspace_id,
                connection_filter(
                    given.ids,
                    given.statuses,
                    given.provider_keys,
                    given.categories,
                ),
            ),
            shaped,
        ),
        "jobs.works" => pages(
            client.jobs().works(
                given.workspace_id,
                given.connection_id,
                WorkFilter {
                    job_ids: given.job_id.into_iter().collect(),
                    ids: given.ids,
                    work_ids: given.work_ids,
                },
            ),
            shaped,
        ),
        "platform.clients" => pages(
            client
                .platform()
                .clients(given.workspace_id, given.connection_id, given.options),
            shaped,
        ),
        "platform.files" => pages(
            client.platform().files(
                given.workspace_id,
                given.connection_id,
                given.client_id,
                given.options,
            ),
            shaped,
        ),
        _ => return Err(unknown()),
    })
}

async fn on_client(client: &Client, verb: &str, given: Arguments) -> Result<String> {
    match verb {
        "me" => Ok(outcome::text(&shaped(&client.me().await?))),
        "graphql" => {
            let answer = client.graphql(given.document, given.variables).await?;
            Ok(graphql_answer(&answer).to_string())
        }
        _ => Err(unknown()),
    }
}

async fn on_workspaces(client: &Client, verb: &str, given: Arguments) -> Result<String> {
    let workspaces = client.workspaces();
    match verb {
        "create" => {
            let new = NewWorkspace {
                display_name: given.display_name,
                metadata: given.metadata,
                firm_size: given.firm_size,
            };
            Ok(outcome::text(&shaped(&workspaces.create(new).await?)))
        }
        "addUsers" => {
            let users = workspaces
                .add_users(given.workspace_id, given.emails)
                .await?;
            Ok(outcome::text(&shaped(&users)))
        }
        _ => Err(unknown()),
    }
}

async fn on_connections(client: &Client, verb: &str, given: Arguments) -> Result<String> {
    let connections = client.connections();
    let connection = match verb {
        "start" => {
            connections
                .start(given.workspace_id, given.provider_key, given.inputs)
                .await?
        }
        "collect" => {
            connections
                .collect(given.connection_id, given.inputs)
                .await?
        }
        "waitActive" => {
            let timeout = Duration::from_millis(given.timeout_ms);
            connections
                .wait_active(given.workspace_id, given.connection_id, timeout)
                .await?
        }
        _ => return Err(unknown()),
    };
    Ok(outcome::text(&shaped(&connection)))
}

async fn on_jobs(client: &Client, verb: &str, given: Arguments) -> Result<String> {
    let (jobs, job_id) = (client.jobs(), given.job_id.unwrap_or_default());
    let value = match verb {
        "create" => shaped(&jobs.create(given.connection_id, given.name).await?),
        "addWorks" => {
            let works = given.works.into_iter().map(|work| NewWork {
                name: work.name,
                external_id: work.external_id,
            });
            shaped(&jobs.add_works(job_id, works.collect()).await?)
        }
        "initiate" => shaped(&jobs.initiate(job_id).await?),
        _ => return Err(unknown()),
    };
    Ok(outcome::text(&value))
}

async fn add_artifacts(client: &Client, given: Arguments) -> Result<String> {
    let artifacts = given.artifacts.into_iter().map(|artifact| NewArtifact {
        name: artifact.name,
        kind: artifact.kind,
        url: artifact.url,
        external_id: artifact.external_id,
        metadata: artifact.metadata,
    });
    let added = client
        .works()
        .add_artifacts(given.job_work_id, artifacts.collect())
        .await?;
    Ok(outcome::text(&shaped(&added)))
}

async fn send_file(client: &Client, given: Arguments) -> Result<String> {
    let file = FileToSend {
        file_name: given.file_name.unwrap_or_default(),
        content_type: given.content_type,
        tusd_endpoint: given.tusd_endpoint,
    };
    let sent = client
        .platform()
        .upload_file(given.connection_id, given.client_key, file)
        .await?;
    Ok(outcome::text(&shaped(&sent)))
}

async fn on_uploads(client: &Client, verb: &str, given: Arguments) -> Result<String> {
    let uploaded = match verb {
        "file" => {
            let options = UploadOptions {
                file_name: given.file_name,
                mime_type: given.mime_type,
                progress: None,
            };
            client.uploads().file(given.path, options).await?
        }
        "url" => client.uploads().url(given.url, given.mime_type).await?,
        _ => return Err(unknown()),
    };
    Ok(outcome::text(&shaped(&uploaded)))
}

fn connection_filter(
    ids: Vec<String>,
    statuses: Vec<String>,
    provider_keys: Vec<String>,
    categories: Vec<String>,
) -> ConnectionFilter {
    ConnectionFilter {
        ids,
        statuses,
        provider_keys,
        categories,
    }
}

fn graphql_answer(answer: &GraphqlAnswer) -> Value {
    let errors: Vec<_> = answer.errors.iter().map(outcome::graphql_error).collect();
    json!({ "data": answer.data, "errors": errors, "requestId": answer.request_id })
}

fn unknown() -> Error {
    Error::new(
        ErrorCode::Internal,
        "the JavaScript and native halves of filed-sdk are of different versions; reinstall it",
    )
}
