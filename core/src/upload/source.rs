//! [`Origin`]: a source that was opened and checked, and can be read from its start for as many
//! attempts as its kind allows. Files are in `file`, readers and chunks in `stream`.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::task::JoinError;

use super::Source;
use super::file::{FilePass, OpenFile};
use super::hosts::Hosts;
use super::pool::{BUFFER, Pool};
use super::stream::{self, Gathered, Stream, StreamPass, Supply};
use crate::{Error, ErrorCode, Result};

/// Nothing is sent of a source without content.
pub(super) fn empty() -> Error {
    Error::new(ErrorCode::FileEmpty, "the source has no content")
}

/// Content that is ready to be sent. Clones are the same content.
#[derive(Clone)]
pub(super) enum Origin {
    File(Arc<OpenFile>),
    Bytes(Bytes),
    Stream(Arc<Stream>),
}

impl Origin {
    /// Opens a source; one by URL has no content of ours.
    ///
    /// # Errors
    /// `FILE_*` and `SOURCE_FAILED`, before anything is sent; `INVALID_ARGUMENT` for a URL.
    pub async fn open(source: Source, pool: &Pool, hosts: &Hosts) -> Result<Self> {
        let (supply, size) = match source {
            Source::Path(path) => {
                if let Some(file) = OpenFile::open_cached(&path) {
                    return Ok(Self::File(Arc::new(file)));
                }
                let pool = pool.clone();
                let job = tokio::task::spawn_blocking(move || OpenFile::open(path, &pool));
                return Ok(Self::File(Arc::new(joined(job.await)??)));
            }
            Source::Bytes(bytes) if bytes.is_empty() => return Err(empty()),
            Source::Bytes(bytes) => return Ok(Self::Bytes(bytes)),
            Source::Reader { reader, size } => (Supply::Reader(reader), size),
            Source::Chunks { receiver, size } => (Supply::Chunks(receiver), size),
            Source::Url(_) => {
                let text = "a URL has no content to send: use an upload by URL";
                return Err(Error::new(ErrorCode::InvalidArgument, text));
            }
        };
        Ok(match stream::gather(supply, size, pool, hosts).await? {
            Gathered::Whole(bytes) => Self::Bytes(bytes),
            Gathered::Longer(stream) => Self::Stream(Arc::new(stream)),
        })
    }

    /// The number of bytes, when it is known.
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::File(file) => Some(file.size()),
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::Stream(stream) => stream.size(),
        }
    }

    /// The first bytes.
    pub fn head(&self) -> Bytes {
        match self {
            Self::File(file) => file.head().clone(),
            Self::Bytes(bytes) => bytes.clone(),
            Self::Stream(stream) => stream.head(),
        }
    }

    /// A reading from the start, or `None` when the content could be read only once and was.
    pub fn pass(&self, pool: &Pool) -> Option<Pass> {
        match self {
            Self::File(file) => Some(Pass::File(FilePass::new(file.clone(), pool.clone()))),
            Self::Bytes(bytes) => Some(Pass::Bytes(bytes.clone())),
            Self::Stream(stream) => stream
                .repeatable()
                .then(|| Pass::Stream(StreamPass::new(stream.clone(), pool.clone()))),
        }
    }
}

/// One reading of the content from its start to its end.
pub(super) enum Pass {
    File(FilePass),
    Bytes(Bytes),
    Stream(StreamPass),
}

impl Pass {
    /// The next piece, never empty and of at most a buffer; `None` at an end that is sound.
    pub fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        match self {
            Self::File(pass) => pass.poll_chunk(cx),
            Self::Stream(pass) => pass.poll_chunk(cx),
            Self::Bytes(rest) if rest.is_empty() => Poll::Ready(None),
            Self::Bytes(rest) => Poll::Ready(Some(Ok(rest.split_to(rest.len().min(BUFFER))))),
        }
    }
}

/// What a job of our own on the blocking pool gave.
pub(super) fn joined<T>(result: std::result::Result<T, JoinError>) -> Result<T> {
    result.map_err(|e| match e.is_panic() {
        true => Error::new(
            ErrorCode::Internal,
            "a defect in this library ended the reading of a file; please report it",
        ),
        false => Error::new(ErrorCode::ShutDown, "the runtime was shut down meanwhile"),
    })
}
