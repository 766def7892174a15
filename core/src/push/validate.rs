//! Checks of what a host adds, made before anything is kept or sent. A program that only wants to
//! know whether its input is right calls these by themselves.

use std::path::Path;

use serde_json::Value;

use super::entry::{FileContent, NewClient, NewFile, PushOptions};
use super::journal::files::{self, FileEntry};
use crate::upload::{by_url, file, mime, name};
use crate::{Error, ErrorCode, Result, check};

const LONGEST_CATEGORY: usize = 255;
/// What is kept of every file should stay small beside the file itself.
const LARGEST_METADATA: usize = 64 * 1024;

/// Checks a client as [`crate::push::Push::add_client`] does.
///
/// # Errors
/// `INVALID_ARGUMENT` naming the argument.
pub fn validate_client(new: &NewClient) -> Result<()> {
    external_id(&new.external_id)?;
    check::name("name", &new.name).map_err(|e| e.with_external_id(&new.external_id))
}

/// Checks a file as [`crate::push::Push::add_file`] does, and then its path on disk as its upload
/// would. Blocks while the disk is asked.
///
/// # Errors
/// `INVALID_ARGUMENT`, `FILE_NAME_INVALID`, `FILE_EMPTY`; for a path `FILE_NOT_FOUND`,
/// `FILE_UNREADABLE` or `FILE_NOT_REGULAR`, with the path in the error's own field.
pub fn validate_file(new: &NewFile) -> Result<()> {
    check_file(new)?;
    match &new.content {
        FileContent::Path(path) => file::check(path)
            .map(drop)
            .map_err(|e| e.with_external_id(&new.external_id)),
        FileContent::Bytes(_) | FileContent::Url(_) => Ok(()),
    }
}

/// Checks how a push is to be opened.
pub(super) fn check_options(options: &PushOptions) -> Result<()> {
    check::id("connection_id", &options.connection_id)?;
    check::id("workspace_id", &options.workspace_id)?;
    check::name("job_name", &options.job_name)
}

/// Checks everything about a file but the disk, and returns what is kept of it. `fingerprint` and
/// size of a path are not known here.
pub(super) fn check_file(new: &NewFile) -> Result<FileEntry> {
    external_id(&new.external_id)?;
    entry(new).map_err(|e| e.with_external_id(&new.external_id))
}

fn entry(new: &NewFile) -> Result<FileEntry> {
    if let Some(given) = &new.file_name {
        name::check(given)?;
    }
    if let Some(category) = &new.category {
        check::text("category", category, LONGEST_CATEGORY)?;
    }
    if let Some(kind) = &new.mime_type {
        mime::check(kind)?;
    }
    let blank = FileEntry {
        external_id: new.external_id.clone(),
        kind: "path",
        path: None,
        url: None,
        file_name: new.file_name.clone(),
        mime_type: new.mime_type.clone(),
        category: new.category.clone(),
        metadata: new.metadata.as_ref().map(metadata).transpose()?,
        fingerprint: None,
        size: None,
    };
    with_content(blank, new)
}

fn with_content(blank: FileEntry, new: &NewFile) -> Result<FileEntry> {
    Ok(match &new.content {
        FileContent::Path(path) => FileEntry {
            file_name: named(path, blank.file_name)?,
            path: Some(files::path_bytes(&absolute(path)?)),
            ..blank
        },
        FileContent::Bytes(bytes) => {
            if new.file_name.is_none() {
                return Err(check::invalid("file_name", "is required for bytes"));
            }
            if bytes.is_empty() {
                let text = "the file has no content: remove it from the push";
                return Err(Error::new(ErrorCode::FileEmpty, text));
            }
            FileEntry {
                kind: "bytes",
                fingerprint: Some(crate::hash::of(bytes)),
                size: Some(bytes.len() as u64),
                ..blank
            }
        }
        FileContent::Url(url) => {
            by_url::check(url)?;
            FileEntry {
                kind: "url",
                url: Some(url.clone()),
                ..blank
            }
        }
    })
}

/// The working directory may be another when the file's turn comes.
fn absolute(path: &Path) -> Result<std::path::PathBuf> {
    if path.as_os_str().is_empty() {
        return Err(check::invalid("path", "is empty"));
    }
    if path.as_os_str().as_encoded_bytes().contains(&0) {
        return Err(check::invalid("path", "holds a NUL"));
    }
    std::path::absolute(path).map_err(|e| {
        let problem = format!("cannot be made absolute: {}", e.kind());
        check::invalid("path", &problem).with_path(path)
    })
}

/// The name given stays. Without one, that the path has a name to send is checked now.
fn named(path: &Path, given: Option<String>) -> Result<Option<String>> {
    if given.is_none() && !path.as_os_str().is_empty() {
        name::of_path(path)?;
    }
    Ok(given)
}

/// Ids are compared byte for byte on both sides: a space at an end is a mistake nobody would see.
fn external_id(id: &str) -> Result<()> {
    check::external_id(id)?;
    if id.trim() != id {
        return Err(check::invalid("external_id", "begins or ends with a space"));
    }
    Ok(())
}

fn metadata(value: &Value) -> Result<String> {
    if !value.is_object() {
        return Err(check::invalid("metadata", "must be a JSON object"));
    }
    let text = value.to_string();
    if text.len() > LARGEST_METADATA {
        return Err(check::invalid("metadata", "is larger than 64 KiB"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
