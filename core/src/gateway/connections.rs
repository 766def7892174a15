//! Operations on provider connections.

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use crate::client::Client;
use crate::gateway::operations::{
    CollectProviderConnection, GetWorkspaceConnections, StartProviderConnection,
    collect_provider_connection, get_workspace_connections, start_provider_connection,
};
use crate::gateway::{Connection, Gateway, Pager, filled, int, missing, one};
use crate::wire::named;
use crate::{Error, ErrorCode, Result, check};

const FIRST_GAP: Duration = Duration::from_millis(500);
const LONGEST_GAP: Duration = Duration::from_secs(10);

/// Operations on provider connections. Made by [`Client::connections`].
#[derive(Debug, Clone)]
pub struct Connections {
    client: Client,
}

/// Which connections to list; empty lists do not filter.
#[derive(Debug, Clone, Default)]
pub struct ConnectionFilter {
    /// Connection ids.
    pub ids: Vec<String>,
    /// Such as `active`, `pending`, `failed`.
    pub statuses: Vec<String>,
    /// Such as `canopy`.
    pub provider_keys: Vec<String>,
    /// Such as `practice_management`.
    pub categories: Vec<String>,
}

impl Connections {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Starts a connection; it is `pending` until collected. `provider_key` is case-sensitive.
    /// Not repeated when the answer is lost.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`, `NOT_FOUND`, `REQUEST_REJECTED`, `OUTCOME_UNKNOWN`, network errors.
    pub async fn start(
        &self,
        workspace_id: impl Into<String>,
        provider_key: impl Into<String>,
        inputs: Option<serde_json::Value>,
    ) -> Result<Connection> {
        let (workspace_id, provider_key) = (workspace_id.into(), provider_key.into());
        self.client
            .run("connections.start", |inner| async move {
                inner
                    .gateway
                    .start_connection(workspace_id, provider_key, inputs)
                    .await
            })
            .await
    }

    /// Lets Filed verify the credentials given at the start. A failed verification is an answer
    /// whose `status` says so, not an error.
    ///
    /// # Errors
    /// `NOT_FOUND`, `REQUEST_REJECTED`, `OUTCOME_UNKNOWN`, network errors.
    pub async fn collect(
        &self,
        connection_id: impl Into<String>,
        inputs: Option<serde_json::Value>,
    ) -> Result<Connection> {
        let connection_id = connection_id.into();
        self.client
            .run("connections.collect", |inner| async move {
                inner
                    .gateway
                    .collect_connection(connection_id, inputs)
                    .await
            })
            .await
    }

    /// The connections of a workspace.
    pub fn list(
        &self,
        workspace_id: impl Into<String>,
        filter: ConnectionFilter,
    ) -> Pager<Connection> {
        let (client, workspace_id) = (self.client.clone(), workspace_id.into());
        let limit = client.inner().settings.wire.page_size.0;
        Pager::new(
            limit,
            |connection| &connection.id,
            move |offset, limit| {
                let (client, workspace_id, filter) =
                    (client.clone(), workspace_id.clone(), filter.clone());
                async move {
                    client
                        .run("connections.list", |inner| async move {
                            inner
                                .gateway
                                .list_connections(workspace_id, filter, offset, limit)
                                .await
                        })
                        .await
                }
            },
        )
    }

    /// Polls, with growing gaps, until the connection is active.
    ///
    /// # Errors
    /// `CONNECTION_NOT_ACTIVE` when it reaches a failed state, `WAIT_TIMED_OUT` after `timeout`,
    /// `NOT_FOUND`, network errors.
    pub async fn wait_active(
        &self,
        workspace_id: impl Into<String>,
        connection_id: impl Into<String>,
        timeout: Duration,
    ) -> Result<Connection> {
        let (workspace_id, connection_id) = (workspace_id.into(), connection_id.into());
        self.client
            .run("connections.wait_active", |inner| async move {
                inner
                    .gateway
                    .wait_active(workspace_id, connection_id, timeout)
                    .await
            })
            .await
    }
}

impl Gateway {
    pub async fn start_connection(
        &self,
        workspace_id: String,
        provider_key: String,
        inputs: Option<Value>,
    ) -> Result<Connection> {
        check::id("workspace_id", &workspace_id)?;
        check::id("provider_key", &provider_key)?;
        let variables = start_provider_connection::Variables {
            workspace_id,
            provider_key,
            inputs,
        };
        let answer = self.execute::<StartProviderConnection>(variables).await?;
        let started = answer.start_provider_connection;
        Ok(Connection {
            id: started.id,
            workspace_id: Some(started.workspace_id),
            provider_key: started.provider_key,
            status: started.status,
            action: started.action,
            display_name: started.display_name,
            category: None,
            settings: None,
            created_at: Some(started.created_at),
            updated_at: None,
        })
    }

