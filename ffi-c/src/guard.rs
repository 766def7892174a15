//! The boundary: every exported function runs inside [`guard`]. What a pointer must be is checked
//! in `args`.

use std::ffi::c_char;
use std::panic::{AssertUnwindSafe, catch_unwind};

use filed_core::{Error, ErrorCode, defect};

use crate::args;
use crate::error::filed_error;
use crate::failure::{Failure, Result};
use crate::handle;

/// What a C function gives back, made from a result.
pub(crate) trait Outcome {
    /// What the body of such a function computes.
    type Value;

    fn from_result(result: Result<Self::Value, Option<Error>>) -> Self;
}

impl Outcome for *mut filed_error {
    type Value = ();

    fn from_result(result: Result<(), Option<Error>>) -> Self {
        match result {
            Ok(()) => std::ptr::null_mut(),
            Err(Some(error)) => filed_error::boxed(error),
            Err(None) => filed_error::out_of_memory(),
        }
    }
}

/// A function without an error to return answers with its neutral value: NULL, 0, nothing.
macro_rules! neutral {
    ($($type:ty = $value:expr;)*) => {$(
        impl Outcome for $type {
            type Value = $type;

            fn from_result(result: Result<$type, Option<Error>>) -> $type {
                result.unwrap_or($value)
            }
        }
    )*};
}

neutral! {
    () = ();
    i32 = 0;
    i64 = -1;
    u32 = 0;
    u64 = 0;
    *mut c_char = std::ptr::null_mut();
    *const c_char = std::ptr::null();
}

impl<T> Outcome for Made<T> {
    type Value = *mut T;

    fn from_result(result: Result<*mut T, Option<Error>>) -> Self {
        Made(result.unwrap_or(std::ptr::null_mut()))
    }
}

/// A handle made by a function that has no error to return; NULL when it could not be made.
pub(crate) struct Made<T>(pub *mut T);

/// Runs the body of the exported function `name`. No panic passes, and an error raised at this
/// boundary carries the function's name.
pub(crate) fn guard<O: Outcome>(name: &'static str, body: impl FnOnce() -> Result<O::Value>) -> O {
    let planted = || {
        defect::planted(name);
        body()
    };
    // What a panic left half-done is behind locks that ignore poisoning, and the handle can still
    // be freed.
    let result = catch_unwind(AssertUnwindSafe(planted)).unwrap_or_else(|_| {
        Err(Failure::Boundary(Error::new(
            ErrorCode::Internal,
            format!("a defect in this library ended {name}; please report it"),
        )))
    });
    O::from_result(result.map_err(|failure| failure.named(name)))
}

/// The guarded body of a getter: reads from a handle, or gives the neutral value for NULL.
pub(crate) fn read<T, O: Outcome>(
    name: &'static str,
    handle: *const T,
    getter: impl FnOnce(&T) -> O::Value,
) -> O {
    guard(name, || {
        // SAFETY: the caller's contract: NULL or a live handle.
        Ok(getter(unsafe { args::handle(handle, "the handle") }?))
    })
}

/// The guarded body of a getter that hands out part of a handle, NULL when there is none.
pub(crate) fn borrow<T, P>(
    name: &'static str,
    handle: *const T,
    getter: impl FnOnce(&T) -> Option<&P>,
) -> *const P {
    let made: Made<P> = guard(name, || {
        // SAFETY: the caller's contract: NULL or a live handle.
        let part = getter(unsafe { args::handle(handle, "the handle") }?);
        Ok(part.map_or(std::ptr::null_mut(), |part| {
            std::ptr::from_ref(part).cast_mut()
        }))
    });
    made.0
}

/// Handles that hold on to runtime threads, which a forked child does not have.
pub(crate) trait Forkable {
    fn forked(&self) -> bool;
}

/// The guarded body of a `_free` function of a handle that is only memory.
pub(crate) fn free<T>(name: &'static str, handle: *mut T) {
    guard(name, || {
        // SAFETY: the caller's contract: made by this library, freed once.
        drop(unsafe { handle::take_back(handle) });
        Ok(())
    })
}

/// As [`free`] for a handle with threads behind it: in a forked child it is left alone, since
/// letting go would wait for threads that do not exist there.
pub(crate) fn release<T: Forkable>(name: &'static str, handle: *mut T) {
    guard(name, || {
        // SAFETY: the caller's contract: NULL or a live handle.
        let forked = unsafe { handle.as_ref() }.is_some_and(Forkable::forked);
        // SAFETY: the caller's contract: made by this library, freed once.
        let taken = unsafe { handle::take_back(handle) };
        if forked {
            std::mem::forget(taken);
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{
        filed_error_code, filed_error_free, filed_error_message, filed_error_operation,
    };

    #[test]
    fn a_panic_becomes_internal_and_names_the_function() {
        let raised: *mut filed_error = guard("filed_planted", || panic!("planted"));
        let text = |text| unsafe { std::ffi::CStr::from_ptr(text) }.to_str().unwrap();
        unsafe {
            assert_eq!(filed_error_code(raised), ErrorCode::Internal as u32);
            assert!(text(filed_error_message(raised)).contains("filed_planted"));
            assert_eq!(text(filed_error_operation(raised)), "filed_planted");
            filed_error_free(raised);
        }
    }

    #[test]
    fn a_panic_in_a_getter_gives_the_neutral_value() {
        let count: u64 = guard("filed_planted", || panic!("planted"));
        assert_eq!(count, 0);
    }
}
