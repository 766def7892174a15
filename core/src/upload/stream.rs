//! Content that can be read only once: a host's reader, or chunks a host sends. What fits one
//! buffer is taken into memory first and is then as good as bytes; of anything longer the first
//! buffer is kept, so that an attempt may fail as long as nothing beyond it was taken.

use std::collections::VecDeque;
use std::future::Future;
use std::io::{self, Read};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use super::ChunkReceiver;
use super::hosts::Hosts;
use super::pool::{BUFFER, Buffer, Pool};
use super::source::empty;
use crate::{Error, ErrorCode, Result};
use bytes::{Bytes, BytesMut};

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
    hosts: Hosts,
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
/// `FILE_EMPTY`; `SOURCE_FAILED` when the source failed, gave nothing for too long, or gave another
/// size than announced; a host's own error.
pub(super) async fn gather(
    supply: Supply,
    size: Option<u64>,
    pool: &Pool,
    hosts: &Hosts,
) -> Result<Gathered> {
    let (head, rest) = match supply {
        Supply::Reader(reader) => gather_reader(reader, pool, hosts).await?,
        Supply::Chunks(receiver) => gather_chunks(receiver, hosts).await?,
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
            hosts: hosts.clone(),
            supply: Mutex::new(rest),
        }),
    })
}

type Head = (Vec<Bytes>, Option<Supply>);

async fn gather_reader(reader: Box<dyn Read + Send>, pool: &Pool, hosts: &Hosts) -> Result<Head> {
    let mut now = Filled {
        reader,
        buffer: pool.take(),
        ended: false,
    };
    while !now.ended && now.buffer.filled() < BUFFER {
        now = hosts.read(move || fill(now)).await?;
    }
    let rest = (!now.ended).then_some(Supply::Reader(now.reader));
    Ok((vec![now.buffer.freeze()], rest))
}

async fn gather_chunks(mut receiver: ChunkReceiver, hosts: &Hosts) -> Result<Head> {
    let mut head = Vec::new();
    while length(&head) < BUFFER as u64 {
        match hosts.within(receiver.0.recv()).await? {
            None => return Ok((head, None)),
            Some(chunk) => head.push(chunk?),
        }
    }
    Ok((head, Some(Supply::Chunks(receiver))))
}

/// What came, and where more is to be had.
type Piece = (Option<Bytes>, Option<Supply>);

/// The next piece of a supply.
async fn next(supply: Supply, pool: Pool, hosts: Hosts) -> Result<Piece> {
    match supply {
        Supply::Chunks(mut receiver) => {
            let chunk = hosts.within(receiver.0.recv()).await?.transpose()?;
            let rest = chunk.is_some().then_some(Supply::Chunks(receiver));
            Ok((chunk, rest))
        }
        Supply::Reader(reader) => {
            let begun = Filled {
                reader,
                buffer: pool.take(),
                ended: false,
            };
            let filled = hosts.read(move || fill(begun)).await?;
            let rest = (!filled.ended).then_some(Supply::Reader(filled.reader));
            Ok((Some(filled.buffer.freeze()), rest))
        }
    }
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

/// Reads on until the buffer is full, the content ends, or enough time has passed to hand on what
/// there is. Blocks.
fn fill(mut now: Filled) -> Result<Filled> {
    let started = Instant::now();
    while !now.ended && now.buffer.filled() < BUFFER {
        let space = now.buffer.space();
        let room = space.len();
        match now.reader.read(space) {
            Ok(0) => now.ended = true,
            Ok(read) if read > room => return Err(failed("claims to have read more than asked")),
            Ok(read) => now.buffer.advance(read),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(reader_error(e)),
        }
        if started.elapsed() >= PATIENCE {
            break;
        }
    }
    Ok(now)
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
    Supply(Supply),
    Waiting(Pin<Box<dyn Future<Output = Result<Piece>> + Send>>),
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
            match std::mem::replace(&mut self.step, Step::Done) {
                Step::Head => match self.stream.take_supply() {
                    Some(supply) => self.step = Step::Supply(supply),
                    None => {
                        let error = failed("was read already and cannot be read again");
                        return Poll::Ready(Some(Err(error)));
                    }
                },
                Step::Supply(supply) => {
                    let (pool, hosts) = (self.pool.clone(), self.stream.hosts.clone());
                    self.step = Step::Waiting(Box::pin(next(supply, pool, hosts)));
                }
                Step::Waiting(mut next) => match next.as_mut().poll(cx) {
                    Poll::Pending => {
                        self.step = Step::Waiting(next);
                        return Poll::Pending;
                    }
                    Poll::Ready(Err(error)) => return Poll::Ready(Some(Err(error))),
                    Poll::Ready(Ok((chunk, rest))) => {
                        self.step = rest.map_or(Step::Done, Step::Supply);
                        if chunk.is_some() {
                            return Poll::Ready(chunk.map(Ok));
                        }
                    }
                },
                Step::Done => return Poll::Ready(None),
            }
        }
    }
}

#[cfg(test)]
mod tests;
