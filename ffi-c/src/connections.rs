//! Provider connections.

use std::ffi::c_char;

use filed_core::gateway::{Connection, ConnectionFilter};

use crate::cancel::{self, filed_cancel};
use crate::client::filed_client;
use crate::error::filed_error;
use crate::failure::Result;
use crate::guard::{free, guard, read, release};
use crate::iterator::{Iter, iterates, next};
use crate::records::{self, Record};
use crate::text::{OptionalText, Text};
use crate::{args, wait};

/// Which connections to list; an array that is NULL does not filter. Start with
/// `FILED_CONNECTION_FILTER_INIT`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct filed_connection_filter {
    /// Size of this struct.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// Connection ids.
    pub ids: *const *const c_char,
    /// How many `ids`.
    pub id_count: u64,
    /// Such as `active`, `pending`, `failed`.
    pub statuses: *const *const c_char,
    /// How many `statuses`.
    pub status_count: u64,
    /// Such as `canopy`.
    pub provider_keys: *const *const c_char,
    /// How many `provider_keys`.
    pub provider_key_count: u64,
    /// Such as `practice_management`.
    pub categories: *const *const c_char,
    /// How many `categories`.
    pub category_count: u64,
}

// SAFETY: integers and pointers, all valid when zero; `size` is first.
unsafe impl Record for filed_connection_filter {
    const NAME: &'static str = "filed_connection_filter";
    const INIT: &'static str = "FILED_CONNECTION_FILTER_INIT";
}

impl filed_connection_filter {
    unsafe fn to_core(self) -> Result<ConnectionFilter> {
        unsafe {
            Ok(ConnectionFilter {
                ids: args::strings(self.ids, self.id_count, "ids")?,
                statuses: args::strings(self.statuses, self.status_count, "statuses")?,
                provider_keys: args::strings(
                    self.provider_keys,
                    self.provider_key_count,
                    "provider_keys",
                )?,
                categories: args::strings(self.categories, self.category_count, "categories")?,
            })
        }
    }
}

/// Starts a connection; it is `pending` until collected. `provider_key` is case-sensitive,
/// `inputs_json` is JSON or NULL. Not repeated when the answer is lost. `*connection` is yours to
/// free with `filed_connection_free`.
///
/// INVALID_ARGUMENT, NOT_FOUND, REQUEST_REJECTED, OUTCOME_UNKNOWN; network errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_connection_start(
    client: *const filed_client,
    workspace_id: *const c_char,
    provider_key: *const c_char,
    inputs_json: *const c_char,
    connection: *mut *mut filed_connection,
) -> *mut filed_error {
    guard("filed_connection_start", || {
        let place = unsafe { args::out(connection, "connection") }?;
        let client = unsafe { args::handle(client, "client") }?.inner();
        let workspace_id = unsafe { args::text(workspace_id, "workspace_id") }?;
        let provider_key = unsafe { args::text(provider_key, "provider_key") }?;
        let inputs = unsafe { args::json(inputs_json, "inputs_json") }?;
        let connections = client.connections();
        let started = connections.start(workspace_id, provider_key, inputs);
        place.set(wait::block_on(started)?.into());
        Ok(())
    })
}

/// Lets Filed verify the credentials given at the start; `inputs_json` is JSON or NULL. A failed
/// verification is an answer whose status says so. `*connection` is yours to free with
/// `filed_connection_free`.
///
/// NOT_FOUND, REQUEST_REJECTED, OUTCOME_UNKNOWN; network errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_connection_collect(
    client: *const filed_client,
    connection_id: *const c_char,
    inputs_json: *const c_char,
    connection: *mut *mut filed_connection,
) -> *mut filed_error {
    guard("filed_connection_collect", || {
        let place = unsafe { args::out(connection, "connection") }?;
        let client = unsafe { args::handle(client, "client") }?.inner();
        let connection_id = unsafe { args::text(connection_id, "connection_id") }?;
        let inputs = unsafe { args::json(inputs_json, "inputs_json") }?;
        let connections = client.connections();
        place.set(wait::block_on(connections.collect(connection_id, inputs))?.into());
        Ok(())
    })
}

/// The connections of a workspace; `filter` may be NULL. Asks for nothing yet: that is done by
/// `filed_connection_iterator_next`. `*iterator` is yours to free with
/// `filed_connection_iterator_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_connection_list(
    client: *const filed_client,
    workspace_id: *const c_char,
    filter: *const filed_connection_filter,
    iterator: *mut *mut filed_connection_iterator,
) -> *mut filed_error {
    guard("filed_connection_list", || {
        let place = unsafe { args::out(iterator, "iterator") }?;
        let client = unsafe { args::handle(client, "client") }?.inner();
        let workspace_id = unsafe { args::text(workspace_id, "workspace_id") }?;
        let filter = unsafe { records::read_or_default(filter, "filter")?.to_core() }?;
        let pager = client.connections().list(workspace_id, filter);
        place.set(filed_connection_iterator(Iter::paged(client, pager)?));
        Ok(())
    })
}

