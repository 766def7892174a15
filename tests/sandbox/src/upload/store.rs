//! Keeping a file: bytes go to disk and through SHA-256 as they come.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

/// What is known of a file once it is whole.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) sha256: String,
    pub(crate) size: u64,
}

/// A file that is coming in.
pub(crate) struct Sink {
    file: Option<File>,
    hash: Sha256,
    size: u64,
}

impl Sink {
    /// Opens a new file; without a place the bytes are hashed and forgotten.
    pub(crate) async fn open(place: Option<&Path>) -> anyhow::Result<Self> {
        let file = match place {
            Some(place) => Some(
                File::create_new(place)
                    .await
                    .context("cannot make a file in the data directory")?,
            ),
            None => None,
        };
        Ok(Self {
            file,
            hash: Sha256::new(),
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
        let mut sha256 = String::with_capacity(64);
        for byte in self.hash.finalize() {
            write!(sha256, "{byte:02x}")?;
        }
        Ok(Stored {
            sha256,
            size: self.size,
        })
    }
}
