//! What was done to the journal's files, as the preloaded library logged it.

use std::path::Path;

use anyhow::Context as _;

/// A file of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum File {
    /// The database.
    Main,
    /// Its write-ahead log.
    Wal,
    /// Its rollback journal, while it is made.
    Rollback,
}

impl File {
    /// All of them.
    pub const ALL: [File; 3] = [File::Main, File::Wal, File::Rollback];

    /// What its name ends with.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            File::Main => "",
            File::Wal => "-wal",
            File::Rollback => "-journal",
        }
    }
}

/// Something that was done to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// Bytes were written at a place.
    Write(u64, Vec<u8>),
    /// It was cut, or grown, to a length.
    Truncate(u64),
    /// Everything before is on disk.
    Sync,
    /// It was removed.
    Unlink,
}

/// Reads a log; a record that is cut off ends it.
pub fn read(path: &Path) -> anyhow::Result<Vec<(File, Op)>> {
    let bytes = match std::fs::read(path) {
        // A process that died before it came to its journal.
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.context("the log of the journal cannot be read")?,
    };
    let mut rest = bytes.as_slice();
    let mut ops = Vec::new();
    while let Some((record, after)) = next(rest)? {
        ops.push(record);
        rest = after;
    }
    Ok(ops)
}

type Next<'b> = Option<((File, Op), &'b [u8])>;

fn next(bytes: &[u8]) -> anyhow::Result<Next<'_>> {
    let Some((head, rest)) = bytes.split_first_chunk::<24>() else {
        return Ok(None);
    };
    let number = |at: usize| {
        let bytes = head.get(at..at + 8).unwrap_or_default();
        bytes.try_into().map(u64::from_le_bytes)
    };
    let (at, length) = (number(8)?, usize::try_from(number(16)?)?);
    let file = match head[1] {
        1 => File::Main,
        2 => File::Wal,
        3 => File::Rollback,
        other => anyhow::bail!("the log of the journal names a file {other}"),
    };
    Ok(match head[0] {
        1 => rest
            .split_at_checked(length)
            .map(|(data, rest)| ((file, Op::Write(at, data.to_vec())), rest)),
        2 => Some(((file, Op::Truncate(at)), rest)),
        3 => Some(((file, Op::Sync), rest)),
        4 => Some(((file, Op::Unlink), rest)),
        other => anyhow::bail!("the log of the journal names an operation {other}"),
    })
}
