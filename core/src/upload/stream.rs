//! Content that can be read only once: a host's reader, or chunks a host sends. What fits one
//! buffer is taken into memory first and is then as good as bytes; of anything longer the first
//! buffer is kept, so that an attempt may fail as long as nothing beyond it was taken.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use tokio::task::JoinHandle;

use super::ChunkReceiver;
use super::pool::{BUFFER, Buffer, Pool};
use super::source::empty;
use crate::{Error, ErrorCode, Result};

/// A slow reader's bytes are passed on after this time, even when they do not fill a buffer.
const PATIENCE: Duration = Duration::from_millis(100);

/// Where a stream's bytes come from.
pub(super) enum Supply {
    Reader(Box<dyn Read + Send>),
    Chunks(ChunkReceiver),
}

/// A stream whose first bytes are in memory.
pub(super) struct Stream {
    size: Option<u64>,
    head: Vec<Bytes>,
    supply: Mutex<Option<Supply>>,
}

/// What became of a stream after its first buffer was taken.
pub(super) enum Gathered {
    /// That was all.
    Whole(Bytes),
    /// There is more.
    Longer(Stream),
}

/// Takes the first buffer of a stream.
///
/// # Errors
/// `FILE_EMPTY`; `SOURCE_FAILED` when the source failed or gave another size than announced; a
/// host's own error.
pub(super) async fn gather(supply: Supply, size: Option<u64>, pool: &Pool) -> Result<Gathered> {
    let (head, rest) = match supply {
        Supply::Reader(reader) => gather_reader(reader, pool).await?,
        Supply::Chunks(receiver) => gather_chunks(receiver).await?,
    };
    let taken = length(&head);
    if size.is_some_and(|size| taken > size || (rest.is_none() && taken < size)) {
        return Err(wrong_size());
    }
    if rest.is_none() && taken == 0 {
        return Err(empty());
    }
    Ok(match rest {
        None => Gathered::Whole(joined_up(head)),
        Some(_) => Gathered::Longer(Stream {
            size,
            head,
            supply: Mutex::new(rest),
        }),
    })
}

type Head = (Vec<Bytes>, Option<Supply>);

async fn gather_reader(reader: Box<dyn Read + Send>, pool: &Pool) -> Result<Head> {
    let buffer = pool.take();
    let job = tokio::task::spawn_blocking(move || fill(reader, buffer, None));
    let filled = supplied(job.await)?;
    let rest = (!filled.ended).then_some(Supply::Reader(filled.reader));
    Ok((vec![filled.buffer.freeze()], rest))
}

async fn gather_chunks(mut receiver: ChunkReceiver) -> Result<Head> {
    let mut head = Vec::new();
    while length(&head) < BUFFER as u64 {
        match receiver.0.recv().await {
            None => return Ok((head, None)),
            Some(chunk) => head.push(chunk?),
        }
    }
    Ok((head, Some(Supply::Chunks(receiver))))
}

fn length(chunks: &[Bytes]) -> u64 {
    chunks.iter().map(|chunk| chunk.len() as u64).sum()
}

fn joined_up(mut chunks: Vec<Bytes>) -> Bytes {
    if chunks.len() == 1 {
        return chunks.pop().unwrap_or_default();
    }
    let mut whole = BytesMut::new();
    for chunk in chunks {
        whole.extend_from_slice(&chunk);
    }
    whole.freeze()
}

fn wrong_size() -> Error {
    Error::new(
        ErrorCode::SourceFailed,
        "the source gave another number of bytes than the size announced",
    )
}

struct Filled {
    reader: Box<dyn Read + Send>,
    buffer: Buffer,
    ended: bool,
}

/// Reads until the buffer is full, the content ends, or `patience` is over. Blocks.
fn fill(
    mut reader: Box<dyn Read + Send>,
    mut buffer: Buffer,
    patience: Option<Duration>,
) -> Result<Filled> {
    let started = Instant::now();
    let mut ended = false;
    while buffer.filled() < BUFFER {
        let space = buffer.space();
        let room = space.len();
        match reader.read(space) {
            Ok(0) => {
                ended = true;
                break;
            }
            Ok(read) if read > room => return Err(failed("claims to have read more than asked")),
            Ok(read) => buffer.advance(read),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(reader_error(e)),
        }
        if patience.is_some_and(|patience| started.elapsed() >= patience) {
            break;
        }
    }
    Ok(Filled {
        reader,
        buffer,
        ended,
    })
}

