//! Artifacts: the files of a work.

use std::ffi::c_char;

use filed_core::gateway::{Artifact, NewArtifact};

use crate::client::filed_client;
use crate::error::filed_error;
use crate::failure::Result;
use crate::guard::{free, guard, read, release};
use crate::iterator::{Iter, iterates, next};
use crate::records::{self, Record};
use crate::text::{OptionalText, Text};
use crate::{args, wait};

/// A file to attach to a work. Start with `FILED_NEW_ARTIFACT_INIT`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct filed_new_artifact {
    /// Size of this struct; the same in every item of an array.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// File name or label.
    pub name: *const c_char,
    /// A category such as `w2`, or a MIME type: a free string.
    pub r#type: *const c_char,
    /// Where Filed reads the file: what an upload gave, or a URL it can reach. May be NULL.
    pub url: *const c_char,
    /// The caller's id for the file.
    pub external_id: *const c_char,
    /// Size, dates, anything relevant, as JSON; or NULL.
    pub metadata_json: *const c_char,
}

// SAFETY: integers and pointers, all valid when zero; `size` is first.
unsafe impl Record for filed_new_artifact {
    const NAME: &'static str = "filed_new_artifact";
    const INIT: &'static str = "FILED_NEW_ARTIFACT_INIT";
}

/// Attaches files to a work in one batch. `job_work_id` is what `filed_work_id` gives, not the
/// work id. Not repeated when the answer is lost. `*iterator` is yours to free with
/// `filed_artifact_iterator_free`; of its artifacts only ids, instants and external ids are set.
///
/// NOT_FOUND, JOB_CLOSED, EXTERNAL_ID_EXISTS, INVALID_ARGUMENT, OUTCOME_UNKNOWN; network errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_work_add_artifacts(
    client: *const filed_client,
    job_work_id: *const c_char,
    artifacts: *const filed_new_artifact,
    artifact_count: u64,
    iterator: *mut *mut filed_artifact_iterator,
) -> *mut filed_error {
    guard("filed_work_add_artifacts", || {
        let place = unsafe { args::out(iterator, "iterator") }?;
        let client = unsafe { args::handle(client, "client") }?.inner();
        let job_work_id = unsafe { args::text(job_work_id, "job_work_id") }?;
        let artifacts = unsafe { records::read_all(artifacts, artifact_count, "artifacts") }?;
        let artifacts = artifacts.into_iter().enumerate();
        let artifacts = artifacts.map(|(index, artifact)| unsafe { artifact.to_core(index) });
        let artifacts = artifacts.collect::<Result<_>>()?;
        let added = wait::block_on(client.works().add_artifacts(job_work_id, artifacts))?;
        place.set(filed_artifact_iterator(Iter::here(client, added)));
        Ok(())
    })
}

impl filed_new_artifact {
    unsafe fn to_core(self, index: usize) -> Result<NewArtifact> {
        let name = |field: &str| format!("artifacts[{index}].{field}");
        unsafe {
            Ok(NewArtifact {
                name: args::text(self.name, &name("name"))?.to_owned(),
                kind: args::text(self.r#type, &name("type"))?.to_owned(),
                url: args::optional_string(self.url, &name("url"))?,
                external_id: args::text(self.external_id, &name("external_id"))?.to_owned(),
                metadata: args::json(self.metadata_json, &name("metadata_json"))?,
            })
        }
    }
}

/// A file of a work. Strings are borrowed from it.
pub struct filed_artifact {
    id: Text,
    artifact_id: Text,
    work_artifact_id: Text,
    external_id: Text,
    name: Option<Text>,
    kind: Option<Text>,
    status: Option<Text>,
    uploaded_url: Option<Text>,
    metadata: Option<Text>,
    created_at: Option<Text>,
    updated_at: Option<Text>,
}

impl From<Artifact> for filed_artifact {
    fn from(artifact: Artifact) -> Self {
        Self {
            id: artifact.id.into(),
            artifact_id: artifact.artifact_id.into(),
            work_artifact_id: artifact.work_artifact_id.into(),
            external_id: artifact.external_id.into(),
            name: artifact.name.map(Text::from),
            kind: artifact.kind.map(Text::from),
            status: artifact.status.map(Text::from),
            uploaded_url: artifact.uploaded_url.map(Text::from),
            metadata: artifact.metadata.as_ref().map(Text::from),
            created_at: artifact.created_at.map(Text::from),
            updated_at: artifact.updated_at.map(Text::from),
        }
    }
}

/// The job artifact's id.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_artifact_id(artifact: *const filed_artifact) -> *const c_char {
    read("filed_artifact_id", artifact, |artifact| {
        artifact.id.as_ptr()
    })
}

