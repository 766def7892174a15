//! The server: starting, stopping, where it is.

use std::ffi::c_char;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use filed_core::pull::{FolderProvider, Provider, PullServer};
use filed_core::runtime::{self, Generation};
use filed_core::{Error, ErrorCode};

use super::host::Host;
use super::options::filed_pull_options;
use super::provider::{Table, filed_pull_provider};
use crate::error::filed_error;
use crate::failure::{Failure, Result};
use crate::guard::{Forkable, guard, read, release};
use crate::text::Text;
use crate::{args, records, wait};

/// A pull API that listens. May be used by any number of threads at once.
pub struct filed_pull_server {
    url: Text,
    server: Mutex<Option<PullServer>>,
    generation: Arc<Generation>,
}

impl filed_pull_server {
    unsafe fn start(
        options: *const filed_pull_options,
        provider: Arc<dyn Provider>,
    ) -> Result<Self> {
        let config = unsafe { records::read_or_default(options, "options")?.to_core() }?;
        let generation = runtime::current()?;
        let server = wait::block_on(PullServer::start(config, provider))?;
        Ok(Self {
            url: Text::from(server.url()),
            server: Mutex::new(Some(server)),
            generation,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Option<PullServer>> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Forkable for filed_pull_server {
    fn forked(&self) -> bool {
        let state = self.generation.check();
        state.is_err_and(|e| e.code() == ErrorCode::Forked)
    }
}

/// Serves the host's clients and files to Filed. `options` may be NULL, but then nobody may use the
/// server, unless the provider has a function for it. Both are copied. `*server` is yours to free
/// with `filed_pull_server_free`.
///
/// INVALID_ARGUMENT when a function is missing; CONFIG_INVALID, which tells what is wrong with the
/// options, or that the address is taken.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_server_start(
    options: *const filed_pull_options,
    provider: *const filed_pull_provider,
    server: *mut *mut filed_pull_server,
) -> *mut filed_error {
    guard("filed_pull_server_start", || {
        let table = Table::new(unsafe { records::read(provider, "provider") }?);
        let place = unsafe { args::out(server, "server") }?;
        table.check()?;
        let provider = Arc::new(Host::new(table)?);
        place.set(unsafe { filed_pull_server::start(options, provider) }?);
        Ok(())
    })
}

/// Serves a folder: every folder in it is a client, every file at any depth one of its files.
/// Received files and notes are kept in it. Otherwise as `filed_pull_server_start`.
///
/// FILE_NOT_FOUND, FILE_UNREADABLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_folder_start(
    options: *const filed_pull_options,
    folder: *const c_char,
    server: *mut *mut filed_pull_server,
) -> *mut filed_error {
    guard("filed_pull_folder_start", || {
        let place = unsafe { args::out(server, "server") }?;
        let folder = FolderProvider::open(unsafe { args::text(folder, "folder") }?)?;
        place.set(unsafe { filed_pull_server::start(options, Arc::new(folder)) }?);
        Ok(())
    })
}

/// The URL that every path of the API is appended to, borrowed from the server; with the port that
/// was taken.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_server_url(server: *const filed_pull_server) -> *const c_char {
    read("filed_pull_server_url", server, |server| {
        server.url.as_ptr()
    })
}

/// Takes no more requests, waits up to `timeout_ms` for those that run to finish, and ends the
/// server. May be repeated, by any thread.
///
/// WAIT_TIMED_OUT when something did not finish in time and was cut off; FORKED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_server_stop(
    server: *const filed_pull_server,
    timeout_ms: u64,
) -> *mut filed_error {
    guard("filed_pull_server_stop", || {
        let server = unsafe { args::handle(server, "server") }?;
        if server.forked() {
            server.generation.check()?;
        }
        let Some(running) = server.lock().take() else {
            return Ok(());
        };
        if wait::block_on(running.shutdown(wait::duration(timeout_ms))) {
            return Ok(());
        }
        Err(Failure::Boundary(Error::new(
            ErrorCode::WaitTimedOut,
            "not every request finished in the time given; those that ran were cut off",
        )))
    })
}

/// Ends a server at once and frees it; functions of its provider that still run, run on, see
/// `release` there. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_server_free(server: *mut filed_pull_server) {
    release("filed_pull_server_free", server)
}
