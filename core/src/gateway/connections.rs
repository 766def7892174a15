//! Operations on provider connections.

use crate::Result;
use crate::client::Client;
use crate::gateway::{Connection, Pager};
use std::time::Duration;

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
