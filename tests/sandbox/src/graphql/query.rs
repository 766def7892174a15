//! Reads: `me` and everything that hangs below it.

mod lists;
mod platform;

use std::collections::HashSet;
use std::time::Duration;

use async_graphql::{ComplexObject, Context, ID, Object, Result};
use serde_json::Value;

use super::call::Call;
use super::inputs::{
    ConnectionFilters, JobWorkFilters, SortBy, WorkspaceFilters, allows, allows_text,
};
use super::types::{
    ClientFile, ConnectionClient, JobArtifact, JobWork, ProviderConnection, User, Workspace,
};
use crate::settings::word;
use crate::state::{self, Moment};
use lists::{Page, Sortable};

pub(crate) struct Query;

#[Object]
impl Query {
    async fn me(&self, context: &Context<'_>) -> Result<Option<User>> {
        let call = Call::of(context)?;
        let account = call.account()?;
        Ok(call.world().user_of(account).map(User::from))
    }
}

#[ComplexObject]
impl User {
    async fn workspaces(
        &self,
        context: &Context<'_>,
        filters: Option<WorkspaceFilters>,
    ) -> Result<Vec<Workspace>> {
        let call = Call::of(context)?;
        let account = call.account()?;
        let ids = filters.and_then(|filters| filters.ids);
        let world = call.world();
        let seen = world
            .workspaces
            .values()
            .filter(|found| world.sees(account, &found.id));
        Ok(seen
            .filter(|found| allows(ids.as_ref(), &found.id))
            .map(Workspace::from)
            .collect())
    }
}

#[ComplexObject]
impl Workspace {
    async fn connections(
        &self,
        context: &Context<'_>,
        filters: Option<ConnectionFilters>,
        limit: Option<i32>,
        offset: Option<i32>,
        sort_by: Option<SortBy>,
    ) -> Result<Vec<ProviderConnection>> {
        let call = Call::of(context)?;
        let page = Page::new(limit, offset, &call.settings)?;
        let filters = filters.unwrap_or_default();
        let world = call.world();
        let words = &call.settings.words.connection;
        let mut found: Vec<&state::Connection> = world
            .connections
            .values()
            .filter(|found| found.workspace_id == self.id.as_str())
            .filter(|found| allows(filters.ids.as_ref(), &found.id))
            .filter(|found| allows_text(filters.statuses.as_ref(), &word(words, &found.state)))
            .filter(|found| allows_text(filters.provider_keys.as_ref(), &found.provider_key))
            .filter(|found| allows_text(filters.categories.as_ref(), &found.category))
            .collect();
        lists::sort(&mut found, sort_by.as_ref(), |found| Sortable {
            id: &found.id,
            name: found.display_name.as_deref().unwrap_or_default(),
            created: found.created,
            updated: found.updated,
        })?;
        Ok(page
            .of(found)
            .map(|found| ProviderConnection::new(found, call))
            .collect())
    }
}

#[ComplexObject]
impl ProviderConnection {
    /// The platform can only be asked through an active connection; others show no clients.
    async fn clients(
        &self,
        context: &Context<'_>,
        options: Option<Value>,
    ) -> Result<Vec<ConnectionClient>> {
        let call = Call::of(context)?;
        let options = platform::Options::read(options, &call.settings)?;
        if !self.active {
            return Ok(Vec::new());
        }
        platform::clients(call, &self.id, &options).await
    }

    async fn job_works(
        &self,
        context: &Context<'_>,
        filters: Option<JobWorkFilters>,
        sort_by: Option<SortBy>,
        offset: Option<i32>,
        limit: Option<i32>,
    ) -> Result<Vec<JobWork>> {
        let call = Call::of(context)?;
        let page = Page::new(limit, offset, &call.settings)?;
        let filters = filters.unwrap_or_default();
        let world = call.world();
        let ids = |ids: &'_ Option<Vec<ID>>| -> Option<HashSet<String>> {
            let ids = ids.as_ref()?;
            Some(ids.iter().map(|id| id.to_string()).collect())
        };
        let (jobs, works) = (ids(&filters.connection_job_ids), ids(&filters.work_ids));
        let allowed = |filter: &Option<HashSet<String>>, id: &str| {
            filter.as_ref().is_none_or(|ids| ids.contains(id))
        };
        let found = lists::candidates(&world, &filters)
            .filter(|work| work.connection_id == self.id.as_str())
            .filter(|work| allowed(&jobs, &work.job_id))
            .filter(|work| allowed(&works, &work.work_id))
            .filter(|work| is_shown(work.created, call));
        let show = |work: &state::Work| JobWork::new(work, &world, call);
        if sort_by.is_none() {
            return Ok(page.window(found).map(show).collect());
        }
        let mut found: Vec<&state::Work> = found.collect();
        lists::sort(&mut found, sort_by.as_ref(), |work| Sortable {
            id: &work.id,
            name: &work.name,
            created: work.created,
            updated: world.work_updated(work),
        })?;
        Ok(page.of(found).map(show).collect())
    }
}

/// Whether a read, which may lag behind, shows something made at a moment.
fn is_shown(created: Moment, call: &Call) -> bool {
    let lag = call.settings.stale_reads.map_or(0, |stale| stale.ms);
    created.older_than(Duration::from_millis(lag))
}

#[ComplexObject]
impl ConnectionClient {
    async fn files(
        &self,
        context: &Context<'_>,
        options: Option<Value>,
    ) -> Result<Vec<ClientFile>> {
        let call = Call::of(context)?;
        let options = platform::Options::read(options, &call.settings)?;
        platform::files(self, &options).await
    }
}

#[ComplexObject]
impl JobWork {
    async fn job_work_artifacts(&self, context: &Context<'_>) -> Result<Vec<JobArtifact>> {
        let call = Call::of(context)?;
        let world = call.world();
        let Some(work) = world.works.get(self.id.as_str()) else {
            return Ok(Vec::new());
        };
        let shown = world
            .artifacts_of(work)
            .filter(|found| is_shown(found.created, call));
        Ok(shown.map(|found| JobArtifact::new(found, call)).collect())
    }
}
