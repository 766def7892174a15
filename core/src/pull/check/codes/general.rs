//! Findings that any endpoint, or the documentation, can have.

use super::{Code, error, note, warning};

pub(crate) const NO_ANSWER: Code = error(
    "no-answer",
    "Filed gets no whole answer.",
    "See that the endpoint can be reached and answers in time.",
);
pub(crate) const SERVER_ERROR: Code = error(
    "server-error",
    "Filed takes a 5xx as a failing platform, repeats the request, and in the end gives up.",
    "Answer what a caller did wrong with a 4xx.",
);
pub(crate) const ERROR_AS_SUCCESS: Code = error(
    "error-as-success",
    "An error comes with a status of success; Filed takes it for data.",
    "Answer errors with 4xx or 5xx.",
);
pub(crate) const ERROR_LEAKS: Code = error(
    "error-leaks",
    "An error shows a stack trace or a query: whoever sees it learns how the platform is built.",
    "Log the details, and answer with a stable code and a sentence.",
);
pub(crate) const ERROR_NOT_JSON: Code = warning(
    "error-not-json",
    "Filed cannot read what went wrong.",
    "Send errors as documented JSON, best as application/problem+json.",
);
pub(crate) const ERROR_SCHEMA: Code = warning(
    "error-schema",
    "An error is not as its documented schema says.",
    "Correct the answer or the schema.",
);
pub(crate) const STATUS_UNDOCUMENTED: Code = note(
    "status-undocumented",
    "A status comes that the documentation does not mention.",
    "Document every status with its meaning.",
);
pub(crate) const UNKNOWN_STATUS: Code = warning(
    "unknown-status",
    "Filed takes 404 as the sign that something was deleted.",
    "Answer an id that does not exist with 404.",
);
pub(crate) const PATH_TRICK: Code = error(
    "path-trick",
    "An id that is a path is answered as if it were an id.",
    "Look ids up; never build paths or queries from them.",
);
pub(crate) const RETRY_AFTER: Code = warning(
    "retry-after-missing",
    "Filed is asked to slow down and not told for how long.",
    "Send Retry-After with 429.",
);
pub(crate) const RATE_LIMITS: Code = warning(
    "rate-limits-undeclared",
    "Filed does not know how fast it may ask, and is shut out in the middle of an import.",
    "Document the limits, and send RateLimit-Limit, RateLimit-Remaining and RateLimit-Reset.",
);
pub(crate) const DOC_MISSING: Code = warning(
    "doc-missing",
    "There is no OpenAPI document: answers cannot be compared with it, and Filed's engineers have to guess.",
    "Publish an OpenAPI 3.1 document, or name it to the check.",
);
pub(crate) const DOC_OPERATION: Code = error(
    "doc-operation-missing",
    "The documentation does not have one of the six endpoints Filed needs.",
    "Document it, or correct the mapping.",
);
pub(crate) const DOC_AUTH: Code = warning(
    "doc-auth-missing",
    "The documentation does not say how to get in.",
    "Declare the credentials under components.securitySchemes.",
);
pub(crate) const DOC_ERRORS: Code = warning(
    "doc-errors-missing",
    "The documentation does not say how an endpoint refuses.",
    "Document 401 and the other errors of every endpoint.",
);
