//! Uploads of what a function of the host's reads.

use std::ffi::c_void;
use std::io::{Error as IoError, Read};
use std::sync::{Arc, Mutex, PoisonError};

use filed_core::upload::Source;

use crate::args::{self, invalid};
use crate::client::filed_client;
use crate::error::filed_error;
use crate::failure::Result;
use crate::guard::guard;
use crate::uploads::{Call, FILED_SIZE_UNKNOWN, filed_upload_options, filed_uploaded_file};

/// Writes up to `capacity` bytes to `buffer` and returns how many; 0 at the end, a negative number
/// when reading failed. Called on a thread of the library's that may block, by one thread at a
/// time, and never again once the upload has returned. It may call the library.
pub type filed_read_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, buffer: *mut u8, capacity: u64) -> i64>;

/// Uploads what `read` gives and waits for it; `user` is passed to `read`. `size` is the number of
/// bytes when it is known, which another number then fails, or `FILED_SIZE_UNKNOWN`. `options`
/// must name the file. Returns only when no call of `read` is under way, however it ends. `*file`
/// is yours to free with `filed_uploaded_file_free`.
///
/// SOURCE_FAILED, FILE_EMPTY, FILE_NAME_INVALID, ROLE_MISMATCH, CANCELLED; network and
/// authentication errors. A transfer that breaks once it has begun is not repeated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_upload_stream(
    client: *const filed_client,
    read: filed_read_fn,
    user: *mut c_void,
    size: i64,
    options: *const filed_upload_options,
    file: *mut *mut filed_uploaded_file,
) -> *mut filed_error {
    guard("filed_upload_stream", || {
        let place = unsafe { args::out(file, "file") }?;
        let uploads = unsafe { args::handle(client, "client") }?.inner().uploads();
        let function = read.ok_or_else(|| invalid("read", "is NULL"))?;
        let size = known_size(size)?;
        let call = unsafe { Call::new(options) }?;
        let gate = Gate::default();
        let reader = HostReader {
            function,
            user,
            gate: gate.clone(),
        };
        let source = Source::Reader {
            reader: Box::new(reader),
            size,
        };
        let uploaded = call.wait(|options| async move { uploads.stream(source, options).await });
        gate.close();
        place.set(uploaded?);
        Ok(())
    })
}

fn known_size(size: i64) -> Result<Option<u64>> {
    if size == FILED_SIZE_UNKNOWN {
        return Ok(None);
    }
    let size = u64::try_from(size);
    size.map(Some)
        .map_err(|_| invalid("size", "is negative and not FILED_SIZE_UNKNOWN"))
}

/// Lets calls of the host's function through until it is closed. Closing waits for the one that is
/// under way, so that what `user` points to may go away afterwards.
#[derive(Clone, Default)]
struct Gate(Arc<Mutex<bool>>);

impl Gate {
    fn close(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }

    fn pass<T>(&self, call: impl FnOnce() -> std::io::Result<T>) -> std::io::Result<T> {
        let closed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *closed {
            return Err(IoError::other("the upload has ended"));
        }
        call()
    }
}

struct HostReader {
    function: unsafe extern "C" fn(*mut c_void, *mut u8, u64) -> i64,
    user: *mut c_void,
    gate: Gate,
}

// SAFETY: the host promises with the function that `user` may be used on another thread.
unsafe impl Send for HostReader {}

impl Read for HostReader {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.gate.pass(|| {
            let capacity = buffer.len();
            // SAFETY: the caller's contract; the buffer has `capacity` bytes.
            let count = unsafe { (self.function)(self.user, buffer.as_mut_ptr(), capacity as u64) };
            match usize::try_from(count) {
                Ok(count) if count <= capacity => Ok(count),
                Ok(_) => Err(IoError::other(
                    "the read callback claims more than it was given",
                )),
                Err(_) => Err(IoError::other("the read callback failed")),
            }
        })
    }
}
