//! Operations on workspaces: one per tax firm.

use crate::client::Client;
use crate::gateway::operations::{
    AddUsersToWorkspace, CreateWorkspace, add_users_to_workspace, create_workspace,
};
use crate::gateway::{Gateway, User, Workspace};
use crate::{Result, check};

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

impl Gateway {
    pub async fn create_workspace(&self, workspace: NewWorkspace) -> Result<Workspace> {
        check::name("display_name", &workspace.display_name)?;
        workspace
            .firm_size
            .as_deref()
            .map_or(Ok(()), check::firm_size)?;
        let input = create_workspace::CreateWorkspaceInput {
            display_name: workspace.display_name,
            metadata: workspace.metadata,
            firm_size: workspace.firm_size,
        };
        let variables = create_workspace::Variables { input };
        let made = self
            .execute::<CreateWorkspace>(variables)
            .await?
            .create_workspace;
        Ok(Workspace {
            id: made.id,
            slug: made.slug,
            display_name: made.display_name,
            status: made.status,
            workspace_type: made.workspace_type,
        })
    }

    pub async fn add_users(&self, workspace_id: String, emails: Vec<String>) -> Result<Vec<User>> {
        check::id("workspace_id", &workspace_id)?;
        check::not_empty("emails", &emails)?;
        emails
            .iter()
            .try_for_each(|email| check::email("emails", email))?;
        let variables = add_users_to_workspace::Variables {
            workspace_id,
            user_emails: emails,
        };
        let answer = self.execute::<AddUsersToWorkspace>(variables).await?;
        let users = answer.add_users_to_the_workspace.into_iter();
        Ok(users
            .map(|user| User {
                id: user.id,
                email: user.email,
                name: user.name,
                role: user.role,
            })
            .collect())
    }
}
