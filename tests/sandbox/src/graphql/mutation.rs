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
use crate::pull::Platform;
use crate::state::{self, Account, Refusal, SentFile};
use crate::{fetch, pull};

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
        // Filed's verification call, when there is somebody to call.
        let verification = match call.platform(&connection_id) {
            Ok(None) => None,
            Ok(Some(platform)) => Some(platform.verify().await.map_err(|e| format!("{e:#}"))),
            Err(refusal) if refusal.code == "BAD_USER_INPUT" => Some(Err(refusal.message)),
            Err(refusal) => return Err(refusal.into()),
        };
        let collected = call.world().collect_connection(
            account,
            &connection_id,
            inputs,
            verification,
            &call.settings,
        )?;
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
            transfer: "canned",
            upload_url: None,
            blake3: None,
            requests: 0,
            error: None,
        };
        call.world().check_file(call.account()?, &sent)?;
        let result = match call.platform(&connection_id)? {
            Some(platform) => send_file(call, platform, sent).await,
            None => canned_file(call, sent),
        };
        call.effect("uploadConnectionFile");
        Ok(result)
    }
}

/// Without a platform the answer only says whether the client is one of the made-up ones.
fn canned_file(call: &Call, mut sent: SentFile) -> UploadResult {
    let known = state::clients();
    sent.success = known.iter().any(|client| client.id == sent.client_key);
    let success = sent.success;
    call.world().record_file(sent);
    let message = match success {
        true => "File uploaded successfully",
        false => "The platform knows no client with this key",
    };
    UploadResult {
        success,
        message: Some(message.into()),
    }
}

/// The upload is created before the answer, and carried out after it.
async fn send_file(call: &Call, platform: Arc<Platform>, mut sent: SentFile) -> UploadResult {
    let bytes = call.epoch.prepared_return();
    let begun = pull::begin(&platform, &sent, &bytes).await;
    sent.success = begun.is_ok();
    sent.transfer = if sent.success { "sending" } else { "refused" };
    sent.upload_url = begun.as_ref().ok().map(ToString::to_string);
    sent.error = begun.as_ref().err().map(|error| format!("{error:#}"));
    let message = match &sent.error {
        None => "File uploaded successfully".to_owned(),
        Some(error) => error.clone(),
    };
    let success = sent.success;
    let at = call.world().record_file(sent);
    if let Ok(upload) = begun {
        let epoch = Arc::clone(&call.epoch);
        tokio::spawn(pull::transfer(epoch, platform, at, upload, bytes));
    }
    UploadResult {
        success,
        message: Some(message),
    }
}
