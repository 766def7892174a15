//! Works as they come back from Filed. Adding and listing them is in `jobs`.

use std::ffi::c_char;

use filed_core::gateway::{CreatedWork, JobWork};

use crate::artifacts::filed_artifact;
use crate::error::filed_error;
use crate::guard::{borrow, free, read, release};
use crate::iterator::{Iter, iterates, next};
use crate::text::{OptionalText, Text};

/// A work of a job. Strings are borrowed from it; what only `filed_job_works` tells is NULL in a
/// work that `filed_job_add_works` returned.
pub struct filed_work {
    id: Text,
    work_id: Text,
    job_id: Text,
    workspace_id: Text,
    created_at: Text,
    updated_at: Text,
    name: Option<Text>,
    external_id: Option<Text>,
    status: Option<Text>,
    tag: Option<Text>,
    artifacts: Vec<filed_artifact>,
}

impl From<CreatedWork> for filed_work {
    fn from(work: CreatedWork) -> Self {
        Self {
            id: work.id.into(),
            work_id: work.work_id.into(),
            job_id: work.connection_job_id.into(),
            workspace_id: work.workspace_id.into(),
            created_at: work.created_at.into(),
            updated_at: work.updated_at.into(),
            name: None,
            external_id: None,
            status: None,
            tag: None,
            artifacts: Vec::new(),
        }
    }
}

impl From<JobWork> for filed_work {
    fn from(work: JobWork) -> Self {
        Self {
            id: work.id.into(),
            work_id: work.work_id.into(),
            job_id: work.connection_job_id.into(),
            workspace_id: work.workspace_id.into(),
            created_at: work.created_at.into(),
            updated_at: work.updated_at.into(),
            name: Some(work.name.into()),
            external_id: work.external_id.map(Text::from),
            status: work.status.map(Text::from),
            tag: work.tag.map(Text::from),
            artifacts: work
                .artifacts
                .into_iter()
                .map(filed_artifact::from)
                .collect(),
        }
    }
}

/// The job work's id: what artifacts are added to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_work_id(work: *const filed_work) -> *const c_char {
    read("filed_work_id", work, |work| work.id.as_ptr())
}

/// The underlying work.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_work_work_id(work: *const filed_work) -> *const c_char {
    read("filed_work_work_id", work, |work| work.work_id.as_ptr())
}

/// The job.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_work_job_id(work: *const filed_work) -> *const c_char {
    read("filed_work_job_id", work, |work| work.job_id.as_ptr())
}

/// The firm's workspace.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_work_workspace_id(work: *const filed_work) -> *const c_char {
    read("filed_work_workspace_id", work, |work| {
        work.workspace_id.as_ptr()
    })
}

/// An instant, ISO 8601 in UTC.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_work_created_at(work: *const filed_work) -> *const c_char {
    read("filed_work_created_at", work, |work| {
        work.created_at.as_ptr()
    })
}

/// An instant, ISO 8601 in UTC.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_work_updated_at(work: *const filed_work) -> *const c_char {
    read("filed_work_updated_at", work, |work| {
        work.updated_at.as_ptr()
    })
}

/// The name given at creation, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_work_name(work: *const filed_work) -> *const c_char {
    read("filed_work_name", work, |work| work.name.as_ptr_or_null())
}

/// The caller's id, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_work_external_id(work: *const filed_work) -> *const c_char {
    read("filed_work_external_id", work, |work| {
        work.external_id.as_ptr_or_null()
    })
}

/// Progress word, or NULL; an open set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_work_status(work: *const filed_work) -> *const c_char {
    read("filed_work_status", work, |work| {
        work.status.as_ptr_or_null()
    })
}

/// Filed's tag, or NULL; an open set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_work_tag(work: *const filed_work) -> *const c_char {
    read("filed_work_tag", work, |work| work.tag.as_ptr_or_null())
}

/// How many files it has.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_work_artifact_count(work: *const filed_work) -> u64 {
    read("filed_work_artifact_count", work, |work| {
        work.artifacts.len() as u64
    })
}

/// The file `index`, borrowed from the work; NULL beyond the last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_work_artifact(
    work: *const filed_work,
    index: u64,
) -> *const filed_artifact {
    borrow("filed_work_artifact", work, |work| {
        work.artifacts.get(usize::try_from(index).ok()?)
    })
}

/// Frees a work and its artifacts. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_work_free(work: *mut filed_work) {
    free("filed_work_free", work)
}

/// Works, one after the other.
pub struct filed_work_iterator(pub(crate) Iter<filed_work>);

iterates!(filed_work_iterator over filed_work);

/// Takes the next item, which may ask Filed for the next page. `*work` is yours to free with
/// `filed_work_free`; NULL means that the list has ended. After a retryable error the same call
/// continues. May be called by any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_work_iterator_next(
    iterator: *const filed_work_iterator,
    work: *mut *mut filed_work,
) -> *mut filed_error {
    next("filed_work_iterator_next", iterator, work)
}

/// Frees the iterator; what was taken from it stays valid. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_work_iterator_free(iterator: *mut filed_work_iterator) {
    release("filed_work_iterator_free", iterator)
}