/// The underlying artifact.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_artifact_artifact_id(
    artifact: *const filed_artifact,
) -> *const c_char {
    read("filed_artifact_artifact_id", artifact, |artifact| {
        artifact.artifact_id.as_ptr()
    })
}

/// The id of the inner work artifact.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_artifact_work_artifact_id(
    artifact: *const filed_artifact,
) -> *const c_char {
    read("filed_artifact_work_artifact_id", artifact, |artifact| {
        artifact.work_artifact_id.as_ptr()
    })
}

/// The caller's id for the file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_artifact_external_id(
    artifact: *const filed_artifact,
) -> *const c_char {
    read("filed_artifact_external_id", artifact, |artifact| {
        artifact.external_id.as_ptr()
    })
}

/// The name given at creation, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_artifact_name(artifact: *const filed_artifact) -> *const c_char {
    read("filed_artifact_name", artifact, |artifact| {
        artifact.name.as_ptr_or_null()
    })
}

/// The type given at creation, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_artifact_type(artifact: *const filed_artifact) -> *const c_char {
    read("filed_artifact_type", artifact, |artifact| {
        artifact.kind.as_ptr_or_null()
    })
}

/// Progress word, or NULL; an open set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_artifact_status(artifact: *const filed_artifact) -> *const c_char {
    read("filed_artifact_status", artifact, |artifact| {
        artifact.status.as_ptr_or_null()
    })
}

/// Filed's own URL once it has fetched the file, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_artifact_uploaded_url(
    artifact: *const filed_artifact,
) -> *const c_char {
    read("filed_artifact_uploaded_url", artifact, |artifact| {
        artifact.uploaded_url.as_ptr_or_null()
    })
}

/// What was given at creation, or error details, as JSON; or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_artifact_metadata_json(
    artifact: *const filed_artifact,
) -> *const c_char {
    read("filed_artifact_metadata_json", artifact, |artifact| {
        artifact.metadata.as_ptr_or_null()
    })
}

/// An instant, ISO 8601 in UTC, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_artifact_created_at(
    artifact: *const filed_artifact,
) -> *const c_char {
    read("filed_artifact_created_at", artifact, |artifact| {
        artifact.created_at.as_ptr_or_null()
    })
}

/// An instant, ISO 8601 in UTC, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_artifact_updated_at(
    artifact: *const filed_artifact,
) -> *const c_char {
    read("filed_artifact_updated_at", artifact, |artifact| {
        artifact.updated_at.as_ptr_or_null()
    })
}

/// Frees an artifact that an iterator gave; one borrowed from a work belongs to it. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_artifact_free(artifact: *mut filed_artifact) {
    free("filed_artifact_free", artifact)
}

/// Artifacts, one after the other.
pub struct filed_artifact_iterator(pub(crate) Iter<filed_artifact>);

iterates!(filed_artifact_iterator over filed_artifact);

/// Takes the next item, which may ask Filed for the next page. `*artifact` is yours to free with
/// `filed_artifact_free`; NULL means that the list has ended. After a retryable error the same call
/// continues. May be called by any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_artifact_iterator_next(
    iterator: *const filed_artifact_iterator,
    artifact: *mut *mut filed_artifact,
) -> *mut filed_error {
    next("filed_artifact_iterator_next", iterator, artifact)
}

/// Frees the iterator; what was taken from it stays valid. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_artifact_iterator_free(iterator: *mut filed_artifact_iterator) {
    release("filed_artifact_iterator_free", iterator)
}
