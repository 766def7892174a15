//! Putting the bytes of a chunk on the disk. They count every 8 MiB and at the end, once the disk
//! has them; a chunk with a checksum counts only as a whole.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use ring::digest;

use super::header::Checksum;
use super::lock::Held;
use crate::pull::Incoming;
use crate::pull::private;
use crate::pull::problem::{Code, Problem};
use crate::pull::server::body::Received;
use crate::pull::store::Store;
use crate::pull::store::uploads::Upload;

/// Written at once.
const PIECE: usize = 256 * 1024;
/// Bytes after which they count.
const COUNTED: u64 = 8 << 20;

/// A chunk on its way to the disk.
pub struct Append<'a> {
    pub store: &'a Arc<Store>,
    pub held: &'a Held,
    pub received: &'a Received,
    pub checksum: Option<Checksum>,
    /// When the upload ends if nothing more comes.
    pub ends: i64,
}

impl Append<'_> {
    /// Appends a chunk at the upload's offset, which moves as bytes count. What came before the
    /// transfer broke stays.
    pub async fn run(self, upload: &mut Upload, mut content: Incoming) -> Result<(), Problem> {
        let (path, offset) = (self.store.part(&upload.id), upload.offset);
        let mut file = blocking(move || open(&path, offset)).await?;
        let mut hash = self
            .checksum
            .as_ref()
            .map(|sum| digest::Context::new(sum.algorithm));
        let (mut at, mut ended) = (upload.offset, Ok(()));
        let mut gathered = BytesMut::new();
        loop {
            let next = tokio::select! {
                biased;
                () = self.held.wanted.cancelled() => Err(Problem::new(Code::UploadLocked)),
                next = content.next() => next.map_err(|error| self.received.problem(error)),
            };
            let over = match next {
                Ok(Some(chunk)) => {
                    if let Some(hash) = &mut hash {
                        hash.update(&chunk);
                    }
                    gathered.extend_from_slice(&chunk);
                    false
                }
                Ok(None) => true,
                Err(problem) => {
                    ended = Err(problem);
                    true
                }
            };
            if over || gathered.len() >= PIECE {
                at += gathered.len() as u64;
                file = write(file, gathered.split().freeze()).await?;
            }
            if over {
                break;
            }
            if hash.is_none() && at - upload.offset >= COUNTED {
                file = self.count(file, upload, at).await?;
            }
        }
        if let (Some(hash), Some(sum)) = (hash, &self.checksum) {
            ended.as_ref().map_err(Problem::clone)?;
            if hash.finish().as_ref() != sum.expected {
                return Err(Problem::new(Code::ChecksumMismatch));
            }
        }
        self.count(file, upload, at).await?;
        ended
    }

    async fn count(&self, file: File, upload: &mut Upload, at: u64) -> Result<File, Problem> {
        let file = blocking(move || file.sync_data().map(|()| file)).await?;
        self.store.advance(&upload.id, at, self.ends).await?;
        (upload.offset, upload.ends) = (at, self.ends);
        Ok(file)
    }
}

/// Opens a part; what is beyond its offset never counted.
fn open(path: &Path, offset: u64) -> io::Result<File> {
    let mut options = private::options();
    options.write(true).create(true).truncate(false);
    let mut file = options.open(path)?;
    file.set_len(offset)?;
    file.seek(SeekFrom::Start(offset))?;
    Ok(file)
}

async fn write(mut file: File, bytes: Bytes) -> Result<File, Problem> {
    blocking(move || file.write_all(&bytes).map(|()| file)).await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    match done {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(e)) if e.kind() == io::ErrorKind::StorageFull => {
            Err(Problem::new(Code::Unavailable).retry_after(std::time::Duration::from_secs(60)))
        }
        _ => Err(Problem::new(Code::Internal)),
    }
}
