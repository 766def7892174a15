//! Uploads from a path, bytes or a URL. Streams are in `stream`.

use std::ffi::{c_char, c_void};
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use filed_core::Error;
use filed_core::upload::{ProgressFn, UploadOptions, UploadedFile};

use crate::cancel::{self, filed_cancel};
use crate::client::filed_client;
use crate::error::filed_error;
use crate::failure::Result;
use crate::guard::{free, guard, read};
use crate::records::{self, Record};
use crate::text::{OptionalText, Text};
use crate::{args, wait};

/// A size in bytes that is not known.
pub const FILED_SIZE_UNKNOWN: i64 = -1;

/// Told the bytes sent so far and the total, `FILED_SIZE_UNKNOWN` when that is not known. Called
/// on the thread that waits for the upload, now and then and once at the end; it may call the
/// library. Returns 0 to go on; anything else ends the upload with CANCELLED.
pub type filed_upload_progress_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, sent: u64, total: i64) -> i32>;

/// How to upload a file. Start with `FILED_UPLOAD_OPTIONS_INIT`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct filed_upload_options {
    /// Size of this struct.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// The name Filed is told. NULL takes a path's own name; required for bytes and streams.
    pub file_name: *const c_char,
    /// The MIME type. NULL decides by name, then by content.
    pub mime_type: *const c_char,
    /// Told about progress, or NULL.
    pub progress: filed_upload_progress_fn,
    /// Passed to `progress`.
    pub user: *mut c_void,
    /// Ends the upload from another thread, or NULL.
    pub cancel: *const filed_cancel,
}

// SAFETY: integers and pointers, all valid when zero; `size` is first.
unsafe impl Record for filed_upload_options {
    const NAME: &'static str = "filed_upload_options";
    const INIT: &'static str = "FILED_UPLOAD_OPTIONS_INIT";
}

/// Uploads a file from disk and waits for it. `options` may be NULL. `*file` is yours to free with
/// `filed_uploaded_file_free`.
///
/// FILE_NOT_FOUND, FILE_EMPTY, FILE_NOT_REGULAR, FILE_UNREADABLE, FILE_CHANGED, with the path in
/// the error's own field; ROLE_MISMATCH, CANCELLED; network and authentication errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_upload_file(
    client: *const filed_client,
    path: *const c_char,
    options: *const filed_upload_options,
    file: *mut *mut filed_uploaded_file,
) -> *mut filed_error {
    guard("filed_upload_file", || {
        let place = unsafe { args::out(file, "file") }?;
        let uploads = unsafe { args::handle(client, "client") }?.inner().uploads();
        let path = unsafe { args::text(path, "path") }?;
        let call = unsafe { Call::new(options) }?;
        place.set(call.wait(|options| async move { uploads.file(path, options).await })?);
        Ok(())
    })
}

/// Uploads bytes, which are copied, and waits for it. `options` must name the file. `*file` is
/// yours to free with `filed_uploaded_file_free`.
///
/// FILE_EMPTY, FILE_NAME_INVALID, ROLE_MISMATCH, CANCELLED; network and authentication errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_upload_bytes(
    client: *const filed_client,
    data: *const u8,
    length: u64,
    options: *const filed_upload_options,
    file: *mut *mut filed_uploaded_file,
) -> *mut filed_error {
    guard("filed_upload_bytes", || {
        let place = unsafe { args::out(file, "file") }?;
        let uploads = unsafe { args::handle(client, "client") }?.inner().uploads();
        let data = unsafe { args::copied(data, length, "data") }?;
        let call = unsafe { Call::new(options) }?;
        place.set(call.wait(|options| async move { uploads.bytes(data, options).await })?);
        Ok(())
    })
}

/// Lets Filed fetch a file itself and waits for it. Of `options`, which may be NULL, only the MIME
/// type and `cancel` count. `*file` is yours to free with `filed_uploaded_file_free`.
///
/// INVALID_ARGUMENT when the URL is not https; ROLE_MISMATCH for partners; REQUEST_REJECTED,
/// CANCELLED; network and authentication errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_upload_url(
    client: *const filed_client,
    url: *const c_char,
    options: *const filed_upload_options,
    file: *mut *mut filed_uploaded_file,
) -> *mut filed_error {
    guard("filed_upload_url", || {
        let place = unsafe { args::out(file, "file") }?;
        let uploads = unsafe { args::handle(client, "client") }?.inner().uploads();
        let url = unsafe { args::text(url, "url") }?;
        let call = unsafe { Call::new(options) }?;
        place.set(call.wait(|options| async move { uploads.url(url, options.mime_type).await })?);
        Ok(())
    })
}

/// One upload that a thread of the host's waits for.
pub(crate) struct Call {
    options: filed_upload_options,
    file_name: Option<String>,
    mime_type: Option<String>,
    meter: Arc<Meter>,
}

impl Call {
    /// # Safety
    /// NULL or options that stay valid for the call.
    pub unsafe fn new(options: *const filed_upload_options) -> Result<Self> {
        let options = unsafe { records::read_or_default(options, "options") }?;
        Ok(Self {
            options,
            file_name: unsafe { args::optional_string(options.file_name, "file_name") }?,
            mime_type: unsafe { args::optional_string(options.mime_type, "mime_type") }?,
            meter: Arc::default(),
        })
    }

