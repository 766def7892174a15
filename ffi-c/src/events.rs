//! The events of a push, and how they are told to C. How they get from the runtime to the host is
//! in `event_stream`.

use std::ffi::{c_char, c_void};

use filed_core::push::{Event, EventKind};

use crate::args;
use crate::error::filed_error;
use crate::guard::{borrow, free, guard, read};
use crate::push::filed_push;
use crate::text::{OptionalText, Text};

/// The job exists at Filed.
pub const FILED_EVENT_JOB_CREATED: u32 = 1;
/// The journal holds the client.
pub const FILED_EVENT_CLIENT_ADDED: u32 = 2;
/// The client's work exists at Filed.
pub const FILED_EVENT_CLIENT_CREATED: u32 = 3;
/// All files of the client are attached.
pub const FILED_EVENT_CLIENT_ATTACHED: u32 = 4;
/// Filed imported the client; terminal.
pub const FILED_EVENT_CLIENT_IMPORTED: u32 = 5;
/// The client failed; terminal.
pub const FILED_EVENT_CLIENT_FAILED: u32 = 6;
/// Filed ended the client's import; terminal.
pub const FILED_EVENT_CLIENT_CANCELLED: u32 = 7;
/// The journal holds the file.
pub const FILED_EVENT_FILE_ADDED: u32 = 8;
/// The file's upload began.
pub const FILED_EVENT_FILE_UPLOADING: u32 = 9;
/// The upload host holds the file.
pub const FILED_EVENT_FILE_UPLOADED: u32 = 10;
/// The file's artifact exists at Filed.
pub const FILED_EVENT_FILE_ATTACHED: u32 = 11;
/// Filed imported the file; terminal.
pub const FILED_EVENT_FILE_IMPORTED: u32 = 12;
/// The file failed; terminal.
pub const FILED_EVENT_FILE_FAILED: u32 = 13;
/// Filed ended the file's import; terminal.
pub const FILED_EVENT_FILE_CANCELLED: u32 = 14;
/// Nothing more can be added.
pub const FILED_EVENT_PUSH_COMMITTING: u32 = 15;
/// Verified, and the import was initiated.
pub const FILED_EVENT_PUSH_INITIATED: u32 = 16;
/// Every client and file is terminal; the last event.
pub const FILED_EVENT_PUSH_DONE: u32 = 17;
/// The push stopped with an error; the last event of this run.
pub const FILED_EVENT_PUSH_FAILED: u32 = 18;
/// The host cancelled; the last event of this run.
pub const FILED_EVENT_PUSH_CANCELLED: u32 = 19;

/// Events of one call, so that a host's loop gets its turn however fast they come.
const DISPATCHED: u64 = 1024;

fn number(kind: EventKind) -> u32 {
    match kind {
        EventKind::JobCreated => FILED_EVENT_JOB_CREATED,
        EventKind::ClientAdded => FILED_EVENT_CLIENT_ADDED,
        EventKind::ClientCreated => FILED_EVENT_CLIENT_CREATED,
        EventKind::ClientAttached => FILED_EVENT_CLIENT_ATTACHED,
        EventKind::ClientImported => FILED_EVENT_CLIENT_IMPORTED,
        EventKind::ClientFailed => FILED_EVENT_CLIENT_FAILED,
        EventKind::ClientCancelled => FILED_EVENT_CLIENT_CANCELLED,
        EventKind::FileAdded => FILED_EVENT_FILE_ADDED,
        EventKind::FileUploading => FILED_EVENT_FILE_UPLOADING,
        EventKind::FileUploaded => FILED_EVENT_FILE_UPLOADED,
        EventKind::FileAttached => FILED_EVENT_FILE_ATTACHED,
        EventKind::FileImported => FILED_EVENT_FILE_IMPORTED,
        EventKind::FileFailed => FILED_EVENT_FILE_FAILED,
        EventKind::FileCancelled => FILED_EVENT_FILE_CANCELLED,
        EventKind::PushCommitting => FILED_EVENT_PUSH_COMMITTING,
        EventKind::PushInitiated => FILED_EVENT_PUSH_INITIATED,
        EventKind::PushDone => FILED_EVENT_PUSH_DONE,
        EventKind::PushFailed => FILED_EVENT_PUSH_FAILED,
        EventKind::PushCancelled => FILED_EVENT_PUSH_CANCELLED,
    }
}

/// Takes the next event, waiting up to `timeout_ms` for it. `*event` is yours to free with
/// `filed_event_free`; NULL means that the last one was taken. Events are counted from the opening
/// of the push; each is given once, to whichever thread asks first.
///
/// WAIT_TIMED_OUT when none came in time; journal errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_push_next_event(
    push: *const filed_push,
    timeout_ms: u64,
    event: *mut *mut filed_event,
) -> *mut filed_error {
    guard("filed_push_next_event", || {
        let place = unsafe { args::out(event, "event") }?;
        let handle = unsafe { args::handle(push, "push") }?;
        if let Some(event) = handle.events.next(handle.usable()?, timeout_ms)? {
            place.set(event.into());
        }
        Ok(())
    })
}

/// Is told of an event, which is borrowed for the call. Called by the thread that calls
/// `filed_push_dispatch_events`, inside that call. It may call the library and take its time, which
/// delays no upload; it must not free the push, and must return (no exception, no `longjmp`).
pub type filed_event_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, event: *const filed_event)>;

