//! [`Content`] as the body of an answer: a part of it, a piece at a time, exactly as long as was
//! said. Content that is shorter, longer, late or broken ends the connection, since a transfer
//! that looks whole must be whole.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream::try_unfold;
use futures_util::{Stream, StreamExt};

use crate::pull::{Chunks, Content};
use crate::upload::platform::{Now, read_at, read_now};

/// One read from disk. Two or three of them are in memory for each transfer.
const PIECE: u64 = 64 * 1024;

/// The bytes from `from` up to, not including, `to`, of content that has `size` of them.
pub fn body(content: Content, from: u64, to: u64, size: u64, patience: Duration) -> Body {
    match content {
        Content::Bytes(bytes) if bytes.len() as u64 == size => {
            Body::from(bytes.slice(index(from)..index(to)))
        }
        Content::Bytes(_) => Body::from_stream(broken()),
        Content::File(file) => Body::from_stream(from_file(file, from, to)),
        Content::Chunks(chunks) => {
            let cut = Cut {
                chunks,
                skip: from,
                left: to - from,
                last: to == size,
                patience,
                begun: false,
            };
            Body::from_stream(cut.stream())
        }
    }
}

fn index(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

fn broken() -> impl Stream<Item = io::Result<Bytes>> + Send {
    futures_util::stream::iter([Err(wrong("the provider gave another size than it said"))])
}

fn wrong(text: &str) -> io::Error {
    io::Error::other(text.to_owned())
}

fn from_file(file: File, from: u64, to: u64) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let file = Arc::new(file);
    try_unfold((file, from), move |(file, at)| async move {
        if at == to {
            return Ok(None);
        }
        let want = index((to - at).min(PIECE));
        let piece = match read_memory(&file, want, at)? {
            Some(piece) => piece,
            None => read_disk(file.clone(), want, at).await?,
        };
        if piece.is_empty() {
            return Err(wrong("the file became shorter while it was sent"));
        }
        let at = at + piece.len() as u64;
        Ok(Some((piece, (file, at))))
    })
}

/// What is in memory already; `None` when the disk has to be asked.
fn read_memory(file: &File, want: usize, at: u64) -> io::Result<Option<Bytes>> {
    let mut space = vec![0; want];
    Ok(match read_now(file, &mut space, at)? {
        Now::Read(read) => {
            space.truncate(read);
            Some(space.into())
        }
        Now::WouldBlock | Now::Unsupported => None,
    })
}

async fn read_disk(file: Arc<File>, want: usize, at: u64) -> io::Result<Bytes> {
    let read = tokio::task::spawn_blocking(move || {
        let mut space = vec![0; want];
        let read = loop {
            match read_at(&file, &mut space, at) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        space.truncate(read);
        Ok(Bytes::from(space))
    });
    read.await.map_err(io::Error::other)?
}

/// A part of a provider's chunks.
struct Cut {
    chunks: Box<dyn Chunks>,
    skip: u64,
    left: u64,
    /// The part reaches to the end of the content.
    last: bool,
    patience: Duration,
    begun: bool,
}

impl Cut {
    fn stream(self) -> impl Stream<Item = io::Result<Bytes>> + Send {
        try_unfold(self, |mut cut| async {
            Ok(cut.next().await?.map(|chunk| (chunk, cut)))
        })
        .boxed()
    }

    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        self.begin().await?;
        if self.left == 0 {
            return Ok(None);
        }
        let mut chunk = loop {
            let Some(mut chunk) = self.give().await? else {
                return Err(wrong("the provider gave less than it said"));
            };
            let before = self.skip.min(chunk.len() as u64);
            self.skip -= before;
            let rest = chunk.split_off(index(before));
            if !rest.is_empty() {
                break rest;
            }
        };
        if chunk.len() as u64 > self.left {
            if self.last {
                return Err(wrong("the provider gave more than it said"));
            }
            chunk.truncate(index(self.left));
        }
        self.left -= chunk.len() as u64;
        Ok(Some(chunk))
    }

    async fn begin(&mut self) -> io::Result<()> {
        if self.begun || self.skip == 0 {
            return Ok(());
        }
        self.begun = true;
        let skipped = tokio::time::timeout(self.patience, self.chunks.skip(self.skip));
        match skipped.await.map_err(io::Error::from)? {
            Ok(true) => self.skip = 0,
            Ok(false) => {}
            Err(_) => return Err(wrong("the provider failed")),
        }
        Ok(())
    }

    async fn give(&mut self) -> io::Result<Option<Bytes>> {
        tokio::time::timeout(self.patience, self.chunks.next())
            .await
            .map_err(io::Error::from)?
            .map_err(|_| wrong("the provider failed"))
    }
}
