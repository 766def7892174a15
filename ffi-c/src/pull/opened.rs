//! A file that the host opens for a download: from disk, from memory, or from a function.

use std::ffi::{c_char, c_void};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use filed_core::pull::{
    Chunks, Content, OpenedFile, Outcome, ProviderError, PullFile, async_trait,
};
use filed_core::{Error, ErrorCode};

use super::lists::filed_pull_file;
use super::provider::Table;
use super::threads::Threads;
use crate::args::{self, invalid};
use crate::error::filed_error;
use crate::failure::Result;
use crate::guard::guard;
use crate::partner_token::filed_release_fn;
use crate::records;
use crate::stream::filed_read_fn;

/// One call of a host's read function.
const PIECE: usize = 64 * 1024;

/// Moves to `offset`, counted in bytes from the start, before the first read. Returns 0 when it is
/// there, 1 when it cannot do that and has not moved: then what comes before is read and dropped. A
/// negative number fails the download. Threads as for `filed_read_fn`.
pub type filed_pull_skip_fn = Option<unsafe extern "C" fn(user: *mut c_void, offset: u64) -> i32>;

/// Where `open_file` puts the file it has opened. Valid until that returns.
pub struct filed_pull_opened {
    file: Option<PullFile>,
    version: Option<String>,
    content: Option<Content>,
    table: Arc<Table>,
    threads: Arc<Threads>,
}

impl filed_pull_opened {
    pub(super) fn new(table: Arc<Table>, threads: Arc<Threads>) -> Self {
        Self {
            file: None,
            version: None,
            content: None,
            table,
            threads,
        }
    }

    /// The file, or `None` when the host left something out.
    pub fn finish(self) -> Option<OpenedFile> {
        Some(OpenedFile {
            file: self.file?,
            version: self.version,
            content: self.content?,
        })
    }
}

/// Says which file it is; required. The content has exactly `file_size` bytes, which is looked up
/// for `filed_pull_opened_set_path`. `version` changes whenever the content does: a hash, a
/// revision. It may be NULL when the content is a file on disk or `date_modified` is given; without
/// any of these a download that broke starts again from the beginning. Strings are copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_opened_set_file(
    opened: *mut filed_pull_opened,
    file: *const filed_pull_file,
    version: *const c_char,
) -> *mut filed_error {
    guard("filed_pull_opened_set_file", || {
        let opened = unsafe { args::handle_mut(opened, "opened") }?;
        let file = unsafe { records::read(file, "file")?.to_core() }?;
        opened.version = unsafe { args::optional_string(version, "version") }?;
        opened.file = Some(file);
        Ok(())
    })
}

/// The content is this file on disk: the fastest. It is opened now and read without the host.
///
/// FILE_NOT_FOUND, FILE_UNREADABLE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_opened_set_path(
    opened: *mut filed_pull_opened,
    path: *const c_char,
) -> *mut filed_error {
    guard("filed_pull_opened_set_path", || {
        let opened = unsafe { args::handle_mut(opened, "opened") }?;
        let path = Path::new(unsafe { args::text(path, "path") }?);
        opened.content = Some(Content::File(open(path)?));
        Ok(())
    })
}

/// The content is a copy of these bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_opened_set_bytes(
    opened: *mut filed_pull_opened,
    data: *const u8,
    length: u64,
) -> *mut filed_error {
    guard("filed_pull_opened_set_bytes", || {
        let opened = unsafe { args::handle_mut(opened, "opened") }?;
        let data = unsafe { args::slice(data, length, "data") }?;
        opened.content = Some(Content::Bytes(Bytes::copy_from_slice(data)));
        Ok(())
    })
}

/// The content is what `read` gives, from the start; `skip` may be NULL. Both are called after
/// `open_file` has returned, by one thread at a time. `release`, which may be NULL, is called once
/// when nothing is read any more, however the download ended, and also when this call fails.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_opened_set_stream(
    opened: *mut filed_pull_opened,
    read: filed_read_fn,
    skip: filed_pull_skip_fn,
    release: filed_release_fn,
    user: *mut c_void,
) -> *mut filed_error {
    guard("filed_pull_opened_set_stream", || {
        let mut source = Source {
            read,
            skip,
            release,
            user,
            table: None,
        };
        if source.read.is_none() {
            return Err(invalid("read", "is NULL"));
        }
        let opened = unsafe { args::handle_mut(opened, "opened") }?;
        source.table = Some(opened.table.clone());
        let chunks = HostChunks {
            source: Arc::new(source),
            threads: opened.threads.clone(),
        };
        opened.content = Some(Content::Chunks(Box::new(chunks)));
        Ok(())
    })
}

fn open(path: &Path) -> Result<File> {
    let file = std::fs::metadata(path).and_then(|about| match about.is_file() {
        true => File::open(path),
        false => Err(std::io::ErrorKind::InvalidInput.into()),
    });
    file.map_err(|e| {
        let code = match e.kind() {
            std::io::ErrorKind::NotFound => ErrorCode::FileNotFound,
            _ => ErrorCode::FileUnreadable,
        };
        let text = format!("the file cannot be opened: {}", e.kind());
        Error::new(code, text).with_path(path).into()
    })
}

/// The host's functions for one content.
struct Source {
    read: filed_read_fn,
    skip: filed_pull_skip_fn,
    release: filed_release_fn,
    user: *mut c_void,
    /// The provider is released only after the last of what it opened.
    table: Option<Arc<Table>>,
}

// SAFETY: the host promises with the functions that `user` may be used on any thread; `HostChunks`
// sees to it that it is one at a time.
unsafe impl Send for Source {}
unsafe impl Sync for Source {}

impl Drop for Source {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: the caller's contract, and this is the last owner.
            unsafe { release(self.user) };
        }
    }
}

impl Source {
    fn read(&self) -> Outcome<Option<Bytes>> {
        let read = self.read.ok_or(ProviderError::Failed)?;
        let mut piece = vec![0; PIECE];
        // SAFETY: the caller's contract; the buffer has `PIECE` bytes.
        let count = unsafe { read(self.user, piece.as_mut_ptr(), PIECE as u64) };
        match usize::try_from(count) {
            Ok(0) => Ok(None),
            Ok(count) if count <= PIECE => {
                piece.truncate(count);
                Ok(Some(piece.into()))
            }
            _ => Err(ProviderError::Failed),
        }
    }

    fn skip(&self, offset: u64) -> Outcome<bool> {
        let Some(skip) = self.skip else {
            return Ok(false);
        };
        // SAFETY: the caller's contract.
        match unsafe { skip(self.user, offset) } {
            0 => Ok(true),
            1 => Ok(false),
            _ => Err(ProviderError::Failed),
        }
    }
}

/// A call that is under way holds on to the source, so that it is released only afterwards.
struct HostChunks {
    source: Arc<Source>,
    threads: Arc<Threads>,
}

#[async_trait]
impl Chunks for HostChunks {
    async fn skip(&mut self, offset: u64) -> Outcome<bool> {
        let source = self.source.clone();
        self.threads.run(move || source.skip(offset)).await
    }

    async fn next(&mut self) -> Outcome<Option<Bytes>> {
        let source = self.source.clone();
        self.threads.run(move || source.read()).await
    }
}
