//! Listing a platform's clients and files, page after page.

use std::collections::HashSet;

use anyhow::{Context as _, ensure};
use http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::Platform;
use super::caller::json;

const PAGE: usize = 100;
/// No firm has more pages; a platform whose cursors go in circles must not hold the sandbox.
const MOST_PAGES: usize = 10_000;

/// A client as the platform shows it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RemoteClient {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) r#type: Option<String>,
    pub(crate) last_modified: Option<String>,
}

/// A file as the platform shows it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RemoteFile {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) size: u64,
    pub(crate) mime_type: String,
    pub(crate) download_url: String,
    pub(crate) date_created: Option<String>,
}

#[derive(Deserialize)]
struct Page<T> {
    data: Vec<T>,
    pagination: Pagination,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pagination {
    next_cursor: Option<String>,
    has_more: bool,
}

/// Query parameters that are passed on as they are.
pub(crate) type Filters = [(String, String)];

impl Platform {
    /// Clients from `offset` on, at most `limit`.
    pub(crate) async fn clients(
        &self,
        offset: usize,
        limit: usize,
        filters: &Filters,
    ) -> anyhow::Result<Vec<RemoteClient>> {
        let url = self.url(&["api", "v1", "clients"])?;
        self.window(url, offset, limit, filters).await
    }

    /// Files of a client from `offset` on, at most `limit`.
    pub(crate) async fn files(
        &self,
        client: &str,
        offset: usize,
        limit: usize,
        filters: &Filters,
    ) -> anyhow::Result<Vec<RemoteFile>> {
        let url = self.url(&["api", "v1", "clients", client, "files"])?;
        self.window(url, offset, limit, filters).await
    }

    /// All clients, by cursor.
    pub(super) async fn all_clients(&self) -> anyhow::Result<Vec<RemoteClient>> {
        let clients: Vec<RemoteClient> = self.walk(self.url(&["api", "v1", "clients"])?).await?;
        distinct(clients.iter().map(|client| &client.id))?;
        Ok(clients)
    }

    /// All files of a client, by cursor.
    pub(super) async fn all_files(&self, client: &str) -> anyhow::Result<Vec<RemoteFile>> {
        let url = self.url(&["api", "v1", "clients", client, "files"])?;
        let files: Vec<RemoteFile> = self.walk(url).await?;
        distinct(files.iter().map(|file| &file.id))?;
        Ok(files)
    }

    async fn walk<T: DeserializeOwned>(&self, url: Url) -> anyhow::Result<Vec<T>> {
        let mut all = Vec::new();
        let mut cursor: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let mut url = url.clone();
            url.query_pairs_mut()
                .append_pair("limit", &PAGE.to_string())
                .extend_pairs(cursor.iter().map(|cursor| ("cursor", cursor)));
            let page: Page<T> = self.page(url).await?;
            all.extend(page.data);
            cursor = page.pagination.next_cursor;
            if cursor.is_none() {
                return Ok(all);
            }
        }
        anyhow::bail!("the platform's list does not end")
    }

    /// A part of a list by offset, in as many pages as it takes.
    async fn window<T: DeserializeOwned>(
        &self,
        url: Url,
        offset: usize,
        limit: usize,
        filters: &Filters,
    ) -> anyhow::Result<Vec<T>> {
        let mut found: Vec<T> = Vec::new();
        while found.len() < limit {
            let wanted = (limit - found.len()).min(PAGE);
            let mut url = url.clone();
            url.query_pairs_mut()
                .append_pair("limit", &wanted.to_string())
                .append_pair("offset", &(offset + found.len()).to_string())
                .extend_pairs(filters);
            let page: Page<T> = self.page(url).await?;
            ensure!(
                page.data.len() <= wanted,
                "a page holds more than its limit"
            );
            let ended = page.data.is_empty() || !page.pagination.has_more;
            found.extend(page.data);
            if ended {
                break;
            }
        }
        Ok(found)
    }

    async fn page<T: DeserializeOwned>(&self, url: Url) -> anyhow::Result<Page<T>> {
        let response = self.send(&url, |http| http.get(url.clone())).await?;
        let body = json(response, StatusCode::OK).await?;
        serde_json::from_value(body).context("a page of the platform's list is not as documented")
    }
}

fn distinct<'i>(ids: impl Iterator<Item = &'i String>) -> anyhow::Result<()> {
    let mut seen = HashSet::new();
    for id in ids {
        ensure!(seen.insert(id), "the platform lists an id twice: {id}");
    }
    Ok(())
}
