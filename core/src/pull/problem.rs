//! [`Problem`]: every error the API answers with, from one table, as problem+json (RFC 9457). The
//! OpenAPI document lists them from the same table.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::header::{HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::provider::ProviderError;

macro_rules! codes {
    ($($variant:ident = $status:literal, $name:literal, $title:literal, $meaning:literal;)*) => {
        /// What went wrong; stable across versions.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $($variant,)* }

        impl Code {
            /// All of them, by status.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// HTTP status.
            pub fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            /// The word in `code`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// A short sentence, the same for every occurrence.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// What it means and what to do.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }
        }
    };
}

codes! {
    InvalidParameter = 400, "INVALID_PARAMETER", "A parameter is wrong", "Correct the parameter that detail names.";
    InvalidBody = 400, "INVALID_BODY", "The body is wrong", "Correct what detail names.";
    DigestMismatch = 400, "DIGEST_MISMATCH", "The content does not match its digest", "Send the file again.";
    CredentialsMissing = 401, "CREDENTIALS_MISSING", "Credentials are needed", "Send X-API-Key or Authorization.";
    CredentialsInvalid = 401, "CREDENTIALS_INVALID", "The credentials are wrong", "Check the key, or get a new access token.";
    TokenExpired = 401, "TOKEN_EXPIRED", "The access token has expired", "Get a new one from the token endpoint.";
    InsufficientScope = 403, "INSUFFICIENT_SCOPE", "The credentials do not allow this", "Use credentials with the scope that detail names.";
    Forbidden = 403, "FORBIDDEN", "The platform does not allow this", "Ask the platform.";
    SignatureInvalid = 403, "SIGNATURE_INVALID", "The signature does not fit this URL", "List the files again for a new URL.";
    UrlExpired = 403, "URL_EXPIRED", "The signed URL has expired", "List the files again for a new URL.";
    NotFound = 404, "NOT_FOUND", "There is nothing at this path", "Check the path.";
    CursorNotFound = 404, "CURSOR_NOT_FOUND", "There is no page under this cursor", "Use nextCursor of the last answer, with the same filters and order; or start again without it.";
    ClientNotFound = 404, "CLIENT_NOT_FOUND", "There is no such client", "List the clients again.";
    FileNotFound = 404, "FILE_NOT_FOUND", "There is no such file", "List the client's files again.";
    UploadNotFound = 404, "UPLOAD_NOT_FOUND", "There is no such upload", "It ended or expired: create a new one.";
    MethodNotAllowed = 405, "METHOD_NOT_ALLOWED", "This path has no such method", "Use a method of the Allow header.";
    RequestTimeout = 408, "REQUEST_TIMEOUT", "The request came too slowly", "Send it again.";
    KeyInUse = 409, "IDEMPOTENCY_KEY_IN_USE", "A request with this idempotency key is still running", "Send it again after Retry-After.";
    KeyReused = 409, "IDEMPOTENCY_KEY_REUSED", "This idempotency key belongs to another request", "Use a new key for a new request.";
    OffsetMismatch = 409, "OFFSET_MISMATCH", "The upload is at another offset", "Ask with HEAD and go on from there.";
    UploadExpired = 410, "UPLOAD_EXPIRED", "The upload has expired", "Create a new one.";
    TusVersion = 412, "TUS_VERSION", "This version of tus is not spoken", "Send Tus-Resumable: 1.0.0.";
    TooLarge = 413, "TOO_LARGE", "The body is too large", "Stay under the documented limit.";
    MediaType = 415, "MEDIA_TYPE", "The content type is not taken here", "Use a documented content type.";
    Range = 416, "RANGE", "The range is not in the file", "Content-Range says how long it is.";
    Rejected = 422, "REJECTED", "The platform refused the input", "Correct what detail names.";
    UploadLocked = 423, "UPLOAD_LOCKED", "Another request is writing to this upload", "End it or wait for it.";
    RateLimited = 429, "RATE_LIMITED", "Too many requests", "Wait as long as Retry-After says.";
    LockedOut = 429, "LOCKED_OUT", "Too many wrong credentials", "Wait as long as Retry-After says, and check the credentials.";
    TooManyUploads = 429, "TOO_MANY_UPLOADS", "Too many unfinished uploads", "Finish or end some.";
    ChecksumMismatch = 460, "CHECKSUM_MISMATCH", "The chunk does not match its checksum", "Send it again from the same offset.";
    Internal = 500, "INTERNAL", "The server failed", "Try again; report it with the request id.";
    ProviderFailed = 500, "PROVIDER_FAILED", "The platform failed", "Try again later; report it with the request id.";
    Unavailable = 503, "UNAVAILABLE", "The platform is not available", "Try again after Retry-After.";
    ProviderTimeout = 504, "PROVIDER_TIMEOUT", "The platform took too long", "Try again later.";
}

