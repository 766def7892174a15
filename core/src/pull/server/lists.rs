//! `GET /api/v1/clients` and `GET /api/v1/clients/{clientId}/files`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::allowed::{Allowed, ClientsRead, FilesRead};
use super::answers::{Pagination, listed};
use super::app::{App, in_path};
use super::input::{Asked, Named};
use crate::pull::page::{self, Cut};
use crate::pull::problem::{Code, Problem};
use crate::pull::types::{ClientQuery, ClientSort, FileQuery, FileSort, PullClient, PullFile};

/// The largest page.
pub const MOST: usize = 200;
/// The page when nothing was said.
const USUAL: usize = 50;

/// What can be asked of the list of clients.
#[derive(Clone, Default, Deserialize, Serialize, IntoParams)]
#[serde(rename_all = "camelCase", default)]
#[into_params(parameter_in = Query)]
pub struct ClientParams {
    /// How many clients on a page.
    #[param(
        minimum = 1,
        maximum = 200,
        default = 50,
        nullable = false,
        example = 50
    )]
    limit: Option<usize>,
    /// Where to go on: `nextCursor` of the page before, with the same filters and order.
    #[param(nullable = false, min_length = 1)]
    cursor: Option<String>,
    /// How many to leave out at the start; not looked at beside a cursor.
    #[param(minimum = 0, nullable = false, example = 0)]
    offset: Option<u64>,
    /// In which order; a minus means descending. The id decides between equals.
    #[param(nullable = false, inline)]
    sort: Option<ClientSort>,
    /// Only clients changed at this time or later, RFC 3339.
    #[param(value_type = Option<String>, format = DateTime, nullable = false, example = "2026-01-01T00:00:00Z")]
    modified_since: Option<String>,
    /// Only clients of this type.
    #[serde(rename = "type")]
    #[param(nullable = false, example = "individual")]
    kind: Option<String>,
    /// Only the client with this id.
    #[param(nullable = false, example = "client-12345")]
    id: Option<String>,
}

/// What can be asked of the list of a client's files.
#[derive(Clone, Default, Deserialize, Serialize, IntoParams)]
#[serde(rename_all = "camelCase", default)]
#[into_params(parameter_in = Query)]
pub struct FileParams {
    /// How many files on a page.
    #[param(
        minimum = 1,
        maximum = 200,
        default = 50,
        nullable = false,
        example = 50
    )]
    limit: Option<usize>,
    /// Where to go on: `nextCursor` of the page before, with the same filters and order.
    #[param(nullable = false, min_length = 1)]
    cursor: Option<String>,
    /// How many to leave out at the start; not looked at beside a cursor.
    #[param(minimum = 0, nullable = false, example = 0)]
    offset: Option<u64>,
    /// In which order; a minus means descending. The id decides between equals.
    #[param(nullable = false, inline)]
    sort: Option<FileSort>,
    /// Only files changed at this time or later, RFC 3339.
    #[param(value_type = Option<String>, format = DateTime, nullable = false, example = "2026-01-01T00:00:00Z")]
    modified_since: Option<String>,
    /// Only files of this media type; `image/*` is every image.
    #[param(nullable = false, example = "application/pdf")]
    mime_type: Option<String>,
    /// Only files whose name has this extension.
    #[serde(rename = "type")]
    #[param(nullable = false, example = "pdf")]
    kind: Option<String>,
}

/// A page of clients.
#[derive(Serialize, ToSchema)]
pub struct ClientPage {
    data: Vec<PullClient>,
    pagination: Pagination,
}

/// A page of files.
#[derive(Serialize, ToSchema)]
pub struct FilePage {
    data: Vec<PullFile>,
    pagination: Pagination,
}

/// Lists clients.
#[utoipa::path(
    get,
    path = "/api/v1/clients",
    operation_id = "listClients",
    tag = "Clients",
    summary = "List clients",
    description = "A page of the clients the caller may see. Follow nextCursor until hasMore is false: what stays meanwhile is given exactly once, whatever comes and goes.",
    params(ClientParams, ("If-None-Match" = Option<String>, Header, nullable = false, description = "ETag of the answer the caller has: 304 when it is still the same")),
    responses(
        (status = 200, description = "A page of clients", body = ClientPage, headers(("ETag" = String, description = "Changes with the page"), ("Link" = String, description = "URL of the next page, rel=next"))),
        (status = 304, description = "The caller has this page"),
    )
)]
pub async fn clients(
    State(app): State<Arc<App>>,
    Allowed(caller, _): Allowed<ClientsRead>,
    Asked(params): Asked<ClientParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut query = params.query()?;
    let context = context(&caller.id, "clients", params.filters());
    let after = page::resume(&app.seal, &context, params.cursor.as_deref(), &mut query)?;
    let list = app.provider.list_clients(&caller, &query);
    let listing = app.ask(Code::NotFound, list).await?;
    let Cut { items, next, total } = page::cut(listing, &query, after);
    let pagination = Pagination::new(&app, &context, query.limit, next, total)?;
    let next = pagination.next(&app, "/api/v1/clients", |cursor| ClientParams {
        cursor,
        offset: None,
        ..params.clone()
    });
    let data = items;
    listed(&headers, &ClientPage { data, pagination }, next)
}

