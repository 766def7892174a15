//! What Filed asks of a list, as the host reads it.

use std::ffi::c_char;

use filed_core::pull::{ClientQuery, FileQuery};
use jiff::Timestamp;
use serde::Serialize;

use crate::text::{OptionalText, Text};

/// Which clients are asked for. Valid until `list_clients` returns. A newer library may add fields
/// at the end, as far as `size` says. A host that lists everything can leave it alone.
#[repr(C)]
pub struct filed_pull_client_query {
    /// Size of this struct.
    pub size: u32,
    /// How many at most.
    pub limit: u32,
    /// How many to leave out at the start.
    pub offset: u64,
    /// Where to go on: `next_cursor` of an earlier page, or NULL.
    pub cursor: *const c_char,
    /// `id`, `name` or `lastModified`; descending with a minus before it. The id decides between
    /// equals.
    pub sort: *const c_char,
    /// Only clients changed at this time or later, such as `2026-01-01T00:00:00Z`; or NULL.
    pub modified_since: *const c_char,
    /// Only clients of this type, or NULL.
    pub r#type: *const c_char,
    /// Only the client with this id, or NULL.
    pub id: *const c_char,
}

/// Which files are asked for; otherwise as `filed_pull_client_query`.
#[repr(C)]
pub struct filed_pull_file_query {
    /// Size of this struct.
    pub size: u32,
    /// How many at most.
    pub limit: u32,
    /// How many to leave out at the start.
    pub offset: u64,
    /// Where to go on: `next_cursor` of an earlier page, or NULL.
    pub cursor: *const c_char,
    /// `id`, `name`, `size`, `dateCreated` or `dateModified`; descending with a minus before it. The
    /// id decides between equals.
    pub sort: *const c_char,
    /// Only files changed at this time or later, such as `2026-01-01T00:00:00Z`; or NULL.
    pub modified_since: *const c_char,
    /// Only files of this MIME type, or NULL. A star for the part after the slash is every such type.
    pub mime_type: *const c_char,
    /// Only files whose name has this extension, without its dot; or NULL.
    pub extension: *const c_char,
}

/// Calls `function` with the query as C reads it.
pub(super) fn with_clients<T>(
    query: &ClientQuery,
    function: impl FnOnce(&filed_pull_client_query) -> T,
) -> T {
    let cursor = text(query.cursor.as_ref());
    let sort = word(query.sort);
    let modified_since = time(query.modified_since);
    let kind = text(query.kind.as_ref());
    let id = text(query.id.as_ref());
    function(&filed_pull_client_query {
        size: size_of::<filed_pull_client_query>() as u32,
        limit: limit(query.limit),
        offset: query.offset.unwrap_or(0),
        cursor: cursor.as_ptr_or_null(),
        sort: sort.as_ptr(),
        modified_since: modified_since.as_ptr_or_null(),
        r#type: kind.as_ptr_or_null(),
        id: id.as_ptr_or_null(),
    })
}

/// As [`with_clients`], for files.
pub(super) fn with_files<T>(
    query: &FileQuery,
    function: impl FnOnce(&filed_pull_file_query) -> T,
) -> T {
    let cursor = text(query.cursor.as_ref());
    let sort = word(query.sort);
    let modified_since = time(query.modified_since);
    let mime_type = text(query.mime_type.as_ref());
    let extension = text(query.extension.as_ref());
    function(&filed_pull_file_query {
        size: size_of::<filed_pull_file_query>() as u32,
        limit: limit(query.limit),
        offset: query.offset.unwrap_or(0),
        cursor: cursor.as_ptr_or_null(),
        sort: sort.as_ptr(),
        modified_since: modified_since.as_ptr_or_null(),
        mime_type: mime_type.as_ptr_or_null(),
        extension: extension.as_ptr_or_null(),
    })
}

pub(super) fn text(given: Option<&String>) -> Option<Text> {
    given.map(|text| Text::from(text.as_str()))
}

fn time(given: Option<Timestamp>) -> Option<Text> {
    given.map(|time| Text::from(time.to_string()))
}

fn limit(given: usize) -> u32 {
    u32::try_from(given).unwrap_or(u32::MAX)
}

/// An order as the wire spells it.
fn word(sort: impl Serialize) -> Text {
    let value = serde_json::to_value(sort).unwrap_or_default();
    Text::from(value.as_str().unwrap_or_default())
}
