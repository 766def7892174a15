//! The table of the host's functions.

use std::ffi::{c_char, c_void};
use std::ops::Deref;

use super::call::filed_pull_call;
use super::credential::{filed_pull_caller, filed_pull_credential};
use super::lists::{filed_pull_client_list, filed_pull_file_list};
use super::notes::{filed_pull_kept_note, filed_pull_new_note};
use super::opened::filed_pull_opened;
use super::query::{filed_pull_client_query, filed_pull_file_query};
use super::receiving::{filed_pull_incoming, filed_pull_kept_file, filed_pull_new_file};
use crate::args::invalid;
use crate::failure::Result;
use crate::partner_token::filed_release_fn;
use crate::records::Record;

/// Lists the clients the caller may see, into `clients`. Returns `FILED_PULL_OK` or how it failed.
pub type filed_pull_list_clients_fn = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        call: *mut filed_pull_call,
        query: *const filed_pull_client_query,
        clients: *mut filed_pull_client_list,
    ) -> i32,
>;

/// Lists the files of a client, into `files`. Returns `FILED_PULL_OK` or how it failed.
pub type filed_pull_list_files_fn = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        call: *mut filed_pull_call,
        client_id: *const c_char,
        query: *const filed_pull_file_query,
        files: *mut filed_pull_file_list,
    ) -> i32,
>;

/// Opens a file, into `opened`. Returns `FILED_PULL_OK` or how it failed.
pub type filed_pull_open_file_fn = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        call: *mut filed_pull_call,
        file_id: *const c_char,
        opened: *mut filed_pull_opened,
    ) -> i32,
>;

/// Puts a note on a client and says so to `kept`. Returns `FILED_PULL_OK` or how it failed.
pub type filed_pull_add_note_fn = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        call: *mut filed_pull_call,
        client_id: *const c_char,
        note: *const filed_pull_new_note,
        kept: *mut filed_pull_kept_note,
    ) -> i32,
>;

/// Takes a file for a client: reads `content` to its end with `filed_pull_incoming_read`, only then
/// keeps it, and says so to `kept`. Returns `FILED_PULL_OK` or how it failed.
pub type filed_pull_receive_file_fn = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        call: *mut filed_pull_call,
        client_id: *const c_char,
        file: *const filed_pull_new_file,
        content: *mut filed_pull_incoming,
        kept: *mut filed_pull_kept_file,
    ) -> i32,
>;

/// Says to `caller` whose `credential` it is, and nothing when it is nobody's. Returns
/// `FILED_PULL_OK`, also for nobody, or how it failed.
pub type filed_pull_authenticate_fn = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        call: *mut filed_pull_call,
        credential: *const filed_pull_credential,
        caller: *mut filed_pull_caller,
    ) -> i32,
>;

/// A platform's clients and files, as Filed may see them. Start with `FILED_PULL_PROVIDER_INIT`.
///
/// Functions are called on threads of the library's that may block, many at a time, up to 256; so
/// whatever `user` points to must be safe for that. A slow one slows and a failing one fails only
/// its own request; one that is too slow is given up (`provider_timeout_ms`), but runs on. They may
/// call the library, but not stop or free their own server. What they are given is valid until they
/// return.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct filed_pull_provider {
    /// Size of this struct.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// Passed to every function.
    pub user: *mut c_void,
    /// Called once, on any thread, when no function is called any more: after the server was freed
    /// and everything that `open_file` opened was released, or when the server could not be
    /// started. NULL: not called.
    pub release: filed_release_fn,
    /// Required.
    pub list_clients: filed_pull_list_clients_fn,
    /// Required.
    pub list_files: filed_pull_list_files_fn,
    /// Required.
    pub open_file: filed_pull_open_file_fn,
    /// Required.
    pub add_note: filed_pull_add_note_fn,
    /// Required.
    pub receive_file: filed_pull_receive_file_fn,
    /// NULL: the keys and OAuth 2.0 clients of the options are all there are.
    pub authenticate: filed_pull_authenticate_fn,
}

// SAFETY: integers, pointers and optional functions, all valid when zero; `size` is first.
unsafe impl Record for filed_pull_provider {
    const NAME: &'static str = "filed_pull_provider";
    const INIT: &'static str = "FILED_PULL_PROVIDER_INIT";
}

/// The host's functions, for as long as one of them may be called.
pub(super) struct Table(filed_pull_provider);

// SAFETY: the host promises with the functions that `user` may be used on any thread.
unsafe impl Send for Table {}
unsafe impl Sync for Table {}

impl Table {
    /// Takes the table over: from here on `release` is called in the end.
    pub fn new(provider: filed_pull_provider) -> Self {
        Self(provider)
    }

    /// Refuses a table in which a function is missing.
    pub fn check(&self) -> Result<()> {
        let provider = &self.0;
        let missing = [
            ("list_clients", provider.list_clients.is_none()),
            ("list_files", provider.list_files.is_none()),
            ("open_file", provider.open_file.is_none()),
            ("add_note", provider.add_note.is_none()),
            ("receive_file", provider.receive_file.is_none()),
        ];
        match missing.iter().find(|(_, missing)| *missing) {
            Some((name, _)) => Err(invalid(&format!("filed_pull_provider.{name}"), "is NULL")),
            None => Ok(()),
        }
    }
}

impl Deref for Table {
    type Target = filed_pull_provider;

    fn deref(&self) -> &filed_pull_provider {
        &self.0
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        if let Some(release) = self.0.release {
            // SAFETY: the caller's contract, and this is the last owner.
            unsafe { release(self.0.user) };
        }
    }
}
