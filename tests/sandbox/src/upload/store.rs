//! Keeping a file: bytes go to disk and through BLAKE3 as they come.

use std::path::Path;

use anyhow::Context as _;
use tempfile::TempPath;
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

/// What is known of a file once it is whole.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) blake3: String,
    pub(crate) size: u64,
    place: Option<TempPath>,
}

impl Stored {
    /// Keeps the bytes; until then they go away with this.
    pub(crate) fn keep(&mut self) -> anyhow::Result<()> {
        if let Some(place) = self.place.take() {
            place
                .keep()
                .context("cannot keep the file in the data directory")?;
        }
        Ok(())
    }
}

/// A file that is coming in.
pub(crate) struct Sink {
    file: Option<File>,
    place: Option<TempPath>,
    hash: blake3::Hasher,
    size: u64,
}

impl Sink {
    /// Opens a new file; without a place the bytes are hashed and forgotten.
    pub(crate) async fn open(place: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = place else {
            return Ok(Self {
                file: None,
                place: None,
                hash: blake3::Hasher::new(),
                size: 0,
            });
        };
        let file = File::create_new(path)
            .await
            .context("cannot make a file in the data directory")?;
        let place = TempPath::try_from_path(path)?;
        Ok(Self {
            file: Some(file),
            place: Some(place),
            hash: blake3::Hasher::new(),
            size: 0,
        })
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        if let Some(file) = &mut self.file {
            file.write_all(bytes)
                .await
                .context("cannot write to the data directory")?;
        }
        Ok(())
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    pub(crate) async fn finish(mut self) -> anyhow::Result<Stored> {
        if let Some(file) = &mut self.file {
            file.flush()
                .await
                .context("cannot write to the data directory")?;
        }
        Ok(Stored {
            blake3: self.hash.finalize().to_hex().to_string(),
            size: self.size,
            place: self.place,
        })
    }
}