/// Lists the files of a client.
#[utoipa::path(
    get,
    path = "/api/v1/clients/{clientId}/files",
    operation_id = "listFiles",
    tag = "Files",
    summary = "List a client's files",
    description = "A page of the client's files. Follow nextCursor until hasMore is false: what stays meanwhile is given exactly once, whatever comes and goes.",
    params(("clientId" = String, Path, description = "The client's id, from the list of clients", min_length = 1, max_length = 200, example = "client-12345"), FileParams, ("If-None-Match" = Option<String>, Header, nullable = false, description = "ETag of the answer the caller has: 304 when it is still the same")),
    responses(
        (status = 200, description = "A page of files", body = FilePage, headers(("ETag" = String, description = "Changes with the page"), ("Link" = String, description = "URL of the next page, rel=next"))),
        (status = 304, description = "The caller has this page"),
    )
)]
pub async fn files(
    State(app): State<Arc<App>>,
    Allowed(caller, _): Allowed<FilesRead>,
    Named(client_id): Named,
    Asked(params): Asked<FileParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut query = params.query()?;
    let path = format!("/api/v1/clients/{}/files", in_path(&client_id));
    let context = context(&caller.id, &path, params.filters());
    let after = page::resume(&app.seal, &context, params.cursor.as_deref(), &mut query)?;
    let list = app.provider.list_files(&caller, &client_id, &query);
    let listing = app.ask(Code::ClientNotFound, list).await?;
    let Cut { items, next, total } = page::cut(listing, &query, after);
    let pagination = Pagination::new(&app, &context, query.limit, next, total)?;
    let next = pagination.next(&app, &path, |cursor| FileParams {
        cursor,
        offset: None,
        ..params.clone()
    });
    let mut data = items;
    for file in &mut data {
        app.complete(&caller, file)?;
    }
    listed(&headers, &FilePage { data, pagination }, next)
}

/// What a cursor belongs to.
fn context(caller: &str, path: &str, filters: impl Serialize) -> String {
    let filters = serde_json::to_string(&filters).unwrap_or_default();
    format!("{caller}\n{path}\n{filters}")
}

impl ClientParams {
    fn query(&self) -> Result<ClientQuery, Problem> {
        Ok(ClientQuery {
            limit: limit(self.limit)?,
            cursor: None,
            offset: self.offset.filter(|_| self.cursor.is_none()),
            sort: self.sort.unwrap_or_default(),
            modified_since: time(self.modified_since.as_deref())?,
            kind: self.kind.clone(),
            id: self.id.clone(),
        })
    }

    fn filters(&self) -> Self {
        Self {
            limit: None,
            cursor: None,
            offset: None,
            ..self.clone()
        }
    }
}

impl FileParams {
    fn query(&self) -> Result<FileQuery, Problem> {
        Ok(FileQuery {
            limit: limit(self.limit)?,
            cursor: None,
            offset: self.offset.filter(|_| self.cursor.is_none()),
            sort: self.sort.unwrap_or_default(),
            modified_since: time(self.modified_since.as_deref())?,
            mime_type: self.mime_type.clone(),
            extension: self.kind.clone(),
        })
    }

    fn filters(&self) -> Self {
        Self {
            limit: None,
            cursor: None,
            offset: None,
            ..self.clone()
        }
    }
}

fn limit(asked: Option<usize>) -> Result<usize, Problem> {
    match asked {
        None => Ok(USUAL),
        Some(limit @ 1..=MOST) => Ok(limit),
        Some(_) => Err(wrong("limit", "must be 1 to 200")),
    }
}

fn time(text: Option<&str>) -> Result<Option<Timestamp>, Problem> {
    let text = text.map(str::parse).transpose();
    text.map_err(|_| {
        let message = "must be an RFC 3339 time, such as 2026-01-01T00:00:00Z";
        wrong("modifiedSince", message)
    })
}

fn wrong(field: &str, message: &str) -> Problem {
    Problem::field(Code::InvalidParameter, field, message)
}
