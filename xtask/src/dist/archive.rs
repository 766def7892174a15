//! A folder as `.tar.gz`: the same bytes whoever packs it, and when.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use flate2::{Compression, GzBuilder};
use tar::{Builder, Header, HeaderMode};

/// How much work is put into making it small.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// None: for packages that are unpacked a moment later.
    Quick,
    Small,
}

/// Packs `folder` into `archive`, under the folder's own name.
pub fn pack(folder: &Path, archive: &Path, effort: Effort) -> Result<()> {
    let name = folder.file_name().context("a packed folder has a name")?;
    let name = Path::new(name);
    if let Some(parent) = archive.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let file = File::create(archive)
        .with_context(|| format!("{} cannot be written", archive.display()))?;
    let level = match effort {
        Effort::Quick => Compression::none(),
        Effort::Small => Compression::best(),
    };
    let gzip = GzBuilder::new().write(file, level);
    let mut tar = Builder::new(gzip);
    tar.mode(HeaderMode::Deterministic);
    tar.follow_symlinks(false);
    append(&mut tar, folder, name)?;
    tar.into_inner()?.finish()?.sync_all()?;
    Ok(())
}

/// Unpacks what [`pack`] has packed.
pub fn unpack(archive: &Path, into: &Path) -> Result<()> {
    let file =
        File::open(archive).with_context(|| format!("{} cannot be read", archive.display()))?;
    let gzip = flate2::read::GzDecoder::new(file);
    tar::Archive::new(gzip)
        .unpack(into)
        .with_context(|| format!("{} cannot be unpacked", archive.display()))
}

fn append<W: std::io::Write>(tar: &mut Builder<W>, path: &Path, name: &Path) -> Result<()> {
    let about = path.symlink_metadata()?;
    if about.is_dir() {
        for entry in entries(path)? {
            let inside = entry.file_name().context("an entry has a name")?;
            append(tar, &entry, &name.join(inside))?;
        }
    } else if about.is_symlink() {
        let mut header = Header::new_gnu();
        header.set_metadata_in_mode(&about, HeaderMode::Deterministic);
        tar.append_link(&mut header, name, std::fs::read_link(path)?)?;
    } else {
        tar.append_path_with_name(path, name)?;
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)?;
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_folder_packs_to_the_same_bytes() {
        let place = tempfile::tempdir().unwrap();
        let packed = |round: &str| {
            let folder = place.path().join(round).join("filed");
            std::fs::create_dir_all(folder.join("lib")).unwrap();
            std::fs::write(folder.join("lib/b"), "b").unwrap();
            std::fs::write(folder.join("a"), "a").unwrap();
            let archive = place.path().join(round).join("filed.tar.gz");
            pack(&folder, &archive, Effort::Small).unwrap();
            std::fs::read(archive).unwrap()
        };
        assert_eq!(packed("one"), packed("two"));
        let back = place.path().join("back");
        unpack(&place.path().join("one/filed.tar.gz"), &back).unwrap();
        assert_eq!(std::fs::read(back.join("filed/lib/b")).unwrap(), b"b");
    }
}
