//! Files on disk: opened and checked once, then read from the start for every attempt, with a look
//! at the end whether they are still the same. How the system is asked is in `platform`.

use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::task::JoinHandle;

use super::cached;
use super::platform::{self, Now};
use super::pool::{Aligned, BUFFER, Buffer, Pool};
use super::source::joined;
use crate::resources::exhausted;
use crate::{Error, ErrorCode, Result};

/// What is read of a file in memory before it is sent: what tells its type, or all of a small one.
const HEAD: usize = 16 * 1024;

/// A regular file that has content, as it was when it was opened.
pub(super) struct OpenFile {
    file: File,
    path: PathBuf,
    metadata: Metadata,
    /// The first bytes: they tell the type, and begin every attempt if they fill a buffer or are all.
    head: Bytes,
    /// Set once the file system turned out not to know reads that do not block.
    blocking: AtomicBool,
}

/// Checks that a path names a regular, readable file with content, and tells its size. Blocks.
///
/// # Errors
/// `FILE_NOT_FOUND`, `FILE_NOT_REGULAR`, `FILE_EMPTY` or `FILE_UNREADABLE`, with the path in its
/// field; `OUT_OF_RESOURCES`.
pub(crate) fn check(path: &Path) -> Result<u64> {
    open_checked(path).map(|(_, metadata)| metadata.len())
}

fn open_checked(path: &Path) -> Result<(File, Metadata)> {
    let fail = |e: &io::Error| unreadable(e, path);
    // Looked at before it is opened, since opening a device can have effects, and again after,
    // since the path may name something else by then.
    regular(&std::fs::metadata(path).map_err(|e| fail(&e))?, path)?;
    let file = platform::open(path).map_err(|e| fail(&e))?;
    let metadata = file.metadata().map_err(|e| fail(&e))?;
    regular(&metadata, path)?;
    if metadata.len() == 0 {
        return Err(Error::new(ErrorCode::FileEmpty, "the file has no content").with_path(path));
    }
    Ok((file, metadata))
}

fn regular(metadata: &Metadata, path: &Path) -> Result<()> {
    if metadata.is_file() {
        return Ok(());
    }
    let what = match metadata.is_dir() {
        true => "the path names a directory, not a file",
        false => "the path names a device, a pipe or a socket, not a regular file",
    };
    Err(Error::new(ErrorCode::FileNotRegular, what).with_path(path))
}

fn unreadable(error: &io::Error, path: &Path) -> Error {
    if let Some(exhausted) = exhausted(error) {
        return exhausted.with_path(path);
    }
    let error = match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            Error::new(ErrorCode::FileNotFound, "the file does not exist")
        }
        kind => Error::new(
            ErrorCode::FileUnreadable,
            format!("the file could not be read: {kind}"),
        ),
    };
    error.with_path(path)
}

impl OpenFile {
    /// Opens a file and reads its first buffer. Blocks.
    ///
    /// # Errors
    /// As [`check`]; `FILE_CHANGED` when it shrank meanwhile.
    pub fn open(path: PathBuf, pool: &Pool) -> Result<Self> {
        let (file, metadata) = open_checked(&path)?;
        let head = Fill::first(&metadata, pool)
            .finish(&file)
            .map_err(|e| unreadable(&e, &path))?
            .into_chunk()
            .ok_or_else(|| changed(&path))?;
        Ok(Self::new(path, file, metadata, head))
    }

    /// As [`Self::open`] when all it takes is in memory; otherwise `None`. Does not block.
    ///
    /// Of a file that is there anyway only the beginning is read: the rest is when it is sent, so
    /// that it is hashed and written while the processor still has it at hand.
    pub fn open_cached(path: &Path) -> Option<Self> {
        let (file, metadata) = cached::open(path)?;
        let size = HEAD.min(piece(metadata.len(), 0));
        (size > 0).then_some(())?;
        let mut head = Aligned::new(size);
        match platform::read_now(&file, head.as_mut(), 0).ok()? {
            Now::Read(read) if read == size => {}
            Now::Read(_) | Now::WouldBlock | Now::Unsupported => return None,
        }
        let head = Bytes::from_owner(head);
        Some(Self::new(path.to_owned(), file, metadata, head))
    }

    fn new(path: PathBuf, file: File, metadata: Metadata, head: Bytes) -> Self {
        Self {
            metadata,
            blocking: AtomicBool::new(false),
            file,
            path,
            head,
        }
    }

    pub fn size(&self) -> u64 {
        self.metadata.len()
    }

    /// What the system said of it when it was opened.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    pub fn head(&self) -> &Bytes {
        &self.head
    }

    /// Compares what the path names now with what was opened. Blocks.
    fn unchanged(&self) -> Result<()> {
        self.compare(std::fs::metadata(&self.path))
    }

    /// As [`Self::unchanged`] when what the path names is in memory; otherwise `None`. Does not
    /// block.
    fn unchanged_cached(&self) -> Option<Result<()>> {
        let named = cached::look(&self.path)?;
        Some(self.compare(Ok(named)))
    }

    fn compare(&self, named: io::Result<Metadata>) -> Result<()> {
        let opened = platform::identity(&self.metadata);
        let same = |metadata: io::Result<Metadata>| {
            metadata.is_ok_and(|metadata| platform::identity(&metadata) == opened)
        };
        // Where the path leads to the same file, its metadata are those of the handle.
        match same(named) && (cfg!(unix) || same(self.file.metadata())) {
            true => Ok(()),
            false => Err(changed(&self.path)),
        }
    }
}

