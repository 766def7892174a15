//! Partner tokens from a function of the host's.

use std::ffi::{c_char, c_void};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use filed_core::{Error, ErrorCode, PartnerToken, PartnerTokenSource, Result};
use secrecy::SecretString;

use crate::args;
use crate::config::{filed_config, settings};
use crate::error::filed_error;
use crate::guard::guard;

/// Gives a fresh partner token: pass it to `filed_token_set` with `token`, which copies it, and
/// return 0. Any other number fails the upload that needs the token with CALLBACK_FAILED.
///
/// Called on a thread of the library's that may block, never twice at a time for one client. It
/// may call the library, but not wait for an upload of the same client.
pub type filed_partner_token_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, token: *mut filed_token) -> i32>;

/// Called once, when nobody needs `user` any more; on any thread.
pub type filed_release_fn = Option<unsafe extern "C" fn(user: *mut c_void)>;

/// Where a `filed_partner_token_fn` leaves its token; valid until that returns.
pub struct filed_token {
    value: Option<SecretString>,
}

/// Leaves a token; the string is copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_token_set(
    token: *mut filed_token,
    value: *const c_char,
) -> *mut filed_error {
    guard("filed_token_set", || {
        let token = unsafe { args::handle_mut(token, "token") }?;
        token.value = Some(SecretString::from(unsafe { args::text(value, "value") }?));
        Ok(())
    })
}

/// Asks `callback` for partner tokens instead of holding one; NULL takes the setting back. `user`
/// is passed to it and must stay valid until `release`, which may be NULL, was called with it:
/// when the settings and all clients made with them are gone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_config_set_partner_token_callback(
    config: *mut filed_config,
    callback: filed_partner_token_fn,
    release: filed_release_fn,
    user: *mut c_void,
) -> *mut filed_error {
    guard("filed_config_set_partner_token_callback", || {
        let settings = unsafe { settings(config) }?;
        settings.partner_token = callback.map(|function| {
            let callback = Callback {
                function,
                release,
                user,
            };
            PartnerToken::Source(Arc::new(Source(Arc::new(callback))))
        });
        Ok(())
    })
}

struct Source(Arc<Callback>);

struct Callback {
    function: unsafe extern "C" fn(*mut c_void, *mut filed_token) -> i32,
    release: filed_release_fn,
    user: *mut c_void,
}

// SAFETY: the host promises with the callback that `user` may be used on any thread.
unsafe impl Send for Callback {}
unsafe impl Sync for Callback {}

impl Drop for Callback {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: the caller's contract, and this is the last owner.
            unsafe { release(self.user) };
        }
    }
}

impl Callback {
    fn ask(&self) -> Result<SecretString> {
        let mut token = filed_token { value: None };
        // SAFETY: the caller's contract; `token` outlives the call.
        let failed = unsafe { (self.function)(self.user, &mut token) };
        if failed != 0 {
            return Err(callback_failed(format!(
                "the partner token callback returned {failed}"
            )));
        }
        token.value.ok_or_else(|| {
            callback_failed("the partner token callback set no token with filed_token_set")
        })
    }
}

impl PartnerTokenSource for Source {
    fn token(&self) -> Pin<Box<dyn Future<Output = Result<SecretString>> + Send + '_>> {
        let callback = self.0.clone();
        Box::pin(async move {
            tokio::task::spawn_blocking(move || callback.ask())
                .await
                .unwrap_or_else(|_| Err(callback_failed("the partner token callback did not end")))
        })
    }
}

fn callback_failed(message: impl Into<String>) -> Error {
    Error::new(ErrorCode::CallbackFailed, message)
}
