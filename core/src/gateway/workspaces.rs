//! Operations on workspaces: one per tax firm.

use crate::Result;
use crate::client::Client;
use crate::gateway::{User, Workspace};

/// Operations on workspaces: one per tax firm. Made by [`Client::workspaces`].
#[derive(Debug, Clone)]
pub struct Workspaces {
    client: Client,
}

/// A workspace to create.
#[derive(Debug, Clone, Default)]
pub struct NewWorkspace {
    /// The firm's display name; required.
    pub display_name: String,
    /// Free metadata, such as the firm's id at the partner.
    pub metadata: Option<serde_json::Value>,
    /// `xs`, `sm`, `md`, `lg` or `xl`.
    pub firm_size: Option<String>,
}

impl Workspaces {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Creates a workspace; partners only. Not repeated when the answer is lost.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`, `PERMISSION_DENIED`, `OUTCOME_UNKNOWN`, network errors.
    pub async fn create(&self, workspace: NewWorkspace) -> Result<Workspace> {
        self.client
            .run("workspaces.create", |inner| async move {
                inner.gateway.create_workspace(workspace).await
            })
            .await
    }

    /// Adds users by email. Takes effect at once, sends no invitation; adding a user again changes
    /// nothing, so a lost answer is simply asked for again.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`, `NOT_FOUND`, `PERMISSION_DENIED`, network errors.
    pub async fn add_users(
        &self,
        workspace_id: impl Into<String>,
        emails: Vec<String>,
    ) -> Result<Vec<User>> {
        let workspace_id = workspace_id.into();
        self.client
            .run("workspaces.add_users", |inner| async move {
                inner.gateway.add_users(workspace_id, emails).await
            })
            .await
    }
}