fn changed(path: &Path) -> Error {
    let text = "the file changed while it was sent: what arrived of it is not used; send it again \
                when nobody writes to it any more";
    Error::new(ErrorCode::FileChanged, text).with_path(path)
}

/// How much to read at `offset`.
fn piece(size: u64, offset: u64) -> usize {
    usize::try_from(size.saturating_sub(offset)).map_or(BUFFER, |left| left.min(BUFFER))
}

/// A buffer on its way to being filled with `want` bytes from `offset`.
struct Fill {
    buffer: Buffer,
    want: usize,
    offset: u64,
}

impl Fill {
    /// The first buffer of a file.
    fn first(metadata: &Metadata, pool: &Pool) -> Self {
        Self {
            buffer: pool.take(),
            want: piece(metadata.len(), 0),
            offset: 0,
        }
    }

    fn rest(&mut self) -> (&mut [u8], u64) {
        let filled = self.buffer.filled();
        let at = self.offset + filled as u64;
        (&mut self.buffer.space()[..self.want - filled], at)
    }

    fn complete(&self) -> bool {
        self.buffer.filled() == self.want
    }

    /// Reads what is in memory already. `true` when nothing more is to be had: the buffer is
    /// complete or the file ended.
    fn read_memory(&mut self, file: &OpenFile) -> io::Result<bool> {
        while !self.complete() {
            let (space, at) = self.rest();
            match platform::read_now(&file.file, space, at)? {
                Now::Read(0) => return Ok(true),
                Now::Read(read) => self.buffer.advance(read),
                Now::WouldBlock => return Ok(false),
                Now::Unsupported => {
                    file.blocking.store(true, Ordering::Relaxed);
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Reads the rest. Blocks; ends early only where the file does.
    fn finish(mut self, file: &File) -> io::Result<Self> {
        while !self.complete() {
            let (space, at) = self.rest();
            match platform::read_at(file, space, at) {
                Ok(0) => break,
                Ok(read) => self.buffer.advance(read),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(self)
    }

    /// The content, or `None` when the file was shorter.
    fn into_chunk(self) -> Option<Bytes> {
        self.complete().then(|| self.buffer.freeze())
    }
}

/// One reading of a file from its start to its end.
pub(super) struct FilePass {
    file: Arc<OpenFile>,
    pool: Pool,
    offset: u64,
    step: Step,
}

enum Step {
    Ready,
    Reading(JoinHandle<io::Result<Fill>>),
    Checking(JoinHandle<Result<()>>),
    Done,
}

impl FilePass {
    pub fn new(file: Arc<OpenFile>, pool: Pool) -> Self {
        Self {
            file,
            pool,
            offset: 0,
            step: Step::Ready,
        }
    }

    /// The next piece; `None` once all was read and the file is found unchanged.
    pub fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        loop {
            match &mut self.step {
                Step::Ready => match self.begin() {
                    Ok(Some(chunk)) => return Poll::Ready(Some(Ok(chunk))),
                    Ok(None) => {}
                    Err(e) => return self.fail(e),
                },
                Step::Reading(job) => {
                    let filled = joined(ready!(std::pin::Pin::new(job).poll(cx)));
                    self.step = Step::Ready;
                    let chunk = filled
                        .and_then(|filled| filled.map_err(|e| unreadable(&e, &self.file.path)))
                        .and_then(|fill| self.take(fill));
                    return match chunk {
                        Ok(chunk) => Poll::Ready(Some(Ok(chunk))),
                        Err(e) => self.fail(e),
                    };
                }
                Step::Checking(job) => {
                    let checked = joined(ready!(std::pin::Pin::new(job).poll(cx)));
                    self.step = Step::Done;
                    return Poll::Ready(checked.and_then(|checked| checked).err().map(Err));
                }
                Step::Done => return Poll::Ready(None),
            }
        }
    }

    /// Takes the next piece from memory, or starts the job that gets it.
    fn begin(&mut self) -> Result<Option<Bytes>> {
        let file = self.file.clone();
        if self.offset == 0 && file.head.len() == piece(file.size(), 0) {
            self.offset = file.head.len() as u64;
            return Ok(Some(file.head.clone()));
        }
        if self.offset == file.size() {
            self.step = match file.unchanged_cached() {
                Some(checked) => {
                    checked?;
                    Step::Done
                }
                None => Step::Checking(tokio::task::spawn_blocking(move || file.unchanged())),
            };
            return Ok(None);
        }
        let mut fill = Fill {
            buffer: self.pool.take(),
            want: piece(file.size(), self.offset),
            offset: self.offset,
        };
        if !file.blocking.load(Ordering::Relaxed) {
            let ended = fill.read_memory(&file);
            if ended.map_err(|e| unreadable(&e, &file.path))? {
                return self.take(fill).map(Some);
            }
        }
        let job = tokio::task::spawn_blocking(move || fill.finish(&file.file));
        self.step = Step::Reading(job);
        Ok(None)
    }

    fn take(&mut self, fill: Fill) -> Result<Bytes> {
        let chunk = fill.into_chunk().ok_or_else(|| changed(&self.file.path))?;
        self.offset += chunk.len() as u64;
        Ok(chunk)
    }

    fn fail(&mut self, error: Error) -> Poll<Option<Result<Bytes>>> {
        self.step = Step::Done;
        Poll::Ready(Some(Err(error)))
    }
}

#[cfg(test)]
mod tests;