/// Takes what `filed_push_next_event` would give and calls `callback` for each: for the first,
/// after waiting up to `timeout_ms` for it, and for those that are there already, 1,024 at most.
/// `user` is passed to `callback`. `*count` is how many there were; 0 without an error means that
/// the last one was taken. Pass NULL when it is not wanted.
///
/// WAIT_TIMED_OUT when none came in time; journal errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_push_dispatch_events(
    push: *const filed_push,
    timeout_ms: u64,
    callback: filed_event_fn,
    user: *mut c_void,
    count: *mut u64,
) -> *mut filed_error {
    guard("filed_push_dispatch_events", || {
        let mut unwanted = 0;
        // SAFETY: the caller's contract: NULL or writable.
        let count = unsafe { count.as_mut() }.unwrap_or(&mut unwanted);
        *count = 0;
        let callback = callback.ok_or_else(|| args::invalid("callback", "is NULL"))?;
        let handle = unsafe { args::handle(push, "push") }?;
        let push = handle.usable()?;
        let mut next = handle.events.next(push, timeout_ms)?;
        while let Some(event) = next {
            *count += 1;
            // SAFETY: the caller's contract; the event lives until the call returns.
            unsafe { callback(user, &filed_event::from(event)) };
            next = match *count < DISPATCHED {
                true => handle.events.ready(push)?,
                false => None,
            };
        }
        Ok(())
    })
}

/// A descriptor for an event loop: readable (on Windows an event object that is set) while
/// `filed_push_next_event` would not have to wait. It belongs to the push: do not read or close
/// it, and stop using it before `filed_push_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_push_event_fd(
    push: *const filed_push,
    descriptor: *mut i64,
) -> *mut filed_error {
    guard("filed_push_event_fd", || {
        let place = unsafe { args::handle_mut(descriptor, "descriptor") }?;
        let handle = unsafe { args::handle(push, "push") }?;
        *place = handle.events.descriptor(handle.usable()?)?;
        Ok(())
    })
}

/// Something that happened to a push, a client or a file. Strings are borrowed from it.
pub struct filed_event {
    sequence: u64,
    kind: u32,
    external_id: Option<Text>,
    client_external_id: Option<Text>,
    error: Option<filed_error>,
}

impl From<Event> for filed_event {
    fn from(event: Event) -> Self {
        Self {
            sequence: event.sequence,
            kind: number(event.kind),
            external_id: event.external_id.map(Text::from),
            client_external_id: event.client_external_id.map(Text::from),
            error: event.error.map(filed_error::from),
        }
    }
}

/// Rises by at least one from event to event.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_event_sequence(event: *const filed_event) -> u64 {
    read("filed_event_sequence", event, |event| event.sequence)
}

/// What happened: one of `FILED_EVENT_...`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_event_kind(event: *const filed_event) -> u32 {
    read("filed_event_kind", event, |event| event.kind)
}

/// The client or file it happened to; NULL for the push itself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_event_external_id(event: *const filed_event) -> *const c_char {
    read("filed_event_external_id", event, |event| {
        event.external_id.as_ptr_or_null()
    })
}

/// For a file, the client it belongs to; otherwise NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_event_client_external_id(
    event: *const filed_event,
) -> *const c_char {
    read("filed_event_client_external_id", event, |event| {
        event.client_external_id.as_ptr_or_null()
    })
}

/// Why, for the failed kinds, borrowed from the event; otherwise NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_event_error(event: *const filed_event) -> *const filed_error {
    borrow("filed_event_error", event, |event| event.error.as_ref())
}

/// Frees an event. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_event_free(event: *mut filed_event) {
    free("filed_event_free", event)
}

/// The word for one of `FILED_EVENT_...`, such as `file_uploaded`; NULL for another number. Never
/// to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn filed_event_kind_name(kind: u32) -> *const c_char {
    guard("filed_event_kind_name", || {
        Ok(match kind {
            FILED_EVENT_JOB_CREATED => c"job_created",
            FILED_EVENT_CLIENT_ADDED => c"client_added",
            FILED_EVENT_CLIENT_CREATED => c"client_created",
            FILED_EVENT_CLIENT_ATTACHED => c"client_attached",
            FILED_EVENT_CLIENT_IMPORTED => c"client_imported",
            FILED_EVENT_CLIENT_FAILED => c"client_failed",
            FILED_EVENT_CLIENT_CANCELLED => c"client_cancelled",
            FILED_EVENT_FILE_ADDED => c"file_added",
            FILED_EVENT_FILE_UPLOADING => c"file_uploading",
            FILED_EVENT_FILE_UPLOADED => c"file_uploaded",
            FILED_EVENT_FILE_ATTACHED => c"file_attached",
            FILED_EVENT_FILE_IMPORTED => c"file_imported",
            FILED_EVENT_FILE_FAILED => c"file_failed",
            FILED_EVENT_FILE_CANCELLED => c"file_cancelled",
            FILED_EVENT_PUSH_COMMITTING => c"push_committing",
            FILED_EVENT_PUSH_INITIATED => c"push_initiated",
            FILED_EVENT_PUSH_DONE => c"push_done",
            FILED_EVENT_PUSH_FAILED => c"push_failed",
            FILED_EVENT_PUSH_CANCELLED => c"push_cancelled",
            _ => return Ok(std::ptr::null()),
        }
        .as_ptr())
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::ffi::CStr;

    use super::*;

    #[test]
    fn every_kind_has_a_number_of_its_own_and_the_word_of_every_language() {
        let numbers: HashSet<u32> = EventKind::ALL.iter().map(|kind| number(*kind)).collect();
        assert_eq!(numbers.len(), EventKind::ALL.len());
        for kind in EventKind::ALL {
            let name = unsafe { CStr::from_ptr(filed_event_kind_name(number(*kind))) };
            assert_eq!(name.to_str(), Ok(kind.as_str()));
        }
        assert!(filed_event_kind_name(0).is_null());
    }
}