/// A host's reader may wrap one of our errors; its own texts may hold anything, so they stay out.
fn reader_error(error: io::Error) -> Error {
    let kind = error.kind();
    match error.downcast::<Error>() {
        Ok(own) => own,
        Err(_) => failed(&format!("failed: {kind}")),
    }
}

fn failed(what: &str) -> Error {
    Error::new(ErrorCode::SourceFailed, format!("the reader {what}"))
}

fn supplied(filled: std::result::Result<Result<Filled>, tokio::task::JoinError>) -> Result<Filled> {
    match filled {
        Ok(filled) => filled,
        Err(e) if e.is_panic() => Err(failed("panicked")),
        Err(_) => Err(Error::new(
            ErrorCode::ShutDown,
            "the runtime was shut down meanwhile",
        )),
    }
}

impl Stream {
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// The first chunk, to tell the type by.
    pub fn head(&self) -> Bytes {
        self.head.first().cloned().unwrap_or_default()
    }

    /// Whether everything taken so far is still in memory.
    pub fn repeatable(&self) -> bool {
        self.lock().is_some()
    }

    fn take_supply(&self) -> Option<Supply> {
        self.lock().take()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Supply>> {
        self.supply.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The reading of a stream to its end.
pub(super) struct StreamPass {
    stream: Arc<Stream>,
    pool: Pool,
    ready: VecDeque<Bytes>,
    taken: u64,
    step: Step,
}

enum Step {
    /// What was gathered before comes first.
    Head,
    Reader(Box<dyn Read + Send>),
    Reading(JoinHandle<Result<Filled>>),
    Chunks(ChunkReceiver),
    Done,
}

impl StreamPass {
    pub fn new(stream: Arc<Stream>, pool: Pool) -> Self {
        Self {
            ready: stream.head.iter().cloned().collect(),
            taken: length(&stream.head),
            stream,
            pool,
            step: Step::Head,
        }
    }

    /// The next piece, of at most a buffer; `None` at the end, when the size was right.
    pub fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        loop {
            if let Some(chunk) = self.next_ready() {
                return Poll::Ready(Some(Ok(chunk)));
            }
            let more = match ready!(self.poll_supply(cx)) {
                None => return Poll::Ready(self.short().map(Err)),
                Some(more) => more.and_then(|chunk| self.count(chunk)),
            };
            if let Err(e) = more {
                self.step = Step::Done;
                return Poll::Ready(Some(Err(e)));
            }
        }
    }

    fn next_ready(&mut self) -> Option<Bytes> {
        self.ready.retain(|chunk| !chunk.is_empty());
        let front = self.ready.front_mut()?;
        if front.len() > BUFFER {
            return Some(front.split_to(BUFFER));
        }
        self.ready.pop_front()
    }

    fn count(&mut self, chunk: Bytes) -> Result<()> {
        self.taken += chunk.len() as u64;
        if self.stream.size.is_some_and(|size| self.taken > size) {
            return Err(wrong_size());
        }
        self.ready.push_back(chunk);
        Ok(())
    }

    fn short(&self) -> Option<Error> {
        let missing = self.stream.size.is_some_and(|size| self.taken < size);
        missing.then(wrong_size)
    }

    fn poll_supply(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        loop {
            match &mut self.step {
                Step::Chunks(receiver) => return receiver.0.poll_recv(cx),
                Step::Reading(job) => {
                    let filled = supplied(ready!(std::pin::Pin::new(job).poll(cx)));
                    return Poll::Ready(Some(filled.map(|filled| self.put_back(filled))));
                }
                Step::Done => return Poll::Ready(None),
                Step::Head | Step::Reader(_) => self.step = self.begin()?,
            }
        }
    }

    fn begin(&mut self) -> Result<Step> {
        Ok(match std::mem::replace(&mut self.step, Step::Done) {
            Step::Head => match self.stream.take_supply() {
                Some(Supply::Reader(reader)) => Step::Reader(reader),
                Some(Supply::Chunks(receiver)) => Step::Chunks(receiver),
                None => return Err(failed("was read already and cannot be read again")),
            },
            Step::Reader(reader) => {
                let buffer = self.pool.take();
                let job = move || fill(reader, buffer, Some(PATIENCE));
                Step::Reading(tokio::task::spawn_blocking(job))
            }
            other => other,
        })
    }

    fn put_back(&mut self, filled: Filled) -> Bytes {
        self.step = match filled.ended {
            true => Step::Done,
            false => Step::Reader(filled.reader),
        };
        filled.buffer.freeze()
    }
}

#[cfg(test)]
mod tests;
