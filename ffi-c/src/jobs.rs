//! Connection jobs and their works: one job per import, one work per client.

use std::ffi::c_char;

use filed_core::gateway::{ImportStatus, Job, NewWork, WorkFilter};

use crate::client::filed_client;
use crate::error::filed_error;
use crate::failure::Result;
use crate::guard::{free, guard, read};
use crate::iterator::Iter;
use crate::records::{self, Record};
use crate::text::{OptionalText, Text};
use crate::works::filed_work_iterator;
use crate::{args, wait};

/// A client or tax preparation to add to a job. Start with `FILED_NEW_WORK_INIT`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct filed_new_work {
    /// Size of this struct; the same in every item of an array.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// Client name or label, such as "John Smith - 2024 Tax Return".
    pub name: *const c_char,
    /// The caller's id, unique in the caller's platform.
    pub external_id: *const c_char,
}

// SAFETY: integers and pointers, all valid when zero; `size` is first.
unsafe impl Record for filed_new_work {
    const NAME: &'static str = "filed_new_work";
    const INIT: &'static str = "FILED_NEW_WORK_INIT";
}

/// Which works to list; an array that is NULL does not filter. Start with
/// `FILED_WORK_FILTER_INIT`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct filed_work_filter {
    /// Size of this struct.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// Job ids.
    pub job_ids: *const *const c_char,
    /// How many `job_ids`.
    pub job_id_count: u64,
    /// Job work ids, what `filed_work_id` gives.
    pub ids: *const *const c_char,
    /// How many `ids`.
    pub id_count: u64,
    /// Ids of the underlying works.
    pub work_ids: *const *const c_char,
    /// How many `work_ids`.
    pub work_id_count: u64,
}

// SAFETY: integers and pointers, all valid when zero; `size` is first.
unsafe impl Record for filed_work_filter {
    const NAME: &'static str = "filed_work_filter";
    const INIT: &'static str = "FILED_WORK_FILTER_INIT";
}

impl filed_work_filter {
    unsafe fn to_core(self) -> Result<WorkFilter> {
        unsafe {
            Ok(WorkFilter {
                job_ids: args::strings(self.job_ids, self.job_id_count, "job_ids")?,
                ids: args::strings(self.ids, self.id_count, "ids")?,
                work_ids: args::strings(self.work_ids, self.work_id_count, "work_ids")?,
            })
        }
    }
}

/// Creates a job on an active connection. When the answer is lost another one is created: an
/// empty job that is never initiated does no harm. `*job` is yours to free with `filed_job_free`.
///
/// NOT_FOUND, CONNECTION_NOT_ACTIVE, INVALID_ARGUMENT; network errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_job_create(
    client: *const filed_client,
    connection_id: *const c_char,
    name: *const c_char,
    job: *mut *mut filed_job,
) -> *mut filed_error {
    guard("filed_job_create", || {
        let place = unsafe { args::out(job, "job") }?;
        let client = unsafe { args::handle(client, "client") }?.inner();
        let connection_id = unsafe { args::text(connection_id, "connection_id") }?;
        let name = unsafe { args::text(name, "name") }?;
        place.set(wait::block_on(client.jobs().create(connection_id, name))?.into());
        Ok(())
    })
}

/// Adds works to a job in one batch. The order of the result is not promised to be that of
/// `works`, and it tells no external ids: `filed_job_works` does. Not repeated when the answer is
/// lost. `*iterator` is yours to free with `filed_work_iterator_free`.
///
/// EXTERNAL_ID_EXISTS, JOB_CLOSED, INVALID_ARGUMENT, OUTCOME_UNKNOWN; network errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_job_add_works(
    client: *const filed_client,
    job_id: *const c_char,
    works: *const filed_new_work,
    work_count: u64,
    iterator: *mut *mut filed_work_iterator,
) -> *mut filed_error {
    guard("filed_job_add_works", || {
        let place = unsafe { args::out(iterator, "iterator") }?;
        let client = unsafe { args::handle(client, "client") }?.inner();
        let job_id = unsafe { args::text(job_id, "job_id") }?;
        let works = unsafe { new_works(works, work_count) }?;
        let created = wait::block_on(client.jobs().add_works(job_id, works))?;
        place.set(filed_work_iterator(Iter::here(client, created)));
        Ok(())
    })
}

unsafe fn new_works(works: *const filed_new_work, count: u64) -> Result<Vec<NewWork>> {
    let works = unsafe { records::read_all(works, count, "works") }?;
    let works = works.into_iter().enumerate().map(|(index, work)| unsafe {
        Ok(NewWork {
            name: args::text(work.name, &format!("works[{index}].name"))?.to_owned(),
            external_id: args::text(work.external_id, &format!("works[{index}].external_id"))?
                .to_owned(),
        })
    });
    works.collect()
}

