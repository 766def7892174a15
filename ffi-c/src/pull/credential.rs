//! What a caller shows, and whom the host takes it for.

use std::ffi::c_char;

use filed_core::pull::{Caller, Credential, Scope};
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use crate::args;
use crate::error::filed_error;
use crate::failure::Result;
use crate::guard::{guard, read};
use crate::text::{OptionalText, Text};

/// What a caller shows: an API key, or the id and secret of an OAuth 2.0 client. Strings are
/// borrowed from it, and it is valid until `authenticate` returns. Compare them in constant time.
pub struct filed_pull_credential {
    api_key: Option<SecretText>,
    client_id: Option<Text>,
    client_secret: Option<SecretText>,
    configured: Option<Caller>,
}

/// A NUL-terminated string in memory that is cleared when freed.
struct SecretText(SecretSlice<u8>);

impl SecretText {
    fn new(secret: &SecretString) -> Self {
        let mut bytes = Vec::with_capacity(secret.expose_secret().len() + 1);
        bytes.extend_from_slice(secret.expose_secret().as_bytes());
        bytes.push(0);
        Self(bytes.into())
    }

    fn as_ptr(&self) -> *const c_char {
        self.0.expose_secret().as_ptr().cast()
    }
}

impl From<&Credential<'_>> for filed_pull_credential {
    fn from(credential: &Credential<'_>) -> Self {
        let client = credential.oauth_client();
        Self {
            api_key: credential.api_key().map(SecretText::new),
            client_id: client.map(|(id, _)| Text::from(id)),
            client_secret: client.map(|(_, secret)| SecretText::new(secret)),
            configured: credential.configured(),
        }
    }
}

/// The API key, or NULL when an OAuth 2.0 client asks for an access token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_credential_api_key(
    credential: *const filed_pull_credential,
) -> *const c_char {
    read("filed_pull_credential_api_key", credential, |credential| {
        let key = credential.api_key.as_ref();
        key.map_or(std::ptr::null(), SecretText::as_ptr)
    })
}

/// The `client_id` of an OAuth 2.0 client, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_credential_client_id(
    credential: *const filed_pull_credential,
) -> *const c_char {
    read(
        "filed_pull_credential_client_id",
        credential,
        |credential| credential.client_id.as_ptr_or_null(),
    )
}

/// The `client_secret` of an OAuth 2.0 client, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_credential_client_secret(
    credential: *const filed_pull_credential,
) -> *const c_char {
    read(
        "filed_pull_credential_client_secret",
        credential,
        |credential| {
            let secret = credential.client_secret.as_ref();
            secret.map_or(std::ptr::null(), SecretText::as_ptr)
        },
    )
}

/// Where `authenticate` says who calls. Valid until that returns; what is not set is nobody.
pub struct filed_pull_caller(Option<Caller>);

impl filed_pull_caller {
    pub fn new() -> Self {
        Self(None)
    }

    pub fn finish(self) -> Option<Caller> {
        self.0
    }
}

/// The credentials are those of `id`, a name of the host's that is no secret and which every
/// function is told. `scopes` are what it may do: some of `clients.read`, `files.read`,
/// `notes.write`, `files.write` with spaces between, or NULL for all. Strings are copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_caller_set(
    caller: *mut filed_pull_caller,
    id: *const c_char,
    scopes: *const c_char,
) -> *mut filed_error {
    guard("filed_pull_caller_set", || {
        let caller = unsafe { args::handle_mut(caller, "caller") }?;
        let id = unsafe { args::text(id, "id") }?.to_owned();
        let scopes = unsafe { self::scopes(scopes, "scopes") }?;
        caller.0 = Some(Caller { id, scopes });
        Ok(())
    })
}

/// The credentials are those of whom the options know under them, if anybody: what happens without
/// a function for it. Returns 1 when there is somebody, otherwise 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_caller_set_configured(
    caller: *mut filed_pull_caller,
    credential: *const filed_pull_credential,
) -> i32 {
    guard("filed_pull_caller_set_configured", || {
        let caller = unsafe { args::handle_mut(caller, "caller") }?;
        let credential = unsafe { args::handle(credential, "credential") }?;
        caller.0 = credential.configured.clone();
        Ok(i32::from(caller.0.is_some()))
    })
}

/// Scopes with spaces between; NULL is all.
///
/// # Safety
/// NULL or a NUL-terminated string.
pub(super) unsafe fn scopes(text: *const c_char, name: &str) -> Result<Vec<Scope>> {
    let Some(text) = (unsafe { args::optional_text(text, name) })? else {
        return Ok(Scope::ALL.to_vec());
    };
    let scopes: filed_core::Result<_> = text.split_ascii_whitespace().map(str::parse).collect();
    Ok(scopes?)
}
