//! The request that a provider's function answers, and how the function fails.

use std::ffi::c_char;
use std::time::Duration;

use filed_core::pull::{Caller, Outcome, ProviderError};

use crate::args;
use crate::error::filed_error;
use crate::guard::{guard, read};
use crate::text::Text;

/// A provider's function did what it was asked to.
pub const FILED_PULL_OK: i32 = 0;

/// There is no such client or file, or this caller may not know of it.
pub const FILED_PULL_NOT_FOUND: i32 = 1;

/// The input cannot be used; say why with `filed_pull_call_explain`.
pub const FILED_PULL_INVALID: i32 = 2;

/// The caller may not do this.
pub const FILED_PULL_FORBIDDEN: i32 = 3;

/// It may work later; say when with `filed_pull_call_retry_after_ms`, if that is known.
pub const FILED_PULL_UNAVAILABLE: i32 = 4;

/// Anything else; so is every number that is not listed. Filed is told nothing of it.
#[expect(
    dead_code,
    reason = "for C: here it is one of the numbers that are not listed"
)]
pub const FILED_PULL_FAILED: i32 = 5;

/// The request that a function of a `filed_pull_provider` answers. Valid until that returns.
pub struct filed_pull_call {
    caller: Text,
    reason: Option<String>,
    retry_after: Option<Duration>,
}

impl filed_pull_call {
    /// For a function that does not know yet who calls.
    pub fn anonymous() -> Self {
        Self {
            caller: Text::from(""),
            reason: None,
            retry_after: None,
        }
    }

    pub fn new(caller: &Caller) -> Self {
        Self {
            caller: Text::from(caller.id.as_str()),
            ..Self::anonymous()
        }
    }

    /// What a function means by the number it returned.
    pub fn outcome(self, number: i32) -> Outcome<()> {
        Err(match number {
            FILED_PULL_OK => return Ok(()),
            FILED_PULL_NOT_FOUND => ProviderError::NotFound,
            FILED_PULL_INVALID => {
                let unexplained = || "The platform refuses this.".to_owned();
                ProviderError::Invalid(self.reason.unwrap_or_else(unexplained))
            }
            FILED_PULL_FORBIDDEN => ProviderError::Forbidden,
            FILED_PULL_UNAVAILABLE => ProviderError::Unavailable(self.retry_after),
            _ => ProviderError::Failed,
        })
    }
}

/// Who calls: the name that belongs to the credentials. Borrowed from the call; empty in
/// `authenticate`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_call_caller(call: *const filed_pull_call) -> *const c_char {
    read("filed_pull_call_caller", call, |call| call.caller.as_ptr())
}

/// Says what is wrong with the input, for `FILED_PULL_INVALID`. Filed sees it: name no client.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_call_explain(
    call: *mut filed_pull_call,
    reason: *const c_char,
) -> *mut filed_error {
    guard("filed_pull_call_explain", || {
        let call = unsafe { args::handle_mut(call, "call") }?;
        call.reason = Some(unsafe { args::text(reason, "reason") }?.to_owned());
        Ok(())
    })
}

/// Says after how many milliseconds to try again, for `FILED_PULL_UNAVAILABLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_call_retry_after_ms(
    call: *mut filed_pull_call,
    retry_after_ms: u64,
) -> *mut filed_error {
    guard("filed_pull_call_retry_after_ms", || {
        let call = unsafe { args::handle_mut(call, "call") }?;
        call.retry_after = Some(Duration::from_millis(retry_after_ms));
        Ok(())
    })
}
