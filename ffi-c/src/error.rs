//! `filed_error`: what a failed call returns. The numbers are in `codes`.

use std::ffi::c_char;

use filed_core::{Error, ErrorCode};

use crate::guard::{guard, read};
use crate::handle;
use crate::text::{OptionalText, Text};

/// What failed, on which item, and what to do next. Its strings are borrowed: valid until it is
/// freed. An error that was returned is yours to free with `filed_error_free`; one that was read
/// from an event or a report belongs to that.
pub struct filed_error {
    code: u32,
    http_status: u32,
    attempts: u32,
    retryable: bool,
    name: Text,
    message: Text,
    operation: Option<Text>,
    request_id: Option<Text>,
    external_id: Option<Text>,
    path: Option<Text>,
    effect: Text,
    graphql: Vec<GraphqlTexts>,
}

struct GraphqlTexts {
    message: Text,
    code: Option<Text>,
    path: Option<Text>,
}

impl From<Error> for filed_error {
    fn from(error: Error) -> Self {
        let graphql = error.graphql_errors().iter().map(|entry| GraphqlTexts {
            message: Text::from(entry.message.as_str()),
            code: entry.code.as_deref().map(Text::from),
            path: entry.path.as_deref().map(Text::from),
        });
        Self {
            graphql: graphql.collect(),
            name: Text::from(error.code().info().name),
            message: Text::from(error.message()),
            operation: error.operation().map(Text::from),
            request_id: error.request_id().map(Text::from),
            external_id: error.external_id().map(Text::from),
            path: error.path().map(Text::from),
            effect: Text::from(error.effect().as_str()),
            code: error.code() as u32,
            http_status: error.http_status().map_or(0, u32::from),
            attempts: error.attempts(),
            retryable: error.retryable(),
        }
    }
}

/// There when there is no memory for another. Freeing it does nothing.
static OUT_OF_MEMORY: filed_error = filed_error {
    code: ErrorCode::OutOfResources as u32,
    http_status: 0,
    attempts: 0,
    retryable: true,
    name: Text::fixed(c"OUT_OF_RESOURCES"),
    message: Text::fixed(
        c"this program has no memory left for what it wants copied: let it have more, or let it \
          use less at once; nothing was done and it can be tried again",
    ),
    operation: None,
    request_id: None,
    external_id: None,
    path: None,
    effect: Text::fixed(c"not_applied"),
    graphql: Vec::new(),
};

impl filed_error {
    pub(crate) fn boxed(error: Error) -> *mut Self {
        handle::try_hand_over(Self::from(error)).unwrap_or_else(Self::out_of_memory)
    }

    /// The one error that needs no memory. Never written to: errors are only read.
    pub(crate) fn out_of_memory() -> *mut Self {
        std::ptr::from_ref(&OUT_OF_MEMORY).cast_mut()
    }
}

/// One of `FILED_ERROR_...`; `FILED_OK` for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_error_code(error: *const filed_error) -> u32 {
    read("filed_error_code", error, |error| error.code)
}

/// The code's name, such as `FILE_NOT_FOUND`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_error_name(error: *const filed_error) -> *const c_char {
    read("filed_error_name", error, |error| error.name.as_ptr())
}

/// What failed and what to do, in English, without names or paths: safe to log.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_error_message(error: *const filed_error) -> *const c_char {
    read("filed_error_message", error, |error| error.message.as_ptr())
}

/// The operation or function that failed, such as `jobs.create`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_error_operation(error: *const filed_error) -> *const c_char {
    read("filed_error_operation", error, |error| {
        error.operation.as_ptr_or_null()
    })
}

/// The HTTP status of the last answer; 0 when there was none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_error_http_status(error: *const filed_error) -> u32 {
    read("filed_error_http_status", error, |error| error.http_status)
}

/// The server's id of the last request; NULL when it gave none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_error_request_id(error: *const filed_error) -> *const c_char {
    read("filed_error_request_id", error, |error| {
        error.request_id.as_ptr_or_null()
    })
}

/// How many times the request was sent; 0 when nothing was.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_error_attempts(error: *const filed_error) -> u32 {
    read("filed_error_attempts", error, |error| error.attempts)
}

/// The external id of the client or file concerned, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_error_external_id(error: *const filed_error) -> *const c_char {
    read("filed_error_external_id", error, |error| {
        error.external_id.as_ptr_or_null()
    })
}

/// The path of the file concerned, or NULL. May name a taxpayer: do not log it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_error_path(error: *const filed_error) -> *const c_char {
    read("filed_error_path", error, |error| {
        error.path.as_ptr_or_null()
    })
}

/// Whether the failed request changed anything at Filed: `applied`, `not_applied` or `unknown`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_error_effect(error: *const filed_error) -> *const c_char {
    read("filed_error_effect", error, |error| error.effect.as_ptr())
}

/// 1 when the same call may succeed if it is simply made again later, otherwise 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_error_retryable(error: *const filed_error) -> i32 {
    read("filed_error_retryable", error, |error| {
        i32::from(error.retryable)
    })
}

/// How many GraphQL errors the last answer held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_error_graphql_count(error: *const filed_error) -> u64 {
    read("filed_error_graphql_count", error, |error| {
        error.graphql.len() as u64
    })
}

/// The text of the GraphQL error `index`; NULL beyond the last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_error_graphql_message(
    error: *const filed_error,
    index: u64,
) -> *const c_char {
    read("filed_error_graphql_message", error, |error| {
        error
            .entry(index)
            .map_or(std::ptr::null(), |entry| entry.message.as_ptr())
    })
}

/// The code of the GraphQL error `index`, such as `UNAUTHENTICATED`; NULL when it has none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_error_graphql_code(
    error: *const filed_error,
    index: u64,
) -> *const c_char {
    read("filed_error_graphql_code", error, |error| {
        error
            .entry(index)
            .map_or(std::ptr::null(), |entry| entry.code.as_ptr_or_null())
    })
}

/// Where in the answer the GraphQL error `index` occurred, such as `createJobWorks.3`; NULL when
/// it does not say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_error_graphql_path(
    error: *const filed_error,
    index: u64,
) -> *const c_char {
    read("filed_error_graphql_path", error, |error| {
        error
            .entry(index)
            .map_or(std::ptr::null(), |entry| entry.path.as_ptr_or_null())
    })
}

/// Frees an error that a call returned. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_error_free(error: *mut filed_error) {
    guard("filed_error_free", || {
        if !std::ptr::eq(error, &OUT_OF_MEMORY) {
            // SAFETY: the caller's contract: made by this library, freed once.
            drop(unsafe { handle::take_back(error) });
        }
        Ok(())
    })
}

impl filed_error {
    fn entry(&self, index: u64) -> Option<&GraphqlTexts> {
        self.graphql.get(usize::try_from(index).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;

    #[test]
    fn the_error_for_want_of_memory_says_what_its_code_means_and_survives_its_free() {
        let error = filed_error::out_of_memory();
        for _ in 0..2 {
            let name = unsafe { CStr::from_ptr(filed_error_name(error)) };
            let code = unsafe { filed_error_code(error) };
            let known = ErrorCode::ALL
                .iter()
                .find(|row| row.number == code)
                .unwrap();
            assert_eq!(name.to_str(), Ok(known.name));
            assert_eq!(
                unsafe { filed_error_retryable(error) },
                i32::from(known.retryable)
            );
            unsafe { filed_error_free(error) };
        }
    }
}
