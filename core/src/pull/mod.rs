//! Filed pulls: an HTTP API through which Filed asks a platform for its clients and files,
//! downloads them, posts notes and sends files back.
//!
//! A host implements the six functions of [`Provider`]; [`PullServer`] makes the API of them. A
//! folder of clients is a ready provider: [`FolderProvider`].
//!
//! | module | what lives there |
//! | --- | --- |
//! | [`types`] | clients, files, notes and pages: what crosses the wire, with its schema |
//! | [`provider`] | [`Provider`] and its error |
//! | [`content`] | the bytes of a file on their way out and in |
//! | [`config`] | [`PullConfig`]: address, credentials, limits |
//! | `auth` | who may do what: keys, access tokens, lock-out, rates |
//! | `problem` | the one table of errors, as problem+json |
//! | [`docs`] | the OpenAPI document, a page and a package to send |
//! | `private` | files and folders that only their owner may read |
//! | `page` | filters, order and cursors over a list |
//! | `folder` | [`FolderProvider`] |
//! | `store` | what outlives the process |
//! | `tus` | resumable uploads, apart from HTTP |
//! | `server` | [`PullServer`] and the endpoints |
//! | `check` | [`check()`]: plays Filed against any platform and says what it would trip over |

mod auth;
mod check;
pub mod config;
pub mod content;
pub mod docs;
mod folder;
mod openapi;
mod page;
mod private;
mod problem;
pub mod provider;
mod server;
mod store;
mod tus;
pub mod types;

pub use async_trait::async_trait;

pub use auth::{Caller, Credential, Scope};
pub use check::{
    AuthMapping, CheckCredentials, CheckLimits, CheckOptions, Finding, KeyPlace, ListMapping,
    Mapping, NoteMapping, Paging, PagingStyle, Part, Report, Severity, UploadMapping, UploadMethod,
    check,
};
pub use config::{About, ApiKey, Limits, OauthClient, PullConfig, RateLimit, TlsIdentity, Webhook};
pub use content::{Chunks, Content, Incoming};
pub use docs::{Documents, SandboxAccess};
pub use folder::FolderProvider;
pub use provider::{Listing, OpenedFile, Outcome, Page, Provider, ProviderError};
pub use server::PullServer;
pub use types::{
    ClientQuery, ClientSort, FileQuery, FileSort, NewFile, NewNote, Note, NoteFormat, PullClient,
    PullFile,
};
