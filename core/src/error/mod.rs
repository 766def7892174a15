//! The one error type. Codes and their table live in `table`.

mod table;

use std::path::{Path, PathBuf};

pub use table::{CodeInfo, ErrorCode};

/// The result of everything in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Whether the failed request changed anything at Filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Effect {
    /// It took effect.
    Applied,
    /// It certainly did not.
    #[default]
    NotApplied,
    /// The answer was lost; only reading back can tell.
    Unknown,
}

impl Effect {
    /// `applied`, `not_applied` or `unknown`, the word used in every language.
    pub fn as_str(self) -> &'static str {
        match self {
            Effect::Applied => "applied",
            Effect::NotApplied => "not_applied",
            Effect::Unknown => "unknown",
        }
    }
}

/// One entry of a GraphQL answer's `errors`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GraphqlError {
    /// The server's text, shortened, with the caller's names and secrets taken out.
    pub message: String,
    /// `extensions.code`, such as `UNAUTHENTICATED`.
    pub code: Option<String>,
    /// Where in the answer, such as `createJobWorks.3`.
    pub path: Option<String>,
}

/// What failed, on which item, and what to do next.
///
/// The message names items by external id only. A path of the host's disk is in [`Error::path`],
/// so that a log of messages tells nothing about a taxpayer.
#[derive(Clone)]
pub struct Error(Box<Details>);

#[derive(Clone)]
struct Details {
    code: ErrorCode,
    message: String,
    operation: Option<String>,
    http_status: Option<u16>,
    graphql_errors: Vec<GraphqlError>,
    request_id: Option<String>,
    attempts: u32,
    external_id: Option<String>,
    path: Option<PathBuf>,
    effect: Effect,
}

impl Error {
    /// An error with a code and a message that says what failed and what to do.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            code,
            message: message.into(),
            operation: None,
            http_status: None,
            graphql_errors: Vec::new(),
            request_id: None,
            attempts: 0,
            external_id: None,
            path: None,
            effect: Effect::NotApplied,
        }))
    }

    /// Adds the operation that failed, such as `jobs.create`; the first one named stays.
    #[must_use]
    pub fn with_operation(mut self, operation: impl Into<String>) -> Self {
        self.0.operation.get_or_insert_with(|| operation.into());
        self
    }

    /// Adds the HTTP status of the last answer.
    #[must_use]
    pub fn with_http_status(mut self, status: u16) -> Self {
        self.0.http_status = Some(status);
        self
    }

    /// Adds the GraphQL errors of the last answer.
    #[must_use]
    pub fn with_graphql_errors(mut self, errors: Vec<GraphqlError>) -> Self {
        self.0.graphql_errors = errors;
        self
    }

    /// Adds the server's id of the last request.
    #[must_use]
    pub fn with_request_id(mut self, id: Option<String>) -> Self {
        self.0.request_id = id;
        self
    }

    /// Adds how many times the request was sent.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// Adds the external id of the client or file concerned; the first one named stays.
    #[must_use]
    pub fn with_external_id(mut self, id: impl Into<String>) -> Self {
        self.0.external_id.get_or_insert_with(|| id.into());
        self
    }

    /// Adds the path of the file concerned.
    #[must_use]
    pub fn with_path(mut self, path: impl Into<PathBuf>) -> Self {
        self.0.path.get_or_insert_with(|| path.into());
        self
    }

    /// Adds whether the request changed anything.
    #[must_use]
    pub fn with_effect(mut self, effect: Effect) -> Self {
        self.0.effect = effect;
        self
    }

    /// The code.
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// What failed and what to do, without names and paths.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The operation that failed, such as `jobs.create`.
    pub fn operation(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }

    /// The HTTP status of the last answer.
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// The GraphQL errors of the last answer.
    pub fn graphql_errors(&self) -> &[GraphqlError] {
        &self.0.graphql_errors
    }

    /// The server's id of the last request, when it gave one.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How many times the request was sent; 0 when nothing was.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The external id of the client or file concerned.
    pub fn external_id(&self) -> Option<&str> {
        self.0.external_id.as_deref()
    }

    /// The path of the file concerned.
    pub fn path(&self) -> Option<&Path> {
        self.0.path.as_deref()
    }

    /// Whether the failed request changed anything at Filed.
    pub fn effect(&self) -> Effect {
        self.0.effect
    }

    /// Whether the same call may succeed when it is simply made again later.
    pub fn retryable(&self) -> bool {
        self.0.code.info().retryable
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(operation) = &self.0.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&self.0.message)
    }
}

impl std::fmt::Debug for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The path stays out on purpose: Debug ends up in logs.
        f.debug_struct("Error")
            .field("code", &self.0.code)
            .field("message", &self.0.message)
            .field("operation", &self.0.operation)
            .field("http_status", &self.0.http_status)
            .field("external_id", &self.0.external_id)
            .field("attempts", &self.0.attempts)
            .field("effect", &self.0.effect)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {}
