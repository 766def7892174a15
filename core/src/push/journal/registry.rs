//! Which journals this process has open. A push that was dropped lets go of its journal a moment
//! later, when its engine has stopped; whoever opens the journal again waits for that instead of
//! being told that it is locked.
//!
//! A file is claimed here before it is touched: a POSIX lock belongs to the whole process and goes
//! with the first descriptor that is closed, so a second opener that merely looked at the file
//! would unlock it for other processes.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::MutexGuard;
use std::time::Duration;

use once_cell::race::OnceBox;
use tokio::sync::watch;

use crate::runtime::slot::Slot;

/// Longer than an engine takes to stop, requests under way included.
const PATIENCE: Duration = Duration::from_secs(10);

/// A forked child has none open, whatever its parent has; SQLite itself refuses it those.
static OPEN: OnceBox<Slot<HashMap<PathBuf, watch::Receiver<Stage>>>> = OnceBox::new();

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Open,
    Closing,
}

/// The owner's end: tells that the journal is about to be closed; dropped when it is.
pub(super) struct Entry {
    path: PathBuf,
    stage: watch::Sender<Stage>,
}

impl Entry {
    /// Claims a journal, unless this process has it open already.
    pub fn claim(path: &Path) -> Option<Self> {
        let path = key(path);
        let mut entries = entries();
        if entries.contains_key(&path) {
            return None;
        }
        let (stage, receiver) = watch::channel(Stage::Open);
        entries.insert(path.clone(), receiver);
        Some(Self { path, stage })
    }

    /// Says that the owner is on its way out.
    pub fn closing(&self) {
        self.stage.send_replace(Stage::Closing);
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        entries().remove(&self.path);
    }
}

/// Waits until the journal is closed, if its owner is on its way out. Says whether it is worth
/// another try.
pub(super) async fn closed(path: &Path) -> bool {
    let receiver = entries().get(&key(path)).cloned();
    let Some(mut stage) = receiver else {
        // Gone between the refusal and now, or another process's: one more try tells.
        return true;
    };
    if *stage.borrow() == Stage::Open {
        return false;
    }
    let gone = async { while stage.changed().await.is_ok() {} };
    tokio::time::timeout(PATIENCE, gone).await.is_ok()
}

/// The same for every way to write a path, whether the file exists yet or not.
fn key(path: &Path) -> PathBuf {
    let folder = path
        .parent()
        .map(|folder| match folder.as_os_str().is_empty() {
            true => Path::new("."),
            false => folder,
        });
    std::fs::canonicalize(path)
        .ok()
        .or_else(|| Some(std::fs::canonicalize(folder?).ok()?.join(path.file_name()?)))
        .unwrap_or_else(|| path.to_owned())
}

fn entries() -> MutexGuard<'static, HashMap<PathBuf, watch::Receiver<Stage>>> {
    let slot = OPEN.get_or_init(Box::default);
    slot.lock(std::process::id())
}
