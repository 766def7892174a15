//! Writing: notes and received files. Everything is written beside its place and put there in one
//! step, so that a kill leaves the whole or nothing, and never over something that is there.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::scan::ClientFolder;
use super::{Folder, OWN};
use crate::hash;
use crate::pull::{NewFile, NewNote, Note, Outcome, ProviderError, PullFile};

/// Where received files are put in a client's folder.
const RECEIVED: &str = "From Filed";

/// The longest name a file system takes, in bytes, with room for a number.
const MOST_NAME: usize = 240;

/// Tries at a name that is taken.
const MOST_NUMBERS: u32 = 10_000;

/// A folder that only its owner looks into.
pub fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    made(builder.create(path), path)
}

/// A folder is good when it was there, but not a link in its place.
fn made(result: io::Result<()>, path: &Path) -> io::Result<()> {
    match result {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            match path.symlink_metadata()?.is_dir() {
                true => Ok(()),
                false => Err(e),
            }
        }
        result => result,
    }
}

/// Puts a written file in its place for good, unless there is something already.
pub fn persist(file: NamedTempFile, path: &Path) -> io::Result<()> {
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    sync_folder(path)
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    path.parent()
        .map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// Elsewhere a folder cannot be opened, and the rename is all there is.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Keeps a note in the client's folder. The same idempotency key is the same note.
pub fn note(
    folder: &Folder,
    client: &ClientFolder,
    client_id: String,
    note: NewNote,
) -> Outcome<Note> {
    let own = client.path.join(OWN);
    private_folder(&own)?;
    let notes = own.join("notes");
    private_folder(&notes)?;
    let id = match &note.idempotency_key {
        Some(key) => folder.ids.of("note", &[&client.name, key]),
        None => uuid::Uuid::now_v7().simple().to_string(),
    };
    let path = notes.join(format!("{id}.json"));
    let note = Note {
        id,
        client_id,
        text: note.text,
        format: note.format,
        category: note.category,
        author: note.author,
        date_created: Timestamp::now(),
    };
    let mut file = NamedTempFile::new_in(&own)?;
    file.write_all(&json(&note)?)?;
    match persist(file, &path) {
        Ok(()) => Ok(note),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => read(&path),
        Err(e) => Err(e.into()),
    }
}

fn json(value: &impl Serialize) -> Outcome<Vec<u8>> {
    serde_json::to_vec_pretty(value).map_err(|_| ProviderError::Failed)
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Outcome<T> {
    let file = super::scan::open(path)?;
    serde_json::from_reader(io::BufReader::new(file)).map_err(|_| ProviderError::Failed)
}

/// A file on its way in. It is gone when it is dropped before it is kept.
pub struct Part {
    file: NamedTempFile,
    hasher: Sha256,
}

/// Which file an idempotency key became. Written before the file is put in its place.
#[derive(Serialize, Deserialize)]
struct Promise {
    inner: String,
    sha256: String,
}

impl Part {
    pub fn create(folder: &Folder) -> Outcome<Self> {
        let incoming = folder.root.join(OWN).join("incoming");
        private_folder(&incoming)?;
        Ok(Self {
            file: NamedTempFile::new_in(incoming)?,
            hasher: Sha256::new(),
        })
    }

    pub fn write(mut self, chunk: &Bytes) -> Outcome<Self> {
        self.hasher.update(chunk);
        self.file.write_all(chunk)?;
        Ok(self)
    }

    /// Puts the file into the client's folder, under its name or one with a number.
    pub fn keep(
        self,
        folder: &Folder,
        client: &ClientFolder,
        client_id: &str,
        file: &NewFile,
    ) -> Outcome<PullFile> {
        let sha256 = hash::hex(&self.hasher.finalize());
        self.file.as_file().sync_all()?;
        let place = client.path.join(RECEIVED);
        made(std::fs::create_dir(&place), &place)?;
        let promises = folder.root.join(OWN).join("received");
        private_folder(&promises)?;
        let promise = file.idempotency_key.as_ref().map(|key| {
            let id = folder.ids.of("received", &[client_id, key]);
            promises.join(format!("{id}.json"))
        });
        if let Some(promise) = &promise
            && let Some(path) = kept(promise, client, &sha256)?
        {
            return describe(folder, client, &path);
        }
        let mut part = self.file;
        for number in 0..MOST_NUMBERS {
            let name = numbered(&safe_name(&file.name), number);
            let path = place.join(&name);
            if path.symlink_metadata().is_ok() {
                continue;
            }
            if let Some(promise) = &promise {
                let inner = format!("{RECEIVED}/{name}");
                let sha256 = sha256.clone();
                write_over(promise, &json(&Promise { inner, sha256 })?)?;
            }
            match part.persist_noclobber(&path) {
                Ok(_) => {
                    sync_folder(&path)?;
                    return describe(folder, client, &path);
                }
                Err(e) if e.error.kind() == io::ErrorKind::AlreadyExists => part = e.file,
                Err(e) => return Err(e.error.into()),
            }
        }
        Err(ProviderError::Failed)
    }
}

/// The file an earlier request with this key put in its place, if it got so far. The hash tells it
/// from another file that took the name just then.
fn kept(promise: &Path, client: &ClientFolder, sha256: &str) -> Outcome<Option<PathBuf>> {
    let promise: Promise = match read(promise) {
        Err(ProviderError::NotFound) => return Ok(None),
        promise => promise?,
    };
    if promise.sha256 != sha256 {
        let text = "the idempotency key belongs to another file";
        return Err(ProviderError::Invalid(text.into()));
    }
    let path = client.path.join(promise.inner);
    let Ok(mut file) = super::scan::open(&path) else {
        return Ok(None);
    };
    Ok((hash::of_file(&mut file)? == sha256).then_some(path))
}

fn write_over(path: &Path, text: &[u8]) -> Outcome<()> {
    let folder = path.parent().ok_or(ProviderError::Failed)?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(sync_folder(path)?)
}

fn describe(folder: &Folder, client: &ClientFolder, path: &Path) -> Outcome<PullFile> {
    let name = path.file_name().and_then(|name| name.to_str());
    let inner = format!("{RECEIVED}/{}", name.ok_or(ProviderError::Failed)?);
    Ok(folder.file_of(client, &inner, &path.symlink_metadata()?))
}

/// A name that is one on every system, is not hidden, and fits.
fn safe_name(name: &str) -> String {
    let forbidden = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
    let clean: String = name
        .chars()
        .map(|c| if forbidden(c) { '_' } else { c })
        .collect();
    let clean = clean.trim_end_matches(['.', ' ']).trim_start();
    let shown = match clean.strip_prefix('.') {
        Some(rest) => format!("_{rest}"),
        None => clean.to_owned(),
    };
    match shown.is_empty() {
        true => "file".into(),
        false => fitting(&shown),
    }
}

/// Shortens the stem, not the extension.
fn fitting(name: &str) -> String {
    if name.len() <= MOST_NAME {
        return name.to_owned();
    }
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if extension.len() <= 16 => (stem, format!(".{extension}")),
        _ => (name, String::new()),
    };
    let mut end = MOST_NAME - extension.len();
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{extension}", &stem[..end])
}

/// `a.pdf`, `a (2).pdf`, `a (3).pdf`
fn numbered(name: &str, number: u32) -> String {
    if number == 0 {
        return name.to_owned();
    }
    let number = number + 1;
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => format!("{stem} ({number}).{extension}"),
        _ => format!("{name} ({number})"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_name_becomes_one_visible_component(name in "\\PC{0,400}") {
            let safe = safe_name(&name);
            prop_assert!((1..=MOST_NAME).contains(&safe.len()));
            prop_assert!(!safe.starts_with('.') && !safe.contains(['/', '\\']));
            prop_assert_eq!(Path::new(&safe).components().count(), 1);
        }
    }

    #[test]
    fn names_stay_readable() {
        assert_eq!(safe_name("Return 2025.pdf"), "Return 2025.pdf");
        assert_eq!(safe_name("..\\..\\x:y.pdf"), "_._.._x_y.pdf");
        assert_eq!(safe_name("..."), "file");
        assert_eq!(numbered("a.b.pdf", 1), "a.b (2).pdf");
        assert_eq!(numbered("README", 2), "README (3)");
        let long = safe_name(&format!("{}.pdf", "ü".repeat(200)));
        assert!(long.ends_with("ü.pdf") && long.len() <= MOST_NAME);
    }
}
