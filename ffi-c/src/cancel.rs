//! `filed_cancel`: ends a blocking call from another thread.

use std::future::Future;

use filed_core::{Error, ErrorCode};
use tokio_util::sync::CancellationToken;

use crate::failure::{Failure, Result};
use crate::guard::{Made, free, guard, read};
use crate::handle;

/// Ends calls it was given to, from any thread or from a callback. Free it after those calls have
/// returned.
pub struct filed_cancel {
    token: CancellationToken,
}

/// A new one, not cancelled. Free with `filed_cancel_free`.
#[unsafe(no_mangle)]
pub extern "C" fn filed_cancel_new() -> *mut filed_cancel {
    let made: Made<filed_cancel> = guard("filed_cancel_new", || {
        let token = CancellationToken::new();
        Ok(handle::hand_over(filed_cancel { token }))
    });
    made.0
}

/// Ends the calls it was given to with CANCELLED, and later ones at once. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_cancel_now(cancel: *const filed_cancel) {
    read("filed_cancel_now", cancel, |cancel| cancel.token.cancel())
}

/// Frees it. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_cancel_free(cancel: *mut filed_cancel) {
    free("filed_cancel_free", cancel)
}

/// The token behind `cancel`; one nobody can cancel for NULL.
///
/// # Safety
/// NULL or a live handle.
pub(crate) unsafe fn token(cancel: *const filed_cancel) -> CancellationToken {
    unsafe { cancel.as_ref() }.map_or_else(CancellationToken::new, |c| c.token.clone())
}

/// `work`, ended by `token`.
pub(crate) async fn or_cancelled<T>(
    token: CancellationToken,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T> {
    match token.run_until_cancelled(work).await {
        Some(result) => Ok(result?),
        None => {
            let text = "cancelled by the caller";
            Err(Failure::Boundary(Error::new(ErrorCode::Cancelled, text)))
        }
    }
}
