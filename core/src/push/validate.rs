//! Checks of what a host adds, made before anything is kept or sent. A program that only wants to
//! know whether its input is right calls these by themselves.

use std::path::Path;

use serde_json::Value;

use super::entry::{FileContent, NewClient, NewFile, PushOptions};
use super::journal::files::{self, FileEntry};
use crate::check;
use crate::upload::name;
use crate::{Error, ErrorCode, Result};

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
        FileContent::Path(path) => {
            on_disk(path).map_err(|e| e.with_external_id(&new.external_id).with_path(path))
        }
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
    if let Some(name) = &new.file_name {
        name::check(name)?;
    }
    if let Some(category) = &new.category {
        check::text("category", category, LONGEST_CATEGORY)?;
    }
    if let Some(kind) = &new.mime_type {
        mime_type(kind)?;
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
                fingerprint: Some(files::content_hash(bytes)),
                size: Some(bytes.len() as u64),
                ..blank
            }
        }
        FileContent::Url(url) => {
            check_url(url)?;
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

fn check_url(text: &str) -> Result<()> {
    let url = check::https_url("url", text)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(check::invalid(
            "url",
            "must not hold a user name or password",
        ));
    }
    Ok(())
}

/// Ids are compared byte for byte on both sides: a space at an end is a mistake nobody would see.
fn external_id(id: &str) -> Result<()> {
    check::external_id(id)?;
    if id.trim() != id {
        return Err(check::invalid("external_id", "begins or ends with a space"));
    }
    Ok(())
}

fn mime_type(text: &str) -> Result<()> {
    let (kind, rest) = text.split_once('/').unwrap_or_default();
    let plain = text.bytes().all(|b| (0x20..0x7f).contains(&b));
    if kind.is_empty() || rest.is_empty() || !plain || text.len() > 255 {
        return Err(check::invalid(
            "mime_type",
            "must look like `application/pdf`",
        ));
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

fn on_disk(path: &Path) -> Result<()> {
    let meta = std::fs::metadata(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => {
            Error::new(ErrorCode::FileNotFound, "the file does not exist")
        }
        kind => Error::new(
            ErrorCode::FileUnreadable,
            format!("the file cannot be read: {kind}"),
        ),
    })?;
    if !meta.is_file() {
        let text = "the path names a directory, a device or a pipe: name a regular file";
        return Err(Error::new(ErrorCode::FileNotRegular, text));
    }
    if meta.len() == 0 {
        return Err(Error::new(ErrorCode::FileEmpty, "the file has no content"));
    }
    std::fs::File::open(path).map(drop).map_err(|e| {
        Error::new(
            ErrorCode::FileUnreadable,
            format!("the file cannot be opened: {}", e.kind()),
        )
    })
}