    /// Runs the upload that `start` makes and reports progress meanwhile, on this thread.
    pub fn wait<F>(self, start: impl FnOnce(UploadOptions) -> F) -> Result<filed_uploaded_file>
    where
        F: Future<Output = Result<UploadedFile, Error>>,
    {
        // Noted only for a host that asks: every note wakes its thread.
        let note = self.options.progress.map(|_| self.meter.clone());
        let upload = start(UploadOptions {
            file_name: self.file_name,
            mime_type: self.mime_type,
            progress: note.map(|meter| -> ProgressFn {
                Arc::new(move |sent, total| meter.note(sent, total))
            }),
        });
        // SAFETY: the caller's contract: NULL or a live handle.
        let stop = unsafe { cancel::token(self.options.cancel) }.child_token();
        let upload = cancel::or_cancelled(stop.clone(), upload);
        let told = self.meter.tell_while(upload, |sent, total| {
            // SAFETY: the caller's contract, on the caller's own thread.
            let goes_on = self
                .options
                .progress
                .is_none_or(|progress| unsafe { progress(self.options.user, sent, total) == 0 });
            if !goes_on {
                stop.cancel();
            }
        });
        Ok(wait::block_on(told)?.into())
    }
}

/// Carries progress from the thread that sends to the thread that waits. Only the newest numbers
/// count.
#[derive(Default)]
struct Meter(Mutex<Reading>);

#[derive(Default)]
struct Reading {
    fresh: Option<(u64, i64)>,
    waiting: Option<Waker>,
}

impl Meter {
    fn note(&self, sent: u64, total: Option<u64>) {
        let waiting = {
            let mut reading = self.lock();
            reading.fresh = Some((sent, size_or_unknown(total)));
            reading.waiting.take()
        };
        if let Some(waker) = waiting {
            waker.wake();
        }
    }

    async fn tell_while<T>(&self, work: impl Future<Output = T>, tell: impl Fn(u64, i64)) -> T {
        let mut work = pin!(work);
        std::future::poll_fn(|context| {
            self.lock().waiting = Some(context.waker().clone());
            let state = work.as_mut().poll(context);
            // After the poll, so that the last numbers are told before the result is.
            let fresh = self.lock().fresh.take();
            if let Some((sent, total)) = fresh {
                tell(sent, total);
            }
            if state.is_ready() {
                return state;
            }
            Poll::Pending
        })
        .await
    }

    fn lock(&self) -> MutexGuard<'_, Reading> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A size as C is told it.
pub(crate) fn size_or_unknown(size: Option<u64>) -> i64 {
    size.and_then(|size| i64::try_from(size).ok())
        .unwrap_or(FILED_SIZE_UNKNOWN)
}

/// A file that Filed's upload host holds. Strings are borrowed from it.
pub struct filed_uploaded_file {
    file_url: Text,
    file_name: Text,
    mime_type: Text,
    size: Option<u64>,
    blake3: Option<Text>,
}

impl From<UploadedFile> for filed_uploaded_file {
    fn from(file: UploadedFile) -> Self {
        Self {
            file_url: file.file_url.into(),
            file_name: file.file_name.into(),
            mime_type: file.mime_type.into(),
            size: file.size,
            blake3: file.blake3.map(Text::from),
        }
    }
}

/// What the `url` of an artifact takes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_uploaded_file_url(
    file: *const filed_uploaded_file,
) -> *const c_char {
    read("filed_uploaded_file_url", file, |file| {
        file.file_url.as_ptr()
    })
}

/// The name as the upload host returned it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_uploaded_file_file_name(
    file: *const filed_uploaded_file,
) -> *const c_char {
    read("filed_uploaded_file_file_name", file, |file| {
        file.file_name.as_ptr()
    })
}

/// The MIME type as the upload host returned it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_uploaded_file_mime_type(
    file: *const filed_uploaded_file,
) -> *const c_char {
    read("filed_uploaded_file_mime_type", file, |file| {
        file.mime_type.as_ptr()
    })
}

/// Bytes sent; `FILED_SIZE_UNKNOWN` for an upload by URL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_uploaded_file_size(file: *const filed_uploaded_file) -> i64 {
    read("filed_uploaded_file_size", file, |file| {
        size_or_unknown(file.size)
    })
}

/// BLAKE3 of the bytes sent, lower-case hex; NULL for an upload by URL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_uploaded_file_blake3(
    file: *const filed_uploaded_file,
) -> *const c_char {
    read("filed_uploaded_file_blake3", file, |file| {
        file.blake3.as_ptr_or_null()
    })
}

/// NULL: what is sent is hashed with BLAKE3. Kept for programs that were compiled when it was SHA-256.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_uploaded_file_sha256(
    file: *const filed_uploaded_file,
) -> *const c_char {
    read("filed_uploaded_file_sha256", file, |_| std::ptr::null())
}

/// Frees what an upload returned. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_uploaded_file_free(file: *mut filed_uploaded_file) {
    free("filed_uploaded_file_free", file)
}
