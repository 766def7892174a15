//! The platform's own clients and files, seen through a connection.

use crate::Result;
use crate::client::Client;
use crate::gateway::{Pager, PlatformClient, PlatformFile, SentFile};

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
