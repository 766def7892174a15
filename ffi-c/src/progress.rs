//! A snapshot of a running push.

use filed_core::push::{Counts, Progress, PushState};
use std::ffi::c_char;

use crate::args;
use crate::error::filed_error;
use crate::guard::guard;
use crate::push::filed_push;
use crate::records::{self, Record};

/// Clients and files can be added.
pub const FILED_PUSH_OPEN: u32 = 1;
/// Uploading, attaching and verifying what is left.
pub const FILED_PUSH_COMMITTING: u32 = 2;
/// The import was initiated.
pub const FILED_PUSH_INITIATED: u32 = 3;
/// The import is being watched.
pub const FILED_PUSH_WATCHING: u32 = 4;
/// Every client and file is imported, failed or cancelled.
pub const FILED_PUSH_DONE: u32 = 5;
/// Stopped by an error; can be resumed.
pub const FILED_PUSH_FAILED: u32 = 6;
/// Stopped by the host; can be resumed.
pub const FILED_PUSH_CANCELLED: u32 = 7;

/// How many, of clients or of files. This struct does not grow.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct filed_counts {
    /// Added.
    pub total: u64,
    /// Files: uploaded. Clients: created.
    pub sent: u64,
    /// Attached at Filed.
    pub attached: u64,
    /// Imported.
    pub imported: u64,
    /// Failed.
    pub failed: u64,
    /// Ended by Filed.
    pub cancelled: u64,
}

/// A snapshot of a push. Start with `FILED_PROGRESS_INIT`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct filed_progress {
    /// Size of this struct.
    pub size: u32,
    /// One of `FILED_PUSH_...`.
    pub state: u32,
    /// Clients; `sent` and `attached` count those that got at least so far.
    pub clients: filed_counts,
    /// Files; `sent` and `attached` count those that got at least so far.
    pub files: filed_counts,
    /// Bytes of all files whose size is known.
    pub bytes_total: u64,
    /// Bytes on their way or arrived.
    pub bytes_sent: u64,
    /// Uploads running now.
    pub uploading: u32,
    /// Zero.
    pub reserved: u32,
}

// SAFETY: integers, all valid when zero; `size` is first.
unsafe impl Record for filed_progress {
    const NAME: &'static str = "filed_progress";
    const INIT: &'static str = "FILED_PROGRESS_INIT";
}

/// A snapshot; costs the same at any size and waits for nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_push_progress(
    push: *const filed_push,
    progress: *mut filed_progress,
) -> *mut filed_error {
    guard("filed_push_progress", || {
        let push = unsafe { args::handle(push, "push") }?.usable()?;
        unsafe { records::write(progress, push.progress().into(), "progress") }
    })
}

/// The word for one of `FILED_PUSH_...`, such as `open`; NULL for another number. Never to be
/// freed.
#[unsafe(no_mangle)]
pub extern "C" fn filed_push_state_name(state: u32) -> *const c_char {
    guard("filed_push_state_name", || {
        Ok(match state {
            FILED_PUSH_OPEN => c"open",
            FILED_PUSH_COMMITTING => c"committing",
            FILED_PUSH_INITIATED => c"initiated",
            FILED_PUSH_WATCHING => c"watching",
            FILED_PUSH_DONE => c"done",
            FILED_PUSH_FAILED => c"failed",
            FILED_PUSH_CANCELLED => c"cancelled",
            _ => return Ok(std::ptr::null()),
        }
        .as_ptr())
    })
}

/// The number C knows a state by.
pub(crate) fn state_number(state: PushState) -> u32 {
    match state {
        PushState::Open => FILED_PUSH_OPEN,
        PushState::Committing => FILED_PUSH_COMMITTING,
        PushState::Initiated => FILED_PUSH_INITIATED,
        PushState::Watching => FILED_PUSH_WATCHING,
        PushState::Done => FILED_PUSH_DONE,
        PushState::Failed => FILED_PUSH_FAILED,
        PushState::Cancelled => FILED_PUSH_CANCELLED,
    }
}

impl From<Counts> for filed_counts {
    fn from(counts: Counts) -> Self {
        Self {
            total: counts.total,
            sent: counts.sent,
            attached: counts.attached,
            imported: counts.imported,
            failed: counts.failed,
            cancelled: counts.cancelled,
        }
    }
}

impl From<Progress> for filed_progress {
    fn from(progress: Progress) -> Self {
        Self {
            size: size_of::<Self>() as u32,
            state: state_number(progress.state),
            clients: progress.clients.into(),
            files: progress.files.into(),
            bytes_total: progress.bytes_total,
            bytes_sent: progress.bytes_sent,
            uploading: progress.uploading,
            reserved: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;

    #[test]
    fn names_are_the_words_of_every_language() {
        use PushState::*;
        for state in [
            Open, Committing, Initiated, Watching, Done, Failed, Cancelled,
        ] {
            let name = unsafe { CStr::from_ptr(filed_push_state_name(state_number(state))) };
            assert_eq!(name.to_str(), Ok(state.as_str()));
        }
        assert!(filed_push_state_name(0).is_null());
    }
}
