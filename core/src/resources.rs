//! Telling that the process ran out of something from whatever else goes wrong: it is no fault of
//! the file or the host that was about to be used, and it passes.

use std::io;

use crate::{Error, ErrorCode};

/// The error for a system call that failed for want of descriptors or memory.
pub(crate) fn exhausted(error: &io::Error) -> Option<Error> {
    let what = error.raw_os_error().and_then(wanting)?;
    let text = format!(
        "this program has no {what} left: let it have more (ulimit), or let it use fewer at once; \
         what was not done can be tried again"
    );
    Some(Error::new(ErrorCode::OutOfResources, text))
}

#[cfg(unix)]
fn wanting(code: i32) -> Option<&'static str> {
    match code {
        libc::EMFILE | libc::ENFILE => Some("file descriptors"),
        libc::ENOMEM | libc::ENOBUFS => Some("memory"),
        _ => None,
    }
}

#[cfg(windows)]
fn wanting(code: i32) -> Option<&'static str> {
    match code {
        // ERROR_TOO_MANY_OPEN_FILES, WSAEMFILE
        4 | 10024 => Some("file handles"),
        // ERROR_NOT_ENOUGH_MEMORY, ERROR_OUTOFMEMORY, ERROR_NO_SYSTEM_RESOURCES, WSAENOBUFS
        8 | 14 | 1450 | 10055 => Some("memory"),
        _ => None,
    }
}

#[cfg(not(any(unix, windows)))]
fn wanting(_: i32) -> Option<&'static str> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn want_is_told_from_other_trouble() {
        let code = |raw| exhausted(&io::Error::from_raw_os_error(raw)).map(|e| e.code());
        for raw in [libc::EMFILE, libc::ENFILE, libc::ENOMEM] {
            assert_eq!(code(raw), Some(ErrorCode::OutOfResources));
        }
        assert_eq!(code(libc::EACCES), None);
        assert_eq!(code(libc::ECONNREFUSED), None);
    }
}