/// Polls, with growing gaps, until the connection is active. `cancel` may be NULL. `*connection`
/// is yours to free with `filed_connection_free`.
///
/// CONNECTION_NOT_ACTIVE when it reaches a failed state, WAIT_TIMED_OUT after `timeout_ms`,
/// CANCELLED, NOT_FOUND; network errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_connection_wait_active(
    client: *const filed_client,
    workspace_id: *const c_char,
    connection_id: *const c_char,
    timeout_ms: u64,
    cancel: *const filed_cancel,
    connection: *mut *mut filed_connection,
) -> *mut filed_error {
    guard("filed_connection_wait_active", || {
        let place = unsafe { args::out(connection, "connection") }?;
        let client = unsafe { args::handle(client, "client") }?.inner();
        let workspace_id = unsafe { args::text(workspace_id, "workspace_id") }?;
        let connection_id = unsafe { args::text(connection_id, "connection_id") }?;
        let cancel = unsafe { cancel::token(cancel) };
        let timeout = wait::duration(timeout_ms);
        let connections = client.connections();
        let active = connections.wait_active(workspace_id, connection_id, timeout);
        place.set(wait::block_on(cancel::or_cancelled(cancel, active))?.into());
        Ok(())
    })
}

/// A firm's connection to a provider. Strings are borrowed from it; which of the optional ones are
/// set depends on the call that returned it.
pub struct filed_connection {
    id: Text,
    workspace_id: Option<Text>,
    provider_key: Text,
    status: Text,
    action: Option<Text>,
    display_name: Option<Text>,
    category: Option<Text>,
    settings: Option<Text>,
    created_at: Option<Text>,
    updated_at: Option<Text>,
}

impl From<Connection> for filed_connection {
    fn from(connection: Connection) -> Self {
        Self {
            id: connection.id.into(),
            workspace_id: connection.workspace_id.map(Text::from),
            provider_key: connection.provider_key.into(),
            status: connection.status.into(),
            action: connection.action.map(Text::from),
            display_name: connection.display_name.map(Text::from),
            category: connection.category.map(Text::from),
            settings: connection.settings.as_ref().map(Text::from),
            created_at: connection.created_at.map(Text::from),
            updated_at: connection.updated_at.map(Text::from),
        }
    }
}

/// Identifies the connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_connection_id(connection: *const filed_connection) -> *const c_char {
    read("filed_connection_id", connection, |connection| {
        connection.id.as_ptr()
    })
}

/// The firm's workspace, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_connection_workspace_id(
    connection: *const filed_connection,
) -> *const c_char {
    read("filed_connection_workspace_id", connection, |connection| {
        connection.workspace_id.as_ptr_or_null()
    })
}

/// Such as `canopy`, `taxdome`, `karbon`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_connection_provider_key(
    connection: *const filed_connection,
) -> *const c_char {
    read("filed_connection_provider_key", connection, |connection| {
        connection.provider_key.as_ptr()
    })
}

/// `active`, `pending`, `failed`, `disconnected`; an open set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_connection_status(
    connection: *const filed_connection,
) -> *const c_char {
    read("filed_connection_status", connection, |connection| {
        connection.status.as_ptr()
    })
}

/// What to do next, typically `collect`; set by start.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_connection_action(
    connection: *const filed_connection,
) -> *const c_char {
    read("filed_connection_action", connection, |connection| {
        connection.action.as_ptr_or_null()
    })
}

/// Human-readable name, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_connection_display_name(
    connection: *const filed_connection,
) -> *const c_char {
    read("filed_connection_display_name", connection, |connection| {
        connection.display_name.as_ptr_or_null()
    })
}

/// `practice_management`, `document_management`, `tax_software`; set in lists.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_connection_category(
    connection: *const filed_connection,
) -> *const c_char {
    read("filed_connection_category", connection, |connection| {
        connection.category.as_ptr_or_null()
    })
}

/// Stored configuration as JSON; set by collect.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_connection_settings_json(
    connection: *const filed_connection,
) -> *const c_char {
    read("filed_connection_settings_json", connection, |connection| {
        connection.settings.as_ptr_or_null()
    })
}

/// An instant, ISO 8601 in UTC; set by start.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_connection_created_at(
    connection: *const filed_connection,
) -> *const c_char {
    read("filed_connection_created_at", connection, |connection| {
        connection.created_at.as_ptr_or_null()
    })
}

/// An instant, ISO 8601 in UTC; set by collect.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_connection_updated_at(
    connection: *const filed_connection,
) -> *const c_char {
    read("filed_connection_updated_at", connection, |connection| {
        connection.updated_at.as_ptr_or_null()
    })
}

/// Frees a connection. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_connection_free(connection: *mut filed_connection) {
    free("filed_connection_free", connection)
}

/// Connections, one after the other.
pub struct filed_connection_iterator(pub(crate) Iter<filed_connection>);

iterates!(filed_connection_iterator over filed_connection);

/// Takes the next item, which may ask Filed for the next page. `*connection` is yours to free with
/// `filed_connection_free`; NULL means that the list has ended. After a retryable error the same call
/// continues. May be called by any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_connection_iterator_next(
    iterator: *const filed_connection_iterator,
    connection: *mut *mut filed_connection,
) -> *mut filed_error {
    next("filed_connection_iterator_next", iterator, connection)
}

/// Frees the iterator; what was taken from it stays valid. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_connection_iterator_free(iterator: *mut filed_connection_iterator) {
    release("filed_connection_iterator_free", iterator)
}
