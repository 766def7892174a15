//! What Filed asks a platform to document before its engineers begin, item by item, and where our
//! documents answer it.

/// One item.
pub struct Item {
    /// Which of the six parts it belongs to, or what holds for all.
    pub part: &'static str,
    /// What is asked for.
    pub asked: &'static str,
    /// The heading beneath which it is answered.
    pub section: &'static str,
    /// What must stand there, or the item is not answered.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests look for it"))]
    pub answer: &'static str,
}

const fn item(
    part: &'static str,
    asked: &'static str,
    section: &'static str,
    answer: &'static str,
) -> Item {
    Item {
        part,
        asked,
        section,
        answer,
    }
}

const AUTH: &str = "1. Authentication";
const CLIENTS: &str = "2. List clients";
const FILES: &str = "3. List a client's files";
const DOWNLOAD: &str = "4. Download a file";
const NOTE: &str = "5. Post a note";
const UPLOAD: &str = "6. Upload a file";
const QUALITY: &str = "All of it";

/// Every item.
pub const ALL: &[Item] = &[
    item(AUTH, "method", "Authentication", "API key"),
    item(
        AUTH,
        "how credentials are obtained",
        "Authentication",
        "**How to get credentials.**",
    ),
    item(AUTH, "how they are sent", "Authentication", "X-API-Key:"),
    item(
        AUTH,
        "bearer token",
        "Authentication",
        "Authorization: Bearer",
    ),
    item(
        AUTH,
        "token endpoint and refresh",
        "Authentication",
        "/api/v1/oauth/token",
    ),
    item(
        AUTH,
        "rate limits and quotas",
        "Limits",
        "Requests a second",
    ),
    item(
        AUTH,
        "error responses",
        "Authentication",
        "CREDENTIALS_INVALID",
    ),
    item(
        CLIENTS,
        "endpoint URL",
        "List clients",
        "GET /api/v1/clients",
    ),
    item(CLIENTS, "credentials", "List clients", "clients.read"),
    item(CLIENTS, "paging parameters", "List clients", "`cursor`"),
    item(CLIENTS, "filters", "List clients", "`modifiedSince`"),
    item(CLIENTS, "sorting", "List clients", "`sort`"),
    item(
        CLIENTS,
        "request headers",
        "List clients",
        "`If-None-Match`",
    ),
    item(
        CLIENTS,
        "answer: all fields with type and whether required",
        "List clients",
        "| `data[].id` | string (at least 1 characters, at most 200 characters) | yes |",
    ),
    item(CLIENTS, "name", "List clients", "`data[].name`"),
    item(CLIENTS, "e-mail address", "List clients", "`data[].email`"),
    item(CLIENTS, "phone", "List clients", "`data[].phone`"),
    item(CLIENTS, "type or category", "List clients", "`data[].type`"),
    item(
        CLIENTS,
        "last-modified date",
        "List clients",
        "`data[].lastModified`",
    ),
    item(
        CLIENTS,
        "style of pagination",
        "List clients",
        "`pagination.nextCursor`",
    ),
    item(CLIENTS, "errors", "List clients", "INVALID_PARAMETER"),
    item(
        FILES,
        "endpoint URL",
        "List a client's files",
        "GET /api/v1/clients/{clientId}/files",
    ),
    item(FILES, "credentials", "List a client's files", "files.read"),
    item(
        FILES,
        "format of the client's id",
        "List a client's files",
        "| `clientId` | path | string",
    ),
    item(
        FILES,
        "paging parameters",
        "List a client's files",
        "`offset`",
    ),
    item(FILES, "filters", "List a client's files", "`modifiedSince`"),
    item(
        FILES,
        "filter by file type",
        "List a client's files",
        "`mimeType`",
    ),
    item(
        FILES,
        "request headers",
        "List a client's files",
        "`If-None-Match`",
    ),
    item(FILES, "file id", "List a client's files", "`data[].id`"),
    item(FILES, "name", "List a client's files", "`data[].name`"),
    item(
        FILES,
        "size in bytes",
        "List a client's files",
        "`data[].size`",
    ),
    item(
        FILES,
        "MIME type",
        "List a client's files",
        "`data[].mimeType`",
    ),
    item(
        FILES,
        "download URL",
        "List a client's files",
        "`data[].downloadUrl`",
    ),
    item(
        FILES,
        "date created",
        "List a client's files",
        "`data[].dateCreated`",
    ),
    item(
        FILES,
        "date modified",
        "List a client's files",
        "`data[].dateModified`",
    ),
    item(
        FILES,
        "other metadata",
        "List a client's files",
        "`data[].metadata`",
    ),
    item(
        FILES,
        "style of pagination",
        "List a client's files",
        "`pagination.hasMore`",
    ),
    item(FILES, "errors", "List a client's files", "CLIENT_NOT_FOUND"),
    item(
        DOWNLOAD,
        "endpoint URL",
        "Download a file",
        "GET /api/v1/files/{fileId}/download",
    ),
    item(
        DOWNLOAD,
        "the same credentials as elsewhere",
        "Download a file",
        "files.read",
    ),
    item(
        DOWNLOAD,
        "format of the file's id",
        "Download a file",
        "| `fileId` | path | string",
    ),
    item(DOWNLOAD, "request headers", "Download a file", "`Range`"),
    item(DOWNLOAD, "status codes", "Download a file", "206"),
    item(
        DOWNLOAD,
        "binary or base64",
        "Download a file",
        "not base64",
    ),
    item(DOWNLOAD, "Content-Type", "Download a file", "media type"),
    item(
        DOWNLOAD,
        "Content-Disposition",
        "Download a file",
        "`Content-Disposition`",
    ),
    item(DOWNLOAD, "errors", "Download a file", "FILE_NOT_FOUND"),
    item(
        DOWNLOAD,
        "how long signed URLs live",
        "Signed URLs",
        "seconds",
    ),
    item(
        NOTE,
        "endpoint URL",
        "Post a note on a client",
        "POST /api/v1/clients/{clientId}/notes",
    ),
    item(
        NOTE,
        "credentials",
        "Post a note on a client",
        "notes.write",
    ),
    item(
        NOTE,
        "path parameter",
        "Post a note on a client",
        "| `clientId` | path",
    ),
    item(
        NOTE,
        "request headers",
        "Post a note on a client",
        "`Idempotency-Key`",
    ),
    item(
        NOTE,
        "content",
        "Post a note on a client",
        "| `text` | string | yes |",
    ),
    item(
        NOTE,
        "category",
        "Post a note on a client",
        "| `category` |",
    ),
    item(NOTE, "author", "Post a note on a client", "| `author` |"),
    item(
        NOTE,
        "timestamp",
        "Post a note on a client",
        "sets id and time",
    ),
    item(
        NOTE,
        "answer: id, content, date, author",
        "Post a note on a client",
        "| `dateCreated` |",
    ),
    item(
        NOTE,
        "format of the text",
        "Post a note on a client",
        "`markdown`",
    ),
    item(
        NOTE,
        "limit of characters",
        "Post a note on a client",
        "10 000 characters",
    ),
    item(NOTE, "errors", "Post a note on a client", "INVALID_BODY"),
    item(
        UPLOAD,
        "endpoint URL",
        "Send a file to a client",
        "POST /api/v1/clients/{clientId}/files",
    ),
    item(
        UPLOAD,
        "credentials",
        "Send a file to a client",
        "files.write",
    ),
    item(
        UPLOAD,
        "path parameter",
        "Send a file to a client",
        "| `clientId` | path",
    ),
    item(
        UPLOAD,
        "request headers",
        "Send a file to a client",
        "`Repr-Digest`",
    ),
    item(
        UPLOAD,
        "body: multipart or binary",
        "Send a file to a client",
        "multipart/form-data",
    ),
    item(
        UPLOAD,
        "file metadata",
        "Send a file to a client",
        "`description`",
    ),
    item(
        UPLOAD,
        "method: plain POST",
        "Send a file to a client",
        "raw body",
    ),
    item(UPLOAD, "method: tus", "Create a resumable upload", "tus"),
    item(
        UPLOAD,
        "going on after a break",
        "Send the next bytes of an upload",
        "`Upload-Offset`",
    ),
    item(
        UPLOAD,
        "answer: id, name, URL, size",
        "Send a file to a client",
        "`file.downloadUrl`",
    ),
    item(
        UPLOAD,
        "upload status",
        "Send a file to a client",
        "| `status` |",
    ),
    item(UPLOAD, "limit of size", "Limits", "Largest file"),
    item(
        UPLOAD,
        "size of chunks",
        "Limits",
        "Chunks of a resumable upload",
    ),
    item(UPLOAD, "errors", "Send a file to a client", "TOO_LARGE"),
    item(QUALITY, "examples: cURL", "List clients", "curl"),
    item(QUALITY, "examples: HTTP", "List clients", "HTTP/1.1 200"),
    item(
        QUALITY,
        "all error codes with their meaning",
        "Errors",
        "PROVIDER_TIMEOUT",
    ),
    item(
        QUALITY,
        "OpenAPI or JSON Schema",
        "OpenAPI",
        "/openapi.json",
    ),
    item(QUALITY, "test credentials", "Sandbox", "credentials"),
    item(QUALITY, "versioning", "Versioning", "/api/v1"),
    item(
        QUALITY,
        "rate limits and throttling",
        "Limits",
        "Retry-After",
    ),
    item(QUALITY, "webhooks", "Webhooks", "ebhook"),
];