    pub async fn collect_connection(
        &self,
        connection_id: String,
        inputs: Option<Value>,
    ) -> Result<Connection> {
        check::id("connection_id", &connection_id)?;
        let variables = collect_provider_connection::Variables {
            connection_id,
            inputs,
        };
        let answer = self.execute::<CollectProviderConnection>(variables).await?;
        let collected = answer.collect_provider_connection;
        Ok(Connection {
            id: collected.id,
            workspace_id: Some(collected.workspace_id),
            provider_key: collected.provider_key,
            status: collected.status,
            action: None,
            display_name: collected.display_name,
            category: None,
            settings: collected.settings,
            created_at: None,
            updated_at: Some(collected.updated_at),
        })
    }

    pub async fn list_connections(
        &self,
        workspace_id: String,
        filter: ConnectionFilter,
        offset: u64,
        limit: u32,
    ) -> Result<Vec<Connection>> {
        check::id("workspace_id", &workspace_id)?;
        check::ids("ids", &filter.ids)?;
        check::ids("statuses", &filter.statuses)?;
        check::ids("provider_keys", &filter.provider_keys)?;
        check::ids("categories", &filter.categories)?;
        let variables = get_workspace_connections::Variables {
            workspace_id: workspace_id.clone(),
            filters: Some(get_workspace_connections::ConnectionFilters {
                ids: filled(filter.ids),
                statuses: filled(filter.statuses),
                provider_keys: filled(filter.provider_keys),
                categories: filled(filter.categories),
            }),
            limit: int(limit),
            offset: int(offset),
            sort_by: None,
        };
        let answer = self.execute::<GetWorkspaceConnections>(variables).await?;
        let workspaces = answer.me.map(|me| me.workspaces).unwrap_or_default();
        let workspace = one(workspaces, "workspace with this id")?;
        let connections = workspace.connections.into_iter();
        Ok(connections
            .map(|connection| Connection {
                id: connection.id,
                workspace_id: Some(workspace_id.clone()),
                provider_key: connection.provider_key,
                status: connection.status,
                action: None,
                display_name: None,
                category: Some(connection.provider.category),
                settings: None,
                created_at: None,
                updated_at: None,
            })
            .collect())
    }

    /// One connection of a workspace.
    pub async fn connection(&self, workspace_id: &str, connection_id: &str) -> Result<Connection> {
        check::id("connection_id", connection_id)?;
        let filter = ConnectionFilter {
            ids: vec![connection_id.to_owned()],
            ..ConnectionFilter::default()
        };
        let found = self
            .list_connections(workspace_id.to_owned(), filter, 0, 1)
            .await?;
        let connection = found.into_iter().find(|found| found.id == connection_id);
        connection.ok_or_else(|| missing("connection with this id in this workspace"))
    }

    pub async fn wait_active(
        &self,
        workspace_id: String,
        connection_id: String,
        timeout: Duration,
    ) -> Result<Connection> {
        let waiting = self.poll_active(&workspace_id, &connection_id);
        // A deadline beyond what a clock can hold is none.
        match Instant::now().checked_add(timeout) {
            None => waiting.await,
            Some(deadline) => tokio::time::timeout_at(deadline, waiting)
                .await
                .unwrap_or_else(|_| Err(still_inactive())),
        }
    }

    async fn poll_active(&self, workspace_id: &str, connection_id: &str) -> Result<Connection> {
        let words = &self.settings.wire.connection_status;
        let mut gap = FIRST_GAP;
        loop {
            let connection = self.connection(workspace_id, connection_id).await?;
            if named(&words.active, &connection.status) {
                return Ok(connection);
            }
            if named(&words.failed, &connection.status) {
                return Err(Error::new(
                    ErrorCode::ConnectionNotActive,
                    "the connection failed or was disconnected: start and collect it again",
                ));
            }
            tokio::time::sleep(gap).await;
            gap = (gap * 2).min(LONGEST_GAP);
        }
    }
}

fn still_inactive() -> Error {
    Error::new(
        ErrorCode::WaitTimedOut,
        "the connection did not become active in the time given",
    )
}
