//! What belongs to the library as a whole: versions, deep links, strings, shutdown.

use std::ffi::c_char;

use filed_core::{deep_link, runtime};

use crate::error::filed_error;
use crate::failure::Failure;
use crate::guard::guard;
use crate::handle;
use crate::text::Text;
use crate::{args, wait};

/// The version of the binary interface this header describes. A library answers the same number
/// from `filed_abi_version` as long as programs built with this header work with it.
pub const FILED_ABI_VERSION: u32 = 1;

const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");

/// The library's version, such as `0.1.0`. Never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn filed_version() -> *const c_char {
    guard("filed_version", || Ok(VERSION.as_ptr().cast::<c_char>()))
}

/// The version of the binary interface; compare it with `FILED_ABI_VERSION`.
#[unsafe(no_mangle)]
pub extern "C" fn filed_abi_version() -> u32 {
    guard("filed_abi_version", || Ok(FILED_ABI_VERSION))
}

/// A link that signs the user in to the Filed application and opens `path` in the workspace
/// `slug`. An empty slug leaves the choice of workspace to Filed. Sends nothing.
///
/// `*link` is yours to free with `filed_string_free`. INVALID_ARGUMENT for a slug or path that
/// would leave the workspace.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_deep_link(
    slug: *const c_char,
    path: *const c_char,
    link: *mut *mut c_char,
) -> *mut filed_error {
    guard("filed_deep_link", || {
        let place = unsafe { args::handle_mut(link, "link") }?;
        *place = std::ptr::null_mut();
        let slug = unsafe { args::text(slug, "slug") }?;
        let path = unsafe { args::text(path, "path") }?;
        *place = Text::from(deep_link(slug, path)?).into_raw();
        Ok(())
    })
}

/// Frees a string this library handed over. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_string_free(string: *mut c_char) {
    guard("filed_string_free", || {
        if !string.is_null() {
            handle::gone();
            // SAFETY: the caller's contract: from `Text::into_raw`, freed once.
            drop(unsafe { std::ffi::CString::from_raw(string) });
        }
        Ok(())
    })
}

/// How many handles, errors and strings are in the caller's hands: handed over and not freed. What
/// is borrowed does not count. For tests and monitors: a program that gives everything back ends
/// with 0.
#[unsafe(no_mangle)]
pub extern "C" fn filed_live_handles() -> u64 {
    guard("filed_live_handles", || Ok(handle::live()))
}

/// Ends everything the library has running, waits up to `timeout_ms` for it, and lets go of its
/// threads. Handles stay valid and must still be freed; calls on them answer SHUT_DOWN. The next
/// client starts afresh. May be repeated, by any thread. Never called by the library itself.
///
/// An open push keeps its journal until it is freed. WAIT_TIMED_OUT when something was still
/// running, such as a function of the host's; its thread ends when it does, and calling again waits
/// for it.
#[unsafe(no_mangle)]
pub extern "C" fn filed_shutdown(timeout_ms: u64) -> *mut filed_error {
    guard("filed_shutdown", || {
        if runtime::shutdown(wait::duration(timeout_ms)) {
            return Ok(());
        }
        Err(Failure::Boundary(wait::timed_out("not everything ended")))
    })
}
