//! Writes: every mutation of the gateway. The rules are in `state`; here they meet GraphQL.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use serde_json::Value;

use super::call::Call;
use super::inputs::{
    CreateJobWorkArtifactsInput, CreateJobWorksInput, CreateWorkspaceInput, FileUploadInput,
};
use super::types::{
    ConnectionJob, JobArtifact, JobWork, LoginResult, ProviderConnection, UploadResult, User,
    Workspace,
};
use crate::fetch;
use crate::state::{Account, Refusal, SentFile};

pub(crate) struct Mutation;

#[Object]
impl Mutation {
    async fn login_via_personal_api_token(
        &self,
        context: &Context<'_>,
        token: String,
    ) -> Result<LoginResult> {
        let call = Call::of(context)?;
        let ready = &call.epoch.fixed.ready;
        let account = if token == ready.api_key {
            Account::Customer
        } else if token == ready.partner_api_key {
            Account::Partner
        } else {
            return Err(Refusal::new("UNAUTHENTICATED", "the API key is not valid").into());
        };
        let access_token = call.world().mint_access_token(account, &call.settings);
        call.effect("loginViaPersonalApiToken");
        Ok(LoginResult { access_token })
    }

    async fn create_workspace(
        &self,
        context: &Context<'_>,
        input: CreateWorkspaceInput,
    ) -> Result<Workspace> {
        let call = Call::of(context)?;
        let CreateWorkspaceInput {
            display_name,
            metadata,
            firm_size,
        } = input;
        let account = call.account()?;
        let created = call
            .world()
            .create_workspace(account, &display_name, metadata, firm_size)?;
        call.effect("createWorkspace");
        Ok(Workspace::from(&created))
    }

    async fn add_users_to_the_workspace(
        &self,
        context: &Context<'_>,
        workspace_id: ID,
        user_emails: Vec<String>,
    ) -> Result<Vec<User>> {
        let call = Call::of(context)?;
        let emails = call.cut(user_emails);
        let users = call
            .world()
            .add_users(call.account()?, &workspace_id, &emails)?;
        call.effect("addUsersToTheWorkspace");
        Ok(users.iter().map(User::from).collect())
    }

    async fn start_provider_connection(
        &self,
        context: &Context<'_>,
        workspace_id: ID,
        provider_key: String,
        inputs: Option<Value>,
    ) -> Result<ProviderConnection> {
        let call = Call::of(context)?;
        let started = call.world().start_connection(
            call.account()?,
            &workspace_id,
            &provider_key,
            inputs,
            &call.settings,
        )?;
        call.effect("startProviderConnection");
        Ok(ProviderConnection::new(&started, call))
    }

    async fn collect_provider_connection(
        &self,
        context: &Context<'_>,
        connection_id: ID,
        inputs: Option<Value>,
    ) -> Result<ProviderConnection> {
        let call = Call::of(context)?;
        let account = call.account()?;
        let collected =
            call.world()
                .collect_connection(account, &connection_id, inputs, &call.settings)?;
        call.effect("collectProviderConnection");
        Ok(ProviderConnection::new(&collected, call))
    }

    async fn create_connection_job(
        &self,
        context: &Context<'_>,
        connection_id: ID,
        job_name: String,
    ) -> Result<ConnectionJob> {
        let call = Call::of(context)?;
        let mut world = call.world();
        let job = world.create_job(call.account()?, &connection_id, &job_name, &call.settings)?;
        call.effect("createConnectionJob");
        Ok(ConnectionJob::new(&job, &world, call))
    }

    async fn create_job_works(
        &self,
        context: &Context<'_>,
        connection_job_id: ID,
        inputs: Vec<CreateJobWorksInput>,
    ) -> Result<Vec<JobWork>> {
        let call = Call::of(context)?;
        let inputs = call.cut(inputs).into_iter().map(Into::into).collect();
        let mut world = call.world();
        let account = call.account()?;
        let created = world.create_works(account, &connection_job_id, inputs, &call.settings)?;
        if !created.items.is_empty() {
            call.effect("createJobWorks");
        }
        match created.refusal {
            Some(refusal) => Err(refusal.into()),
            None => Ok(created
                .items
                .iter()
                .map(|work| JobWork::new(work, &world, call))
                .collect()),
        }
    }

    async fn create_job_work_artifacts(
        &self,
        context: &Context<'_>,
        job_work_id: ID,
        inputs: Vec<CreateJobWorkArtifactsInput>,
    ) -> Result<Vec<JobArtifact>> {
        let call = Call::of(context)?;
        let inputs = call.cut(inputs).into_iter().map(Into::into).collect();
        let account = call.account()?;
        let created =
            call.world()
                .create_artifacts(account, &job_work_id, inputs, &call.settings)?;
        if !created.items.is_empty() {
            call.effect("createJobWorkArtifacts");
        }
        match created.refusal {
            Some(refusal) => Err(refusal.into()),
            None => Ok(created
                .items
                .iter()
                .map(|made| JobArtifact::new(made, call))
                .collect()),
        }
    }

    async fn initiate_tax_preps_import(
        &self,
        context: &Context<'_>,
        connection_job_id: ID,
    ) -> Result<ConnectionJob> {
        let call = Call::of(context)?;
        let mut world = call.world();
        let (job, fetches) = world.initiate(call.account()?, &connection_job_id, &call.settings)?;
        call.effect("initiateTaxPrepsImport");
        if !fetches.is_empty() {
            tokio::spawn(fetch::resolve(Arc::clone(&call.epoch), fetches));
        }
        Ok(ConnectionJob::new(&job, &world, call))
    }

    async fn upload_connection_file(
        &self,
        context: &Context<'_>,
        connection_id: ID,
        client_key: String,
        file: FileUploadInput,
    ) -> Result<UploadResult> {
        let call = Call::of(context)?;
        let sent = SentFile {
            connection_id: connection_id.to_string(),
            client_key,
            file_name: file.file_name,
            content_type: file.content_type,
            tusd_endpoint: file.tusd_endpoint,
            success: false,
        };
        let sent = call.world().send_file(call.account()?, sent)?;
        call.effect("uploadConnectionFile");
        let message = match sent.success {
            true => "File uploaded successfully",
            false => "The platform knows no client with this key",
        };
        Ok(UploadResult {
            success: sent.success,
            message: Some(message.into()),
        })
    }
}
