//! Adding files: checked, and kept in the journal.

use std::sync::Arc;

use bytes::Bytes;

use super::entry::{ClientKey, FileContent, NewFile};
use super::journal::files::{self, FileEntry};
use super::journal::resent::{self, Doubt};
use super::run::Run;
use super::{fingerprint, validate};
use crate::client::Client;
use crate::{Error, ErrorCode, Result};

/// Files that were checked, with the content of those that live in memory.
pub(super) struct Entries {
    rows: Vec<FileEntry>,
    contents: Vec<Option<Bytes>>,
}

/// What is known of files that were sent before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// They may be others by now.
    MayDiffer,
    /// Those that may be were looked at.
    WasCompared,
}

/// Adds files to the journal, unless some may differ from what was sent: those come back, and
/// nothing was added.
pub(super) async fn keep(
    run: &Arc<Run>,
    to: ClientKey,
    entries: Arc<Entries>,
    sent: Sent,
) -> Result<Vec<Doubt>> {
    let (key, now) = (to.0.cast_signed(), run.now());
    let holder = run.clone();
    run.journal
        .run(move |db| {
            if sent == Sent::MayDiffer {
                let doubts = resent::doubts(db, &entries.rows)?;
                if !doubts.is_empty() {
                    return Ok(doubts);
                }
            }
            let added = files::add_all(db, key, &entries.rows, now)?;
            // Content is there before its row can be claimed.
            for (added, content) in added.into_iter().zip(&entries.contents) {
                if let (true, Some(bytes)) = (added.wanted, content) {
                    holder.hold(added.key, bytes.clone());
                }
            }
            Ok(Vec::new())
        })
        .await
}

/// Checks files and prepares their rows. Hashing bytes and looking at paths blocks, and is done
/// where that is allowed.
pub(super) async fn entries(client: &Client, new: Vec<NewFile>) -> Result<Entries> {
    let by_url = |file: &NewFile| matches!(file.content, FileContent::Url(_));
    if new.iter().any(by_url) {
        crate::upload::by_url::check_role(&client.inner().settings)?;
    }
    if new
        .iter()
        .all(|file| matches!(file.content, FileContent::Url(_)))
    {
        return all(new);
    }
    let work = async move {
        tokio::task::spawn_blocking(move || all(new))
            .await
            .map_err(|_| Error::new(ErrorCode::Internal, "checking the files was broken off"))?
    };
    client.generation().run(work).await
}

fn all(new: Vec<NewFile>) -> Result<Entries> {
    let entries = new.into_iter().map(entry).collect::<Result<Vec<_>>>()?;
    let (rows, contents) = entries.into_iter().unzip();
    Ok(Entries { rows, contents })
}

fn entry(new: NewFile) -> Result<(FileEntry, Option<Bytes>)> {
    let entry = validate::check_file(&new)?;
    Ok(match new.content {
        FileContent::Bytes(bytes) => (entry, Some(bytes)),
        FileContent::Url(_) => (entry, None),
        FileContent::Path(path) => match fingerprint::of(&path) {
            None => (entry, None),
            Some((fingerprint, size)) => {
                let known = FileEntry {
                    fingerprint: Some(fingerprint),
                    size: Some(size),
                    ..entry
                };
                (known, None)
            }
        },
    })
}
