//! What tells that a file changed between being added and being sent: its size and the time of
//! its last change.

use std::fs::Metadata;
use std::path::Path;
use std::time::UNIX_EPOCH;

use crate::upload::cached;

/// The fingerprint and size of a file that is there; `None` says nothing about why it is not, the
/// upload will.
pub(super) fn of(path: &Path) -> Option<(String, u64)> {
    let meta = std::fs::metadata(path).ok().filter(|meta| meta.is_file())?;
    Some(shown(&meta))
}

fn shown(meta: &Metadata) -> (String, u64) {
    let changed = meta
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .map_or(0, |age| age.as_nanos());
    (format!("{} {changed}", meta.len()), meta.len())
}

/// As [`unchanged`] for a file that was there, when what the path names is in memory; otherwise
/// `None`. Does not block.
pub(super) fn unchanged_cached(path: &Path, known: &str) -> Option<bool> {
    cached::look(path).map(|meta| shown(&meta).0 == known)
}

/// Whether the file is still the one that was added. One that is gone, or was not there when it
/// was added, cannot be told to have changed. Blocks.
pub(super) fn unchanged(path: &Path, known: Option<&str>) -> bool {
    match (known, of(path)) {
        (Some(known), Some((now, _))) => known == now,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_size_or_time_shows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scan.pdf");
        assert_eq!(of(&path), None);
        std::fs::write(&path, "one").unwrap();
        let (first, size) = of(&path).unwrap();
        assert_eq!(size, 3);
        assert!(unchanged(&path, Some(&first)));

        let file = std::fs::File::options().write(true).open(&path).unwrap();
        let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
        file.set_modified(later).unwrap();
        assert!(!unchanged(&path, Some(&first)));
        assert!(unchanged(&path, None));
        std::fs::remove_file(&path).unwrap();
        assert!(unchanged(&path, Some(&first)), "gone is not changed");
    }
}
