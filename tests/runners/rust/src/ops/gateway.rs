//! Steps that are one operation of the gateway.

use std::time::Duration;

use filed_core::Client;
use filed_core::gateway::{ConnectionFilter, FileToSend, NewArtifact, NewWorkspace, WorkFilter};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Arguments, Result};
use crate::outcome::{Failure, graphql_error_json};
use crate::session::Session;

pub async fn carry_out(session: &mut Session, step: &Arguments, op: &str) -> Result {
    let client = session.client(step.maybe::<String>("client")?.as_deref())?;
    match op {
        "client.close" => {
            client.close();
            Ok(Value::Null)
        }
        "me" => shown(client.me().await?),
        "graphql" => graphql(&client, step).await,
        _ => match op.split_once('.') {
            Some(("workspaces", verb)) => workspaces(&client, step, verb).await,
            Some(("connections", verb)) => connections(&client, step, verb).await,
            Some(("jobs", verb)) => jobs(&client, step, verb).await,
            Some(("works", "add_artifacts")) => {
                let artifacts: Vec<NewArtifact> = step.get("artifacts")?;
                let works = client.works();
                let id = step.text("job_work_id")?;
                shown(works.add_artifacts(id, artifacts).await?)
            }
            Some(("platform", verb)) => platform(&client, step, verb).await,
            _ => Err(Failure::Unsupported),
        },
    }
}

fn shown(value: impl Serialize) -> Result {
    Ok(serde_json::to_value(value)?)
}

async fn graphql(client: &Client, step: &Arguments) -> Result {
    let variables: Value = step.maybe("variables")?.unwrap_or_else(|| json!({}));
    let answer = client.graphql(step.text("document")?, variables).await?;
    let errors: Vec<Value> = answer.errors.iter().map(graphql_error_json).collect();
    Ok(json!({ "data": answer.data, "errors": errors }))
}

async fn workspaces(client: &Client, step: &Arguments, verb: &str) -> Result {
    match verb {
        "create" => {
            let new = NewWorkspace {
                display_name: step.text("display_name")?,
                metadata: step.maybe("metadata")?,
                firm_size: step.maybe("firm_size")?,
            };
            shown(client.workspaces().create(new).await?)
        }
        "add_users" => {
            let (workspace, emails) = (step.text("workspace_id")?, step.get("emails")?);
            shown(client.workspaces().add_users(workspace, emails).await?)
        }
        _ => Err(Failure::Unsupported),
    }
}

async fn connections(client: &Client, step: &Arguments, verb: &str) -> Result {
    let connections = client.connections();
    match verb {
        "start" => {
            let (workspace, provider) = (step.text("workspace_id")?, step.text("provider_key")?);
            shown(
                connections
                    .start(workspace, provider, step.maybe("inputs")?)
                    .await?,
            )
        }
        "collect" => {
            let id = step.text("connection_id")?;
            shown(connections.collect(id, step.maybe("inputs")?).await?)
        }
        "list" => {
            let filter = ConnectionFilter {
                ids: step.or_default("ids")?,
                statuses: step.or_default("statuses")?,
                provider_keys: step.or_default("provider_keys")?,
                categories: step.or_default("categories")?,
            };
            shown(
                connections
                    .list(step.text("workspace_id")?, filter)
                    .all()
                    .await?,
            )
        }
        "wait_active" => {
            let (workspace, id) = (step.text("workspace_id")?, step.text("connection_id")?);
            let timeout = step
                .millis("timeout_ms")?
                .unwrap_or(Duration::from_secs(30));
            shown(connections.wait_active(workspace, id, timeout).await?)
        }
        _ => Err(Failure::Unsupported),
    }
}

async fn jobs(client: &Client, step: &Arguments, verb: &str) -> Result {
    let jobs = client.jobs();
    match verb {
        "create" => shown(
            jobs.create(step.text("connection_id")?, step.text("name")?)
                .await?,
        ),
        "add_works" => {
            let works = step.get("works")?;
            shown(jobs.add_works(step.text("job_id")?, works).await?)
        }
        "works" => {
            let filter = WorkFilter {
                job_ids: step.maybe("job_id")?.into_iter().collect(),
                ids: Vec::new(),
                work_ids: step.or_default("work_ids")?,
            };
            let (workspace, id) = (step.text("workspace_id")?, step.text("connection_id")?);
            shown(jobs.works(workspace, id, filter).all().await?)
        }
        "initiate" => shown(jobs.initiate(step.text("job_id")?).await?),
        _ => Err(Failure::Unsupported),
    }
}

async fn platform(client: &Client, step: &Arguments, verb: &str) -> Result {
    let platform = client.platform();
    let connection = step.text("connection_id")?;
    match verb {
        "clients" => {
            let (workspace, options) = (step.text("workspace_id")?, step.maybe("options")?);
            shown(
                platform
                    .clients(workspace, connection, options)
                    .all()
                    .await?,
            )
        }
        "files" => {
            let (workspace, id) = (step.text("workspace_id")?, step.text("client_id")?);
            let files = platform.files(workspace, connection, id, step.maybe("options")?);
            shown(files.all().await?)
        }
        "upload_file" => {
            let file = FileToSend {
                file_name: step.text("file_name")?,
                content_type: step.maybe("content_type")?,
                tusd_endpoint: step.text("tusd_endpoint")?,
            };
            let key = step.text("client_key")?;
            shown(platform.upload_file(connection, key, file).await?)
        }
        _ => Err(Failure::Unsupported),
    }
}
