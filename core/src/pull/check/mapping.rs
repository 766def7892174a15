//! [`Mapping`]: which of a platform's operations is which, what its fields are called, and how it
//! pages. The default is our own API.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::text;
use crate::Result;

/// Which of a platform's operations is which. An operation is named by its `operationId`, or as
/// `GET /path/{id}` with the path as the document has it.
///
/// Fields and places are dotted paths into the JSON, such as `pagination.nextCursor`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Where the OpenAPI document is served, when it is.
    #[serde(default)]
    pub document: Option<String>,
    /// How callers show that they may; what is absent is taken from the document.
    #[serde(default)]
    pub auth: AuthMapping,
    /// The list of clients.
    pub clients: ListMapping,
    /// The list of a client's files.
    pub files: ListMapping,
    /// The download of a file; its one path parameter is the file's id.
    pub download: String,
    /// Posting a note; its one path parameter is the client's id.
    #[serde(default)]
    pub note: Option<NoteMapping>,
    /// The ways to send a file to a client.
    #[serde(default)]
    pub uploads: Vec<UploadMapping>,
}

/// How callers show that they may.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuthMapping {
    /// Where an API key goes.
    pub api_key: Option<KeyPlace>,
    /// The OAuth 2.0 token endpoint: a path, or a URL.
    pub token: Option<String>,
}

/// Where an API key goes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyPlace {
    /// A header of this name.
    Header(String),
    /// A query parameter of this name.
    Query(String),
    /// `Authorization: Bearer`.
    Bearer,
}

/// A list: where its items are, what their fields are called, how it pages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListMapping {
    /// The operation.
    pub operation: String,
    /// Where the items are in the answer; absent when the answer is the list.
    #[serde(default)]
    pub items: Option<String>,
    /// Our name of a field → the platform's, where they differ. Clients have `id`, `name`,
    /// `modified`; files have `id`, `name`, `size`, `mime`, `url`, `created`, `modified`.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// How it pages; absent when it does not.
    #[serde(default)]
    pub paging: Option<Paging>,
}

/// How a list pages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// `cursor`, `offset` or `page`.
    pub style: PagingStyle,
    /// The query parameter with the cursor, the offset or the page's number.
    pub parameter: String,
    /// The query parameter with the number of items in a page.
    pub size: String,
    /// Where the next cursor is in the answer, for `cursor`.
    #[serde(default)]
    pub next: Option<String>,
    /// Where the number of all items is in the answer, when it is.
    #[serde(default)]
    pub total: Option<String>,
    /// The first page's number, for `page`.
    #[serde(default = "one")]
    pub first: u64,
}

fn one() -> u64 {
    1
}

/// The kinds of paging.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PagingStyle {
    /// The answer says where the next page begins.
    Cursor,
    /// The caller says how many items to leave out.
    Offset,
    /// The caller counts pages.
    Page,
}

/// Posting a note.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteMapping {
    /// The operation.
    pub operation: String,
    /// The note's text, in the request and in the answer.
    pub text: String,
    /// The note's id in the answer.
    pub id: String,
    /// Other fields every note must have.
    #[serde(default)]
    pub with: serde_json::Map<String, serde_json::Value>,
}

/// One way to send a file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UploadMapping {
    /// `multipart`, `raw` or `tus`.
    pub method: UploadMethod,
    /// The operation; its one path parameter is the client's id.
    pub operation: String,
    /// The file's part, for `multipart`.
    #[serde(default)]
    pub part: Option<String>,
    /// The query parameter with the file's name, for `raw`; without it the name goes into
    /// `Content-Disposition`.
    #[serde(default)]
    pub name: Option<String>,
    /// Where the new file's id is in the answer.
    #[serde(default)]
    pub id: Option<String>,
}

/// How the bytes of an upload travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UploadMethod {
    /// `multipart/form-data`.
    Multipart,
    /// The bytes alone.
    Raw,
    /// tus 1.0.0.
    Tus,
}

impl Mapping {
    /// Reads a mapping from JSON or YAML.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` when it is no mapping.
    pub fn parse(mapping: &str) -> Result<Self> {
        text::parse("mapping", mapping)
    }

    /// The mapping of our own API.
    ///
    /// # Errors
    /// None in practice: the text is part of this library.
    pub fn ours() -> Result<Self> {
        Self::parse(include_str!("ours.yaml"))
    }
}

impl ListMapping {
    /// The platform's name of a field.
    pub(super) fn field<'m>(&'m self, ours: &'m str) -> &'m str {
        self.fields.get(ours).map_or(ours, String::as_str)
    }
}
