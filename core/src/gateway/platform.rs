//! The platform's own clients and files, seen through a connection.

use serde_json::Value;

use crate::client::Client;
use crate::gateway::operations::{
    GetClientFiles, GetConnectionClients, UploadConnectionFile, get_client_files,
    get_connection_clients, upload_connection_file,
};
use crate::gateway::{Gateway, Pager, PlatformClient, PlatformFile, SentFile, one};
use crate::{Result, check};

/// The platform's own clients and files, seen through a connection. Made by [`Client::platform`].
#[derive(Debug, Clone)]
pub struct Platform {
    client: Client,
}

/// A file for Filed to send back to the platform by tus.
#[derive(Debug, Clone, Default)]
pub struct FileToSend {
    /// File name at the platform.
    pub file_name: String,
    /// MIME type.
    pub content_type: Option<String>,
    /// The platform's tus upload endpoint.
    pub tusd_endpoint: String,
}

impl Platform {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The platform's clients. `options` are agreed per platform; an object whose `limit` and
    /// `offset` this list sets itself.
    pub fn clients(
        &self,
        workspace_id: impl Into<String>,
        connection_id: impl Into<String>,
        options: Option<serde_json::Map<String, serde_json::Value>>,
    ) -> Pager<PlatformClient> {
        let client = self.client.clone();
        let (workspace_id, connection_id) = (workspace_id.into(), connection_id.into());
        let options = options.unwrap_or_default();
        let limit = client.inner().settings.wire.page_size.0;
        Pager::new(
            limit,
            |item| &item.id,
            move |offset, limit| {
                let (client, options) = (client.clone(), paged(&options, offset, limit));
                let (workspace_id, connection_id) = (workspace_id.clone(), connection_id.clone());
                async move {
                    client
                        .run("platform.clients", |inner| async move {
                            inner
                                .gateway
                                .platform_clients(workspace_id, connection_id, options)
                                .await
                        })
                        .await
                }
            },
        )
    }

    /// The files of one client.
    pub fn files(
        &self,
        workspace_id: impl Into<String>,
        connection_id: impl Into<String>,
        client_id: impl Into<String>,
        options: Option<serde_json::Map<String, serde_json::Value>>,
    ) -> Pager<PlatformFile> {
        let client = self.client.clone();
        let (workspace_id, connection_id) = (workspace_id.into(), connection_id.into());
        let (client_id, options) = (client_id.into(), options.unwrap_or_default());
        let limit = client.inner().settings.wire.page_size.0;
        Pager::new(
            limit,
            |item| &item.id,
            move |offset, limit| {
                let (client, options) = (client.clone(), paged(&options, offset, limit));
                let (workspace_id, connection_id) = (workspace_id.clone(), connection_id.clone());
                let client_id = client_id.clone();
                async move {
                    client
                        .run("platform.files", |inner| async move {
                            inner
                                .gateway
                                .platform_files(workspace_id, connection_id, client_id, options)
                                .await
                        })
                        .await
                }
            },
        )
    }

    /// Asks Filed to send a file back to the platform. `client_key` is the client's id at the
    /// platform. The transfer itself happens after this returns.
    ///
    /// # Errors
    /// `NOT_FOUND`, `INVALID_ARGUMENT`, `OUTCOME_UNKNOWN`, network errors. A refusal by the
    /// platform is an answer with `success` false.
    pub async fn upload_file(
        &self,
        connection_id: impl Into<String>,
        client_key: impl Into<String>,
        file: FileToSend,
    ) -> Result<SentFile> {
        let (connection_id, client_key) = (connection_id.into(), client_key.into());
        self.client
            .run("platform.upload_file", |inner| async move {
                inner
                    .gateway
                    .send_file(connection_id, client_key, file)
                    .await
            })
            .await
    }
}

fn paged(
    options: &serde_json::Map<String, serde_json::Value>,
    offset: u64,
    limit: u32,
) -> serde_json::Value {
    let mut options = options.clone();
    options.insert("offset".into(), offset.into());
    options.insert("limit".into(), limit.into());
    serde_json::Value::Object(options)
}

impl Gateway {
    pub async fn platform_clients(
        &self,
        workspace_id: String,
        connection_id: String,
        options: Value,
    ) -> Result<Vec<PlatformClient>> {
        check::id("workspace_id", &workspace_id)?;
        check::id("connection_id", &connection_id)?;
        let variables = get_connection_clients::Variables {
            workspace_id,
            connection_id,
            options: Some(options),
        };
        let answer = self.execute::<GetConnectionClients>(variables).await?;
        let workspaces = answer.me.map(|me| me.workspaces).unwrap_or_default();
        let workspace = one(workspaces, WORKSPACE)?;
        let connection = one(workspace.connections, CONNECTION)?;
        Ok(connection
            .clients
            .into_iter()
            .map(|client| PlatformClient {
                id: client.id,
                name: client.name,
                email: client.email,
                phone: client.phone,
                kind: client.type_,
                last_modified: client.last_modified,
            })
            .collect())
    }

    pub async fn platform_files(
        &self,
        workspace_id: String,
        connection_id: String,
        client_id: String,
        options: Value,
    ) -> Result<Vec<PlatformFile>> {
        check::id("workspace_id", &workspace_id)?;
        check::id("connection_id", &connection_id)?;
        check::id("client_id", &client_id)?;
        let variables = get_client_files::Variables {
            workspace_id,
            connection_id,
            client_id,
            options: Some(options),
        };
        let answer = self.execute::<GetClientFiles>(variables).await?;
        let workspaces = answer.me.map(|me| me.workspaces).unwrap_or_default();
        let workspace = one(workspaces, WORKSPACE)?;
        let connection = one(workspace.connections, CONNECTION)?;
        let client = one(connection.clients, "client with this id on the platform")?;
        Ok(client
            .files
            .into_iter()
            .map(|file| PlatformFile {
                id: file.id,
                file_name: file.file_name,
                file_size: file.file_size.and_then(|size| size.try_into().ok()),
                mime_type: file.mime_type,
                download_url: file.download_url,
                date_created: file.date_created,
            })
            .collect())
    }

    pub async fn send_file(
        &self,
        connection_id: String,
        client_key: String,
        file: FileToSend,
    ) -> Result<SentFile> {
        check::id("connection_id", &connection_id)?;
        check::id("client_key", &client_key)?;
        check::name("file_name", &file.file_name)?;
        if let Some(kind) = &file.content_type {
            check::text("content_type", kind, 255)?;
        }
        check::https_url("tusd_endpoint", &file.tusd_endpoint)?;
        let variables = upload_connection_file::Variables {
            connection_id,
            client_key,
            file: upload_connection_file::FileUploadInput {
                file_name: file.file_name,
                content_type: file.content_type,
                tusd_endpoint: file.tusd_endpoint,
            },
        };
        let answer = self.execute::<UploadConnectionFile>(variables).await?;
        let sent = answer.upload_connection_file;
        Ok(SentFile {
            success: sent.success,
            message: sent.message,
        })
    }
}

const WORKSPACE: &str = "workspace with this id";
const CONNECTION: &str = "connection with this id in this workspace";