/// The answer of a handler that could not do what it was asked to. The outermost layer writes it,
/// with the request's id.
#[derive(Clone)]
pub struct Problem(Box<Inside>);

#[derive(Clone)]
struct Inside {
    code: Code,
    detail: Option<String>,
    field: Option<String>,
    headers: HeaderMap,
}

/// An error, as problem+json (RFC 9457).
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// A URN of the code.
    #[serde(rename = "type")]
    #[schema(format = "uri", example = "urn:filed:pull:problem:client-not-found")]
    kind: String,
    /// The same sentence for every occurrence of the code.
    #[schema(example = "There is no such client")]
    title: &'static str,
    /// HTTP status.
    #[schema(minimum = 400, maximum = 599, example = 404)]
    status: u16,
    /// What to correct or do.
    #[schema(example = "List the clients again.")]
    detail: String,
    /// Stable word for the error.
    #[schema(example = "CLIENT_NOT_FOUND")]
    code: &'static str,
    /// As in `X-Request-Id`: name it when you report a problem.
    #[schema(example = "0193f7a2-5a0e-7c2b-9d3e-5b1f0c9a7e11")]
    request_id: String,
    /// The parameters or fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldProblem>,
}

/// A parameter or field that is wrong.
#[derive(Clone, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Name of the parameter or path of the field.
    #[schema(example = "limit")]
    field: String,
    /// What is wrong with it.
    #[schema(example = "must be 1 to 200")]
    message: String,
}

impl Problem {
    /// A problem with nothing more to say than its code does.
    pub fn new(code: Code) -> Self {
        let mut headers = HeaderMap::new();
        if code.status() == 401 {
            let challenge = HeaderValue::from_static("Bearer realm=\"filed\"");
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        Self(Box::new(Inside {
            code,
            detail: None,
            field: None,
            headers,
        }))
    }

    /// Says more. Never a client's name, a path or a secret.
    pub fn saying(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// A parameter or field that cannot be used.
    pub fn field(code: Code, field: impl Into<String>, message: &str) -> Self {
        let field = field.into();
        let mut problem = Self::new(code).saying(message);
        problem.0.field = Some(field);
        problem
    }

    /// Adds a header to the answer.
    pub fn with(mut self, name: HeaderName, value: impl Into<HeaderValue>) -> Self {
        self.0.headers.insert(name, value.into());
        self
    }

    /// Adds `Retry-After`, rounded up to seconds.
    pub fn retry_after(self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.with(RETRY_AFTER, seconds.max(1))
    }

    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What a provider's error means to the caller; `missing` is what was looked for.
    pub fn of(error: ProviderError, missing: Code) -> Self {
        match error {
            ProviderError::NotFound => Self::new(missing),
            ProviderError::Invalid(text) => Self::new(Code::Rejected).saying(text),
            ProviderError::Forbidden => Self::new(Code::Forbidden),
            ProviderError::Unavailable(wait) => {
                Self::new(Code::Unavailable).retry_after(wait.unwrap_or(Duration::from_secs(5)))
            }
            ProviderError::Failed => Self::new(Code::ProviderFailed),
        }
    }

    /// The answer itself.
    pub fn render(&self, request_id: &str) -> Response {
        let body = ProblemBody {
            kind: self.0.code.urn(),
            title: self.0.code.title(),
            status: self.0.code.status(),
            detail: match &self.0.detail {
                Some(detail) => detail.clone(),
                None => self.0.code.meaning().to_owned(),
            },
            code: self.0.code.name(),
            request_id: request_id.to_owned(),
            errors: self.errors(),
        };
        let json = serde_json::to_vec(&body).unwrap_or_default();
        let mut response = (self.status(), json).into_response();
        let media_type = HeaderValue::from_static("application/problem+json");
        let headers = response.headers_mut();
        headers.insert(http::header::CONTENT_TYPE, media_type);
        headers.extend(self.0.headers.clone());
        response
    }

    fn errors(&self) -> Vec<FieldProblem> {
        let Some(field) = &self.0.field else {
            return Vec::new();
        };
        vec![FieldProblem {
            field: field.clone(),
            message: self.0.detail.clone().unwrap_or_default(),
        }]
    }

    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl Code {
    /// `urn:filed:pull:problem:client-not-found`
    pub fn urn(self) -> String {
        let word = self.name().to_ascii_lowercase().replace('_', "-");
        format!("urn:filed:pull:problem:{word}")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<crate::Error> for Problem {
    fn from(_: crate::Error) -> Self {
        Self::new(Code::Internal)
    }
}