/// The works of a connection's jobs, with their artifacts; `filter` may be NULL. Asks for nothing
/// yet. `*iterator` is yours to free with `filed_work_iterator_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_job_works(
    client: *const filed_client,
    workspace_id: *const c_char,
    connection_id: *const c_char,
    filter: *const filed_work_filter,
    iterator: *mut *mut filed_work_iterator,
) -> *mut filed_error {
    guard("filed_job_works", || {
        let place = unsafe { args::out(iterator, "iterator") }?;
        let client = unsafe { args::handle(client, "client") }?.inner();
        let workspace_id = unsafe { args::text(workspace_id, "workspace_id") }?;
        let connection_id = unsafe { args::text(connection_id, "connection_id") }?;
        let filter = unsafe { records::read_or_default(filter, "filter")?.to_core() }?;
        let pager = client.jobs().works(workspace_id, connection_id, filter);
        place.set(filed_work_iterator(Iter::paged(client, pager)?));
        Ok(())
    })
}

/// Starts the import of everything attached to the job; it runs at Filed. Sent once, never
/// repeated. `*import_status` is yours to free with `filed_import_status_free`; pass NULL when it
/// is not wanted.
///
/// NOT_FOUND, REQUEST_REJECTED, OUTCOME_UNKNOWN when the answer was lost; network errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_job_initiate(
    client: *const filed_client,
    job_id: *const c_char,
    import_status: *mut *mut filed_import_status,
) -> *mut filed_error {
    guard("filed_job_initiate", || {
        let client = unsafe { args::handle(client, "client") }?.inner();
        let job_id = unsafe { args::text(job_id, "job_id") }?;
        if import_status.is_null() {
            wait::block_on(client.jobs().initiate(job_id))?;
            return Ok(());
        }
        let place = unsafe { args::out(import_status, "import_status") }?;
        place.set(wait::block_on(client.jobs().initiate(job_id))?.into());
        Ok(())
    })
}

/// A connection job: one import. Strings are borrowed from it.
pub struct filed_job {
    id: Text,
    connection_id: Text,
    workspace_id: Text,
    name: Text,
    status: Text,
    created_at: Text,
    updated_at: Text,
}

impl From<Job> for filed_job {
    fn from(job: Job) -> Self {
        Self {
            id: job.id.into(),
            connection_id: job.connection_id.into(),
            workspace_id: job.workspace_id.into(),
            name: job.name.into(),
            status: job.status.into(),
            created_at: job.created_at.into(),
            updated_at: job.updated_at.into(),
        }
    }
}

/// Identifies the job.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_job_id(job: *const filed_job) -> *const c_char {
    read("filed_job_id", job, |job| job.id.as_ptr())
}

/// The connection it imports through.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_job_connection_id(job: *const filed_job) -> *const c_char {
    read("filed_job_connection_id", job, |job| {
        job.connection_id.as_ptr()
    })
}

/// The firm's workspace.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_job_workspace_id(job: *const filed_job) -> *const c_char {
    read("filed_job_workspace_id", job, |job| {
        job.workspace_id.as_ptr()
    })
}

/// The name given at creation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_job_name(job: *const filed_job) -> *const c_char {
    read("filed_job_name", job, |job| job.name.as_ptr())
}

/// Such as `pending`, `active`, `completed`; an open set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_job_status(job: *const filed_job) -> *const c_char {
    read("filed_job_status", job, |job| job.status.as_ptr())
}

/// An instant, ISO 8601 in UTC.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_job_created_at(job: *const filed_job) -> *const c_char {
    read("filed_job_created_at", job, |job| job.created_at.as_ptr())
}

/// An instant, ISO 8601 in UTC.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_job_updated_at(job: *const filed_job) -> *const c_char {
    read("filed_job_updated_at", job, |job| job.updated_at.as_ptr())
}

/// Frees a job. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_job_free(job: *mut filed_job) {
    free("filed_job_free", job)
}

/// What initiating an import returns. Strings are borrowed from it.
pub struct filed_import_status {
    id: Option<Text>,
    status: Option<Text>,
    metadata: Option<Text>,
}

impl From<ImportStatus> for filed_import_status {
    fn from(import: ImportStatus) -> Self {
        Self {
            id: import.id.map(Text::from),
            status: import.status.map(Text::from),
            metadata: import.metadata.as_ref().map(Text::from),
        }
    }
}

/// The job's id, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_import_status_id(
    status: *const filed_import_status,
) -> *const c_char {
    read("filed_import_status_id", status, |status| {
        status.id.as_ptr_or_null()
    })
}

/// Progress word, or NULL; an open set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_import_status_status(
    status: *const filed_import_status,
) -> *const c_char {
    read("filed_import_status_status", status, |status| {
        status.status.as_ptr_or_null()
    })
}

/// Progress information or error details as JSON, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_import_status_metadata_json(
    status: *const filed_import_status,
) -> *const c_char {
    read("filed_import_status_metadata_json", status, |status| {
        status.metadata.as_ptr_or_null()
    })
}

/// Frees what initiating returned. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_import_status_free(status: *mut filed_import_status) {
    free("filed_import_status_free", status)
}
