//! The practice-management platform behind a connection: its clients and their files.

/// A client of the platform.
#[derive(Clone, Debug)]
pub(crate) struct PlatformClient {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) email: Option<&'static str>,
    pub(crate) phone: Option<&'static str>,
    pub(crate) kind: &'static str,
    pub(crate) last_modified: &'static str,
    pub(crate) files: &'static [PlatformFile],
}

/// A file of a client.
#[derive(Clone, Debug)]
pub(crate) struct PlatformFile {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) size: i32,
    pub(crate) mime_type: &'static str,
    pub(crate) created: &'static str,
}

const fn file(
    id: &'static str,
    name: &'static str,
    size: i32,
    mime_type: &'static str,
    created: &'static str,
) -> PlatformFile {
    PlatformFile {
        id,
        name,
        size,
        mime_type,
        created,
    }
}

const fn client(
    id: &'static str,
    name: &'static str,
    kind: &'static str,
    last_modified: &'static str,
    files: &'static [PlatformFile],
) -> PlatformClient {
    PlatformClient {
        id,
        name,
        email: None,
        phone: None,
        kind,
        last_modified,
        files,
    }
}

const PDF: &str = "application/pdf";

static CLIENTS: [PlatformClient; 7] = [
    PlatformClient {
        email: Some("john.smith@example.com"),
        phone: Some("+1-555-0100"),
        ..client(
            "client-12345",
            "John Smith",
            "individual",
            "2024-01-15T10:30:00Z",
            &[
                file(
                    "file-001",
                    "W-2 Form 2024.pdf",
                    245_760,
                    PDF,
                    "2024-01-10T09:00:00Z",
                ),
                file(
                    "file-002",
                    "1099-INT.pdf",
                    81_920,
                    PDF,
                    "2024-01-11T09:00:00Z",
                ),
                file(
                    "file-003",
                    "receipts.csv",
                    4_096,
                    "text/csv",
                    "2024-01-12T09:00:00Z",
                ),
            ],
        )
    },
    PlatformClient {
        email: Some("jane.doe@example.com"),
        ..client(
            "client-67890",
            "Jane Doe",
            "individual",
            "2024-01-16T08:00:00Z",
            &[
                file("file-004", "W-2.pdf", 120_000, PDF, "2024-01-13T09:00:00Z"),
                file(
                    "file-005",
                    "driver licence.jpg",
                    300_000,
                    "image/jpeg",
                    "2024-01-13T09:05:00Z",
                ),
            ],
        )
    },
    client(
        "client-20001",
        "Oak Street Bakery LLC",
        "business",
        "2024-02-01T12:00:00Z",
        &[file(
            "file-006",
            "K-1.pdf",
            99_000,
            PDF,
            "2024-01-20T09:00:00Z",
        )],
    ),
    client(
        "client-20002",
        "Núñez & Søn",
        "business",
        "2024-02-02T12:00:00Z",
        &[],
    ),
    client(
        "client-20003",
        "田中 太郎",
        "individual",
        "2024-02-03T12:00:00Z",
        &[file(
            "file-007",
            "源泉徴収票.pdf",
            150_000,
            PDF,
            "2024-01-21T09:00:00Z",
        )],
    ),
    client(
        "client-20004",
        "Harbor Trust",
        "trust",
        "2024-02-04T12:00:00Z",
        &[file(
            "file-008",
            "1041.pdf",
            510_000,
            PDF,
            "2024-01-22T09:00:00Z",
        )],
    ),
    client(
        "client-20005",
        "Lee Family Partnership",
        "partnership",
        "2024-02-05T12:00:00Z",
        &[file(
            "file-009",
            "1065.pdf",
            610_000,
            PDF,
            "2024-01-23T09:00:00Z",
        )],
    ),
];

/// All clients of the platform, in a stable order.
pub(crate) fn clients() -> &'static [PlatformClient] {
    &CLIENTS
}
