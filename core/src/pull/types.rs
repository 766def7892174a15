//! Clients, files and notes as they cross the wire, with the schemas that document them. What a
//! page of them looks like is in `server::answers`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// The longest id of a client or a file.
pub const MOST_ID: usize = 200;
/// The longest note, in characters.
pub const MOST_NOTE: usize = 10_000;

/// A tax firm's client on the platform.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PullClient {
    /// The platform's id: unique, and never given to another client.
    #[schema(min_length = 1, max_length = 200, example = "client-12345")]
    pub id: String,
    /// Full name of the person or business.
    #[schema(example = "Ada Lovelace")]
    pub name: String,
    /// E-mail address; left out when unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "ada@example.com")]
    pub email: Option<String>,
    /// Telephone number; left out when unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "+1 555 0100")]
    pub phone: Option<String>,
    /// Category, such as `individual` or `business`; left out when unknown.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "individual")]
    pub kind: Option<String>,
    /// When the client or one of its files last changed, RFC 3339 in UTC; left out when unknown.
    #[serde(with = "moment", default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false, example = "2026-02-11T09:30:00Z")]
    pub last_modified: Option<Timestamp>,
}

/// A file of a client.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PullFile {
    /// The platform's id: unique over all clients, and never given to another file.
    #[schema(min_length = 1, max_length = 200, example = "file-001")]
    pub id: String,
    /// File name with its extension, without a path.
    #[schema(example = "W-2 2025.pdf")]
    pub name: String,
    /// Size in bytes.
    #[schema(minimum = 0, example = 48213)]
    pub size: u64,
    /// Media type of the content.
    #[schema(example = "application/pdf")]
    pub mime_type: String,
    /// Absolute URL of the content. A provider leaves it out: the server fills in its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        required,
        nullable = false,
        format = "uri",
        example = "https://platform.example.com/api/v1/files/file-001/download"
    )]
    pub download_url: Option<String>,
    /// When the platform got the file, RFC 3339 in UTC; left out when unknown.
    #[serde(with = "moment", default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false, example = "2026-02-10T08:00:00Z")]
    pub date_created: Option<Timestamp>,
    /// When the content last changed, RFC 3339 in UTC; left out when unknown.
    #[serde(with = "moment", default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false, example = "2026-02-11T09:30:00Z")]
    pub date_modified: Option<Timestamp>,
    /// Whatever else the platform knows of the file; left out when there is nothing.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = Object, example = json!({"taxYear": 2025, "form": "W-2"}))]
    pub metadata: Map<String, Value>,
}

/// How the text of a note is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum NoteFormat {
    /// Text as it stands.
    #[default]
    Plain,
    /// CommonMark.
    Markdown,
}

/// A note to be put on a client.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewNote {
    /// The note itself, 1 to 10 000 characters.
    #[schema(
        min_length = 1,
        max_length = 10_000,
        example = "The return is ready for review."
    )]
    pub text: String,
    /// How the text is to be read; `plain` when left out.
    #[serde(default)]
    pub format: NoteFormat,
    /// What the note is about, up to 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "review")]
    pub category: Option<String>,
    /// Who wrote it, up to 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "Filed")]
    pub author: Option<String>,
    /// The request's `Idempotency-Key`: the same key for the same client is the same note, and a
    /// provider that has it already gives back the one it has.
    #[serde(skip)]
    #[schema(ignore)]
    pub idempotency_key: Option<String>,
}

/// A note as the platform keeps it.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// The platform's id of the note.
    #[schema(min_length = 1, max_length = 200, example = "note-77")]
    pub id: String,
    /// The client it is on.
    #[schema(example = "client-12345")]
    pub client_id: String,
    /// The note itself.
    #[schema(example = "The return is ready for review.")]
    pub text: String,
    /// How the text is to be read.
    pub format: NoteFormat,
    /// What the note is about; left out when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "review")]
    pub category: Option<String>,
    /// Who wrote it; left out when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Filed")]
    pub author: Option<String>,
    /// When it was put on the client, RFC 3339 in UTC.
    #[serde(with = "moment::always")]
    #[schema(value_type = String, format = DateTime, example = "2026-03-01T12:00:00Z")]
    pub date_created: Timestamp,
}

