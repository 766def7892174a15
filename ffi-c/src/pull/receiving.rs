//! A file on its way to the host: what is known of it, and its content, read from within
//! `receive_file` at the host's pace.

use std::ffi::c_char;

use bytes::{Buf, Bytes};
use filed_core::pull::{Incoming, NewFile, Outcome, ProviderError, PullFile};
use tokio::sync::{mpsc, oneshot};

use super::lists::filed_pull_file;
use super::query::text;
use crate::args::{self, invalid};
use crate::error::filed_error;
use crate::guard::guard;
use crate::text::{OptionalText, Text};
use crate::uploads::size_or_unknown;
use crate::{records, wait};

/// A file that Filed sends. Valid until `receive_file` returns; a newer library may add fields at
/// the end, as far as `size` says.
#[repr(C)]
pub struct filed_pull_new_file {
    /// Size of this struct.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// Bytes in the file; `FILED_SIZE_UNKNOWN` when that was not announced.
    pub file_size: i64,
    /// File name, one component of 1 to 255 characters. Not safe as a path on every system.
    pub name: *const c_char,
    /// MIME type as the sender said it.
    pub mime_type: *const c_char,
    /// What the file is, in the sender's words; or NULL.
    pub description: *const c_char,
    /// Whatever else the sender said, as a JSON object; or NULL.
    pub metadata_json: *const c_char,
    /// NULL, or a key: the same key for the same client is the same file. A host that has it
    /// already reads the content to its end and answers with the one it has.
    pub idempotency_key: *const c_char,
}

/// The content of a file that Filed sends. Valid until `receive_file` returns, for one thread at a
/// time.
pub struct filed_pull_incoming {
    asks: mpsc::Sender<Ask>,
    chunk: Bytes,
    over: Option<Outcome<()>>,
}

type Ask = oneshot::Sender<Outcome<Option<Bytes>>>;

impl filed_pull_incoming {
    /// The host's end of a content, and the end that [`serve`] answers.
    pub fn new() -> (Self, mpsc::Receiver<Ask>) {
        let (asks, asked) = mpsc::channel(1);
        let incoming = Self {
            asks,
            chunk: Bytes::new(),
            over: None,
        };
        (incoming, asked)
    }

    fn fill(&mut self, buffer: &mut [u8]) -> Outcome<usize> {
        if self.chunk.is_empty() {
            match self.next()? {
                Some(chunk) => self.chunk = chunk,
                None => return Ok(0),
            }
        }
        let count = buffer.len().min(self.chunk.len());
        self.chunk.copy_to_slice(&mut buffer[..count]);
        Ok(count)
    }

    fn next(&mut self) -> Outcome<Option<Bytes>> {
        if let Some(over) = &self.over {
            return over.clone().map(|()| None);
        }
        let next = wait::block_on(async {
            let (answer, answered) = oneshot::channel();
            // Nobody answers once the request is given up.
            let asked = self.asks.send(answer).await;
            asked.map_err(|_| ProviderError::Failed)?;
            answered.await.unwrap_or(Err(ProviderError::Failed))
        });
        match &next {
            Ok(Some(_)) => {}
            Ok(None) => self.over = Some(Ok(())),
            Err(e) => self.over = Some(Err(e.clone())),
        }
        next
    }
}

/// Answers what a host asks of `content`, for as long as it has its end.
pub(super) async fn serve(content: &mut Incoming, mut asked: mpsc::Receiver<Ask>) {
    while let Some(answer) = asked.recv().await {
        // The host may have returned meanwhile.
        let _ = answer.send(content.next().await);
    }
}

/// Reads up to `capacity` bytes of the content into `buffer`, waiting for them, and returns how
/// many; 0 at the end, a negative number when the transfer broke: then keep nothing, and return
/// `FILED_PULL_FAILED`. Whoever does not read to the end does not have the file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_incoming_read(
    incoming: *mut filed_pull_incoming,
    buffer: *mut u8,
    capacity: u64,
) -> i64 {
    guard("filed_pull_incoming_read", || {
        let incoming = unsafe { args::handle_mut(incoming, "incoming") }?;
        let capacity = usize::try_from(capacity).unwrap_or(isize::MAX as usize);
        if buffer.is_null() || capacity == 0 {
            return Err(invalid("buffer", "is NULL or has no capacity"));
        }
        let capacity = capacity.min(isize::MAX as usize);
        // SAFETY: the caller's contract: writable for `capacity` bytes, which are only written.
        let buffer = unsafe { std::slice::from_raw_parts_mut(buffer, capacity) };
        Ok(incoming.fill(buffer).map_or(-1, |count| count as i64))
    })
}

/// Where `receive_file` says which file it has kept. Valid until that returns.
pub struct filed_pull_kept_file(Option<PullFile>);

impl filed_pull_kept_file {
    pub fn new() -> Self {
        Self(None)
    }

    /// The file as it is kept, or `None` when the host did not say.
    pub fn finish(self) -> Option<PullFile> {
        self.0
    }
}

/// Says that the file is kept, and how it is listed from now on. Strings are copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_kept_file_set(
    kept: *mut filed_pull_kept_file,
    file: *const filed_pull_file,
) -> *mut filed_error {
    guard("filed_pull_kept_file_set", || {
        let kept = unsafe { args::handle_mut(kept, "kept") }?;
        kept.0 = Some(unsafe { records::read(file, "file")?.to_core() }?);
        Ok(())
    })
}

/// Calls `function` with the file as C reads it.
pub(super) fn with_file<T>(file: &NewFile, function: impl FnOnce(&filed_pull_new_file) -> T) -> T {
    let name = Text::from(file.name.as_str());
    let mime_type = Text::from(file.mime_type.as_str());
    let description = text(file.description.as_ref());
    let metadata = (!file.metadata.is_empty())
        .then(|| Text::from(&serde_json::Value::Object(file.metadata.clone())));
    let key = text(file.idempotency_key.as_ref());
    function(&filed_pull_new_file {
        size: size_of::<filed_pull_new_file>() as u32,
        reserved: 0,
        file_size: size_or_unknown(file.size),
        name: name.as_ptr(),
        mime_type: mime_type.as_ptr(),
        description: description.as_ptr_or_null(),
        metadata_json: metadata.as_ptr_or_null(),
        idempotency_key: key.as_ptr_or_null(),
    })
}
