//! What a host gives a push, read from JSON text.

use bytes::Bytes;
use filed_core::push::{FileContent, NewClient, NewFile, OnExisting, PushOptions};
use filed_core::{Error, ErrorCode, Result};
use serde::Deserialize;
use serde_json::Value;

use crate::client::arguments;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Options {
    connection_id: String,
    workspace_id: String,
    job_name: String,
    journal: Option<String>,
    allow_partial: Option<bool>,
    on_existing: Option<Existing>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Existing {
    Error,
    Adopt,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ClientToAdd {
    name: String,
    external_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FileToAdd {
    external_id: String,
    #[serde(flatten)]
    content: Content,
    file_name: Option<String>,
    mime_type: Option<String>,
    category: Option<String>,
    metadata: Option<Value>,
}

/// Where the content is; `Data` counts into the bytes that came beside the text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Content {
    Path(String),
    Url(String),
    Data(usize),
}

/// The options of a push.
pub fn options(text: &str) -> Result<PushOptions> {
    let given: Options = arguments(text)?;
    Ok(PushOptions {
        connection_id: given.connection_id,
        workspace_id: given.workspace_id,
        job_name: given.job_name,
        journal: given.journal.map(Into::into),
        allow_partial: given.allow_partial.unwrap_or_default(),
        on_existing: match given.on_existing {
            Some(Existing::Adopt) => OnExisting::Adopt,
            Some(Existing::Error) | None => OnExisting::Error,
        },
    })
}

/// A client.
pub fn client(text: &str) -> Result<NewClient> {
    let given: ClientToAdd = arguments(text)?;
    Ok(NewClient {
        name: given.name,
        external_id: given.external_id,
    })
}

/// Files, with the bytes of those that come from memory.
pub fn files(text: &str, data: &[Bytes]) -> Result<Vec<NewFile>> {
    let given: Vec<FileToAdd> = arguments(text)?;
    given.into_iter().map(|file| new_file(file, data)).collect()
}

fn new_file(file: FileToAdd, data: &[Bytes]) -> Result<NewFile> {
    let content = match file.content {
        Content::Path(path) => FileContent::Path(path.into()),
        Content::Url(url) => FileContent::Url(url),
        Content::Data(index) => FileContent::Bytes(data.get(index).cloned().ok_or_else(no_data)?),
    };
    Ok(NewFile {
        external_id: file.external_id,
        content,
        file_name: file.file_name,
        mime_type: file.mime_type,
        category: file.category,
        metadata: file.metadata,
    })
}

fn no_data() -> Error {
    Error::new(
        ErrorCode::Internal,
        "a file's bytes were lost on their way; please report it",
    )
}
