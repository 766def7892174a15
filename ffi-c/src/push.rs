//! Opening a push, and what concerns it as a whole. What is added is in `entries`.

use std::ffi::c_char;
use std::path::PathBuf;
use std::sync::OnceLock;

use filed_core::push::{OnExisting, Push, PushOptions};

use crate::args::{self, invalid};
use crate::client::{filed_client, is_forked};
use crate::commit::Commit;
use crate::error::filed_error;
use crate::event_stream::EventStream;
use crate::failure::Result;
use crate::guard::{Forkable, guard, release};
use crate::records::{self, Record};
use crate::text::Text;
use crate::wait;

/// `on_existing`: a client whose external id Filed has from an earlier import fails.
pub const FILED_ON_EXISTING_ERROR: u32 = 0;

/// `on_existing`: a work of the push's own job with that external id is taken as ours.
pub const FILED_ON_EXISTING_ADOPT: u32 = 1;

/// How to open a push. Start with `FILED_PUSH_OPTIONS_INIT`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct filed_push_options {
    /// Size of this struct.
    pub size: u32,
    /// Other than 0: initiate the import of what succeeded even when clients or files failed.
    pub allow_partial: i32,
    /// The provider connection to import through; required, must be active.
    pub connection_id: *const c_char,
    /// The firm's workspace; required.
    pub workspace_id: *const c_char,
    /// Name of the import, such as "2024 Tax Season Import"; required.
    pub job_name: *const c_char,
    /// Journal file, by which the push can be resumed. NULL takes a temporary one. An existing
    /// journal of the same push is continued.
    pub journal_path: *const c_char,
    /// One of `FILED_ON_EXISTING_...`.
    pub on_existing: u32,
    /// Zero.
    pub reserved: u32,
}

// SAFETY: integers and pointers, all valid when zero; `size` is first.
unsafe impl Record for filed_push_options {
    const NAME: &'static str = "filed_push_options";
    const INIT: &'static str = "FILED_PUSH_OPTIONS_INIT";
}

impl filed_push_options {
    unsafe fn to_core(self) -> Result<PushOptions> {
        let journal = unsafe { args::optional_string(self.journal_path, "journal_path") }?;
        Ok(PushOptions {
            connection_id: unsafe { args::text(self.connection_id, "connection_id") }?.to_owned(),
            workspace_id: unsafe { args::text(self.workspace_id, "workspace_id") }?.to_owned(),
            job_name: unsafe { args::text(self.job_name, "job_name") }?.to_owned(),
            journal: journal.map(PathBuf::from),
            allow_partial: self.allow_partial != 0,
            on_existing: match self.on_existing {
                FILED_ON_EXISTING_ERROR => OnExisting::Error,
                FILED_ON_EXISTING_ADOPT => OnExisting::Adopt,
                _ => return Err(invalid("on_existing", "is none of FILED_ON_EXISTING_...")),
            },
        })
    }
}

/// An open push. May be used by any number of threads at once.
pub struct filed_push {
    // Before the push itself, which then is the last to let go of the journal.
    pub(crate) commit: Commit,
    pub(crate) events: EventStream,
    push: Push,
    job_id: OnceLock<Text>,
    journal: OnceLock<Text>,
}

impl filed_push {
    fn new(push: Push) -> Self {
        Self {
            commit: Commit::default(),
            events: EventStream::new(),
            push,
            job_id: OnceLock::new(),
            journal: OnceLock::new(),
        }
    }

    /// The push behind the handle, if it can be used in this process.
    pub(crate) fn usable(&self) -> Result<&Push> {
        self.push.client().generation().check()?;
        Ok(&self.push)
    }
}

impl Forkable for filed_push {
    fn forked(&self) -> bool {
        is_forked(self.push.client())
    }
}

/// Opens a push: an open group of clients and files that is then committed. `*push` is yours to
/// free with `filed_push_free`.
///
/// INVALID_ARGUMENT, CONNECTION_NOT_ACTIVE, NOT_FOUND or a journal error, before anything is
/// created at Filed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_push_open(
    client: *const filed_client,
    options: *const filed_push_options,
    push: *mut *mut filed_push,
) -> *mut filed_error {
    guard("filed_push_open", || {
        let place = unsafe { args::out(push, "push") }?;
        let client = unsafe { args::handle(client, "client") }?.inner();
        let options = unsafe { records::read(options, "options")?.to_core() }?;
        place.set(filed_push::new(wait::block_on(client.push(options))?));
        Ok(())
    })
}

/// Goes on with the push a journal tells of. `*push` is yours to free with `filed_push_free`.
///
/// As `filed_push_open`; JOURNAL_IO when there is no file at `journal_path`, JOURNAL_CORRUPT when it
/// is no journal.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_push_resume(
    client: *const filed_client,
    journal_path: *const c_char,
    push: *mut *mut filed_push,
) -> *mut filed_error {
    guard("filed_push_resume", || {
        let place = unsafe { args::out(push, "push") }?;
        let client = unsafe { args::handle(client, "client") }?.inner();
        let journal = unsafe { args::text(journal_path, "journal_path") }?;
        place.set(filed_push::new(wait::block_on(client.resume(journal))?));
        Ok(())
    })
}

/// Stops the push within a second: nothing is initiated afterwards, waiting calls return CANCELLED,
/// and the journal can be resumed unless it was a temporary one. May be called by any thread or
/// callback; NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_push_cancel(push: *const filed_push) {
    guard("filed_push_cancel", || {
        unsafe { args::handle(push, "push") }?.usable()?.cancel();
        Ok(())
    })
}

/// The job at Filed, borrowed from the push; NULL until it was created.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_push_job_id(push: *const filed_push) -> *const c_char {
    guard("filed_push_job_id", || {
        let handle = unsafe { args::handle(push, "push") }?;
        if handle.job_id.get().is_none()
            && let Some(id) = handle.usable()?.job_id()
        {
            // Another thread may have been faster, with the same id.
            handle.job_id.get_or_init(|| id.into());
        }
        Ok(handle.job_id.get().map_or(std::ptr::null(), Text::as_ptr))
    })
}

/// Where the journal is, borrowed from the push.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_push_journal_path(push: *const filed_push) -> *const c_char {
    guard("filed_push_journal_path", || {
        let handle = unsafe { args::handle(push, "push") }?;
        if handle.journal.get().is_none() {
            let path = handle.usable()?.journal();
            handle.journal.get_or_init(|| path.as_path().into());
        }
        Ok(handle.journal.get().map_or(std::ptr::null(), Text::as_ptr))
    })
}

/// Frees a push no thread uses any more. One that has not ended stops, nothing is initiated, and its journal can be resumed. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_push_free(push: *mut filed_push) {
    release("filed_push_free", push)
}
