//! What each operation needs and how it can fail. The handlers' own attributes say the rest.

use crate::pull::Scope;
use crate::pull::problem::Code::{self, *};

/// One operation.
pub struct Operation {
    pub id: &'static str,
    /// `None` is for everybody.
    pub scope: Option<Scope>,
    /// A signed URL will do.
    pub signed: bool,
    pub codes: &'static [Code],
}

/// Any operation may fail so.
pub const COMMON: &[Code] = &[NotFound, MethodNotAllowed, RateLimited, Internal];

/// Any operation that needs credentials may fail so.
pub const GUARDED: &[Code] = &[
    CredentialsMissing,
    CredentialsInvalid,
    TokenExpired,
    InsufficientScope,
    Forbidden,
    LockedOut,
    ProviderFailed,
    Unavailable,
    ProviderTimeout,
];

const fn guarded(id: &'static str, scope: Scope, codes: &'static [Code]) -> Operation {
    Operation {
        id,
        scope: Some(scope),
        signed: false,
        codes,
    }
}

const fn open(id: &'static str, codes: &'static [Code]) -> Operation {
    Operation {
        id,
        scope: None,
        signed: false,
        codes,
    }
}

const fn signed(id: &'static str) -> Operation {
    Operation {
        signed: true,
        ..guarded(
            id,
            Scope::FilesRead,
            &[
                InvalidParameter,
                FileNotFound,
                Range,
                SignatureInvalid,
                UrlExpired,
            ],
        )
    }
}

/// All of them.
pub const ALL: &[Operation] = &[
    open(
        "getToken",
        &[
            LockedOut,
            InvalidBody,
            RequestTimeout,
            TooLarge,
            ProviderFailed,
            Unavailable,
            ProviderTimeout,
        ],
    ),
    guarded(
        "listClients",
        Scope::ClientsRead,
        &[InvalidParameter, CursorNotFound],
    ),
    guarded(
        "listFiles",
        Scope::FilesRead,
        &[InvalidParameter, CursorNotFound, ClientNotFound],
    ),
    signed("downloadFile"),
    signed("describeFile"),
    guarded(
        "postNote",
        Scope::NotesWrite,
        &[
            InvalidParameter,
            InvalidBody,
            ClientNotFound,
            RequestTimeout,
            KeyInUse,
            KeyReused,
            TooLarge,
            MediaType,
            Rejected,
        ],
    ),
    guarded(
        "sendFile",
        Scope::FilesWrite,
        &[
            InvalidParameter,
            InvalidBody,
            DigestMismatch,
            ClientNotFound,
            RequestTimeout,
            KeyInUse,
            KeyReused,
            TooLarge,
            Rejected,
        ],
    ),
    open("tusOptions", &[]),
    guarded(
        "createUpload",
        Scope::FilesWrite,
        &[
            InvalidParameter,
            InvalidBody,
            ClientNotFound,
            RequestTimeout,
            TusVersion,
            TooLarge,
            Rejected,
            UploadLocked,
            TooManyUploads,
            ChecksumMismatch,
        ],
    ),
    guarded(
        "uploadState",
        Scope::FilesWrite,
        &[
            ClientNotFound,
            UploadNotFound,
            UploadExpired,
            Rejected,
            UploadLocked,
        ],
    ),
    guarded(
        "uploadOffset",
        Scope::FilesWrite,
        &[
            ClientNotFound,
            UploadNotFound,
            UploadExpired,
            TusVersion,
            Rejected,
            UploadLocked,
        ],
    ),
    guarded(
        "continueUpload",
        Scope::FilesWrite,
        &[
            InvalidParameter,
            InvalidBody,
            ClientNotFound,
            UploadNotFound,
            RequestTimeout,
            OffsetMismatch,
            UploadExpired,
            TusVersion,
            TooLarge,
            MediaType,
            Rejected,
            UploadLocked,
            ChecksumMismatch,
        ],
    ),
    guarded(
        "endUpload",
        Scope::FilesWrite,
        &[UploadNotFound, UploadExpired, TusVersion, UploadLocked],
    ),
];

/// By its `operationId`.
pub fn find(id: &str) -> Option<&'static Operation> {
    ALL.iter().find(|operation| operation.id == id)
}