/// What is known of a file that is being sent to the platform, before its content.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct NewFile {
    /// File name, one component, 1 to 255 characters; not safe as a path on every system.
    pub name: String,
    /// Media type as the sender said it.
    pub mime_type: String,
    /// Size in bytes, when it was announced.
    pub size: Option<u64>,
    /// What the file is, in the sender's words.
    pub description: Option<String>,
    /// Whatever else the sender said.
    pub metadata: Map<String, Value>,
    /// The same key for the same client is the same file: a provider that has it already reads the
    /// content to its end and gives back the one it has.
    pub idempotency_key: Option<String>,
}

/// Which clients are asked for.
#[derive(Clone, PartialEq, Default)]
pub struct ClientQuery {
    /// How many at most.
    pub limit: usize,
    /// Where to go on: [`Page::next`](super::Page::next) of an earlier page of the provider's own.
    pub cursor: Option<String>,
    /// How many to leave out at the start.
    pub offset: Option<u64>,
    /// In which order; the id decides between equals.
    pub sort: ClientSort,
    /// Only clients changed at this time or later.
    pub modified_since: Option<Timestamp>,
    /// Only clients of this type.
    pub kind: Option<String>,
    /// Only the client with this id.
    pub id: Option<String>,
}

/// Which files of a client are asked for.
#[derive(Clone, PartialEq, Default)]
pub struct FileQuery {
    /// How many at most.
    pub limit: usize,
    /// Where to go on: [`Page::next`](super::Page::next) of an earlier page of the provider's own.
    pub cursor: Option<String>,
    /// How many to leave out at the start.
    pub offset: Option<u64>,
    /// In which order; the id decides between equals.
    pub sort: FileSort,
    /// Only files changed at this time or later.
    pub modified_since: Option<Timestamp>,
    /// Only files of this media type; `image/*` is all images.
    pub mime_type: Option<String>,
    /// Only files whose name has this extension, without its dot.
    pub extension: Option<String>,
}

/// The order of clients. A minus means descending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs, reason = "each says what it is")]
pub enum ClientSort {
    #[default]
    #[serde(rename = "id")]
    Id,
    #[serde(rename = "-id")]
    IdDescending,
    #[serde(rename = "name")]
    Name,
    #[serde(rename = "-name")]
    NameDescending,
    #[serde(rename = "lastModified")]
    LastModified,
    #[serde(rename = "-lastModified")]
    LastModifiedDescending,
}

/// The order of files. A minus means descending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs, reason = "each says what it is")]
pub enum FileSort {
    #[default]
    #[serde(rename = "id")]
    Id,
    #[serde(rename = "-id")]
    IdDescending,
    #[serde(rename = "name")]
    Name,
    #[serde(rename = "-name")]
    NameDescending,
    #[serde(rename = "size")]
    Size,
    #[serde(rename = "-size")]
    SizeDescending,
    #[serde(rename = "dateCreated")]
    DateCreated,
    #[serde(rename = "-dateCreated")]
    DateCreatedDescending,
    #[serde(rename = "dateModified")]
    DateModified,
    #[serde(rename = "-dateModified")]
    DateModifiedDescending,
}

/// Times as RFC 3339 text.
pub(super) mod moment {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(
        time: &Option<Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => serializer.collect_str(time),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        Option::<String>::deserialize(deserializer)?
            .map(|text| text.parse().map_err(|_| unreadable()))
            .transpose()
    }

    fn unreadable<E: serde::de::Error>() -> E {
        E::custom("not an RFC 3339 time, such as 2026-02-11T09:30:00Z")
    }

    pub mod always {
        use super::*;

        pub fn serialize<S: Serializer>(
            time: &Timestamp,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            serializer.collect_str(time)
        }

        pub fn deserialize<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Timestamp, D::Error> {
            String::deserialize(deserializer)?
                .parse()
                .map_err(|_| unreadable())
        }
    }
}
