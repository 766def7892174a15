//! What a power cut leaves of the journal: everything up to a file's last sync, and of what was
//! written after it whatever the disk happened to have taken.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::oplog::{File, Op};

/// What became of writes that were not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// None reached the disk.
    All,
    /// The first half did.
    LaterHalf,
    /// The first half did, and of the next one its first sector.
    Torn,
    /// Every other one did, the last among them.
    Gaps,
    /// The files grew, and zeros stand where they did; what was there before is there still.
    Zeros,
}

impl Loss {
    /// All of them.
    pub const ALL: [Loss; 5] = [
        Loss::All,
        Loss::LaterHalf,
        Loss::Torn,
        Loss::Gaps,
        Loss::Zeros,
    ];
}

/// A file's content; `None` when there is none.
type Content = Option<Vec<u8>>;

/// Makes the journal's files what they are after the power came back. Says how many operations
/// were lost or damaged.
pub fn cut(journal: &Path, ops: &[(File, Op)], loss: Loss) -> anyhow::Result<usize> {
    let mut lost = 0;
    for file in File::ALL {
        let own: Vec<&Op> = ops
            .iter()
            .filter(|(f, _)| *f == file)
            .map(|(_, op)| op)
            .collect();
        let safe = own
            .iter()
            .rposition(|op| matches!(op, Op::Sync | Op::Unlink))
            .map_or(0, |last| last + 1);
        let (durable, pending) = own.split_at(safe);
        if pending.is_empty() {
            continue;
        }
        let mut content = None;
        durable.iter().for_each(|op| apply(&mut content, op));
        lost += keep(&mut content, pending, loss);
        put(&named(journal, file), content.as_deref())?;
    }
    Ok(lost)
}

/// Does to `content` what reached the disk; says how much did not.
fn keep(content: &mut Content, pending: &[&Op], loss: Loss) -> usize {
    let half = pending.len() / 2;
    let (kept, damaged): (Vec<Op>, usize) = match loss {
        Loss::All => (Vec::new(), pending.len()),
        Loss::LaterHalf => (owned(&pending[..half]), pending.len() - half),
        Loss::Torn => {
            let mut kept = owned(&pending[..half]);
            kept.extend(pending.get(half).map(|op| sector(op)));
            (kept, pending.len() - half)
        }
        Loss::Gaps => {
            let last = pending.len() - 1;
            let survives = |(at, _): &(usize, &&Op)| at % 2 == last % 2;
            let kept: Vec<Op> = pending
                .iter()
                .enumerate()
                .filter(survives)
                .map(|(_, op)| (*op).clone())
                .collect();
            let damaged = pending.len() - kept.len();
            (kept, damaged)
        }
        Loss::Zeros => {
            let mut length = content.as_ref().map_or(0, Vec::len) as u64;
            let grown = pending.iter().map(|op| {
                length = match op {
                    Op::Write(at, data) => length.max(at + data.len() as u64),
                    Op::Truncate(to) => *to,
                    Op::Sync | Op::Unlink => length,
                };
                Op::Truncate(length)
            });
            (grown.collect(), pending.len())
        }
    };
    kept.iter().for_each(|op| apply(content, op));
    damaged
}

fn owned(ops: &[&Op]) -> Vec<Op> {
    ops.iter().map(|op| (*op).clone()).collect()
}

fn sector(op: &Op) -> Op {
    match op {
        Op::Write(at, data) => Op::Write(*at, data.iter().copied().take(512).collect()),
        other => other.clone(),
    }
}

fn apply(content: &mut Content, op: &Op) {
    match op {
        Op::Write(at, data) => {
            let bytes = content.get_or_insert_default();
            let (at, end) = (*at as usize, *at as usize + data.len());
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            bytes[at..end].copy_from_slice(data);
        }
        Op::Truncate(length) => content.get_or_insert_default().resize(*length as usize, 0),
        Op::Sync => {}
        Op::Unlink => *content = None,
    }
}

/// A file whose first bytes were lost is there, and empty: its name was written when it was made.
fn put(path: &Path, content: Option<&[u8]>) -> anyhow::Result<()> {
    std::fs::write(path, content.unwrap_or_default()).context("the journal cannot be rewritten")
}

fn named(journal: &Path, file: File) -> PathBuf {
    let mut name = journal.as_os_str().to_owned();
    name.push(file.suffix());
    name.into()
}

/// How many operations of each kind a log has: writes with truncations, syncs.
#[must_use]
pub fn counts(ops: &[(File, Op)]) -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    for (_, op) in ops {
        let kind = match op {
            Op::Write(..) | Op::Truncate(_) => "write",
            Op::Sync => "sync",
            Op::Unlink => continue,
        };
        *counts.entry(kind).or_default() += 1;
    }
    counts
}
