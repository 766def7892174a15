//! Input objects and enums of the schema.

use async_graphql::{Enum, ID, InputObject};
use serde_json::Value;

use crate::state::{NewArtifact, NewWork};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(super) enum Role {
    #[graphql(name = "user")]
    User,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(super) enum WorkspaceType {
    #[graphql(name = "partner")]
    Partner,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(super) enum SortByOrder {
    #[graphql(name = "ASC")]
    Ascending,
    #[graphql(name = "DESC")]
    Descending,
}

#[derive(InputObject)]
pub(super) struct SortBy {
    pub(super) field: String,
    pub(super) order: SortByOrder,
}

#[derive(InputObject)]
pub(super) struct WorkspaceFilters {
    pub(super) ids: Option<Vec<ID>>,
}

#[derive(Default, InputObject)]
pub(super) struct ConnectionFilters {
    pub(super) ids: Option<Vec<ID>>,
    pub(super) statuses: Option<Vec<String>>,
    pub(super) provider_keys: Option<Vec<String>>,
    pub(super) categories: Option<Vec<String>>,
}

#[derive(Default, InputObject)]
pub(super) struct JobWorkFilters {
    pub(super) ids: Option<Vec<ID>>,
    pub(super) connection_job_ids: Option<Vec<ID>>,
    pub(super) work_ids: Option<Vec<ID>>,
}

#[derive(InputObject)]
pub(super) struct CreateWorkspaceInput {
    pub(super) display_name: String,
    pub(super) metadata: Option<Value>,
    pub(super) firm_size: Option<String>,
}

#[derive(InputObject)]
pub(super) struct CreateJobWorksInput {
    name: String,
    external_id: String,
}

impl From<CreateJobWorksInput> for NewWork {
    fn from(input: CreateJobWorksInput) -> Self {
        Self {
            name: input.name,
            external_id: input.external_id,
        }
    }
}

#[derive(InputObject)]
pub(super) struct CreateJobWorkArtifactsInput {
    name: String,
    r#type: String,
    url: Option<String>,
    external_id: String,
    metadata: Option<Value>,
}

impl From<CreateJobWorkArtifactsInput> for NewArtifact {
    fn from(input: CreateJobWorkArtifactsInput) -> Self {
        Self {
            name: input.name,
            kind: input.r#type,
            url: input.url,
            external_id: input.external_id,
            metadata: input.metadata,
        }
    }
}

#[derive(InputObject)]
pub(super) struct FileUploadInput {
    pub(super) file_name: String,
    pub(super) content_type: Option<String>,
    pub(super) tusd_endpoint: String,
}

/// Whether a filter by ids, when there is one, lets an id through.
pub(super) fn allows(filter: Option<&Vec<ID>>, id: &str) -> bool {
    filter.is_none_or(|ids| ids.iter().any(|allowed| allowed.as_str() == id))
}

/// Whether a filter by texts, when there is one, lets a text through.
pub(super) fn allows_text(filter: Option<&Vec<String>>, text: &str) -> bool {
    filter.is_none_or(|texts| texts.iter().any(|allowed| allowed == text))
}
