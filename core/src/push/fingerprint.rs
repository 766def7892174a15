//! What tells that a file changed between being added and being sent: its size and the time of
//! its last change.

use std::fs::Metadata;
use std::path::Path;
use std::time::UNIX_EPOCH;

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

/// Whether this is still the file that was added. What was not there then cannot be told to have
/// changed.
pub(super) fn unchanged(meta: &Metadata, known: Option<&str>) -> bool {
    known.is_none_or(|known| known == shown(meta).0)
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
        let unchanged = |known| unchanged(&path.metadata().unwrap(), known);
        assert!(unchanged(Some(&first)));

        let file = std::fs::File::options().write(true).open(&path).unwrap();
        let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
        file.set_modified(later).unwrap();
        assert!(!unchanged(Some(&first)));
        assert!(unchanged(None));
    }
}
