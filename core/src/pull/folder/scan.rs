//! Looking through the folders. No symbolic link is followed, neither while looking nor when a
//! file is opened, so that nothing outside is ever seen.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Map;

use super::ids::Ids;
use super::{Folder, OWN};
use crate::hash;
use crate::pull::{Outcome, ProviderError, PullClient, PullFile};

/// How deep files may lie within a client's folder.
const DEEPEST: usize = 16;

/// A client's folder by its name, as [`visible`] gives it.
pub struct ClientFolder {
    pub name: String,
    pub path: PathBuf,
}

/// What `.filed/client.json` may say.
#[derive(Default, Deserialize)]
struct About {
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// A file that was found.
struct Found {
    path: PathBuf,
    /// The names of the folders and of the file, with `/` between, as [`visible`] gives them.
    inner: String,
    metadata: Metadata,
}

impl From<io::Error> for ProviderError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // It was there when it was looked for.
            io::ErrorKind::NotFound => Self::NotFound,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Unavailable(None),
            _ => Self::Failed,
        }
    }
}

/// The folders of the clients.
pub fn clients(root: &Path) -> io::Result<Vec<ClientFolder>> {
    let mut clients = Vec::new();
    for entry in std::fs::read_dir(root)? {
        let entry = entry?;
        if let Some(name) = visible(&entry.file_name())
            && entry.file_type()?.is_dir()
        {
            let path = entry.path();
            clients.push(ClientFolder { name, path });
        }
    }
    Ok(clients)
}

/// A name that is not hidden, so that it differs from every other: what is no text is followed by its
/// bytes.
fn visible(name: &OsStr) -> Option<String> {
    let text = name.to_string_lossy();
    if text.starts_with('.') {
        return None;
    }
    Some(match text {
        Cow::Borrowed(text) => text.to_owned(),
        Cow::Owned(text) => format!("{text}\0{}", hash::hex(name.as_encoded_bytes())),
    })
}

/// A name, or several with `/` between, as others see it: what is no text, or would break a line, is
/// replaced.
fn shown(names: &str) -> String {
    let text = |name: &str| {
        let (text, _) = name.split_once('\0').unwrap_or((name, ""));
        text.replace(char::is_control, "\u{fffd}")
    };
    names.split('/').map(text).collect::<Vec<_>>().join("/")
}

/// Opens a file that must not be a link or anything but a regular file.
pub fn open(path: &Path) -> io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY | libc::O_CLOEXEC,
    );
    let file = options.open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::ErrorKind::NotFound.into()),
    }
}

impl Folder {
    pub fn clients(&self) -> Outcome<Vec<PullClient>> {
        let folders = clients(&self.root)?;
        folders.iter().map(|folder| self.describe(folder)).collect()
    }

    /// The folder of a client. The id is compared, never made into a path.
    pub fn client(&self, id: &str) -> Outcome<ClientFolder> {
        clients(&self.root)?
            .into_iter()
            .find(|folder| self.ids.client(&folder.name) == id)
            .ok_or(ProviderError::NotFound)
    }

    /// The files of a client, each with its path on disk.
    pub fn files(&self, client: &ClientFolder) -> Outcome<Vec<(PathBuf, PullFile)>> {
        let found = walk(&client.path)?;
        Ok(found
            .into_iter()
            .map(|found| {
                let file = self.file_of(client, &found.inner, &found.metadata);
                (found.path, file)
            })
            .collect())
    }

    /// A file by its id.
    pub fn file(&self, id: &str) -> Outcome<(PathBuf, PullFile)> {
        let client = Ids::client_of(id).ok_or(ProviderError::NotFound)?;
        let client = self.client(client)?;
        self.files(&client)?
            .into_iter()
            .find(|(_, file)| file.id == id)
            .ok_or(ProviderError::NotFound)
    }

    /// What the list says of a file.
    pub fn file_of(&self, client: &ClientFolder, inner: &str, metadata: &Metadata) -> PullFile {
        let (folder, name) = match inner.rsplit_once('/') {
            Some((folder, name)) => (Some(folder), name),
            None => (None, inner),
        };
        let mut more = Map::new();
        if let Some(folder) = folder {
            more.insert("folder".into(), shown(folder).into());
        }
        let name = shown(name);
        let guess = mime_guess::from_path(&name).first_raw();
        PullFile {
            id: self.ids.file(&client.name, inner),
            name,
            size: metadata.len(),
            mime_type: guess.unwrap_or("application/octet-stream").into(),
            download_url: None,
            date_created: metadata.created().ok().and_then(time),
            date_modified: metadata.modified().ok().and_then(time),
            metadata: more,
        }
    }

    fn describe(&self, folder: &ClientFolder) -> Outcome<PullClient> {
        let about = about(&folder.path);
        let changed = walk(&folder.path)?
            .iter()
            .filter_map(|found| found.metadata.modified().ok())
            .chain(folder.path.metadata()?.modified())
            .max();
        Ok(PullClient {
            id: self.ids.client(&folder.name),
            name: about.name.unwrap_or_else(|| shown(&folder.name)),
            email: about.email,
            phone: about.phone,
            kind: about.kind,
            last_modified: changed.and_then(time),
        })
    }
}

/// What cannot be read says nothing.
fn about(client: &Path) -> About {
    let file = open(&client.join(OWN).join("client.json"));
    file.ok()
        .and_then(|file| serde_json::from_reader(io::BufReader::new(file)).ok())
        .unwrap_or_default()
}

fn walk(client: &Path) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    let mut folders = vec![(client.to_owned(), String::new(), 0)];
    while let Some((folder, inner, depth)) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let Some(name) = visible(&entry.file_name()) else {
                continue;
            };
            let inner = match inner.as_str() {
                "" => name,
                inner => format!("{inner}/{name}"),
            };
            let kind = entry.file_type()?;
            if kind.is_dir() && depth < DEEPEST {
                folders.push((entry.path(), inner, depth + 1));
            } else if kind.is_file() {
                // A file that went away between two looks is not there.
                if let Ok(metadata) = entry.metadata() {
                    let path = entry.path();
                    found.push(Found {
                        path,
                        inner,
                        metadata,
                    });
                }
            }
        }
    }
    Ok(found)
}

fn time(time: std::time::SystemTime) -> Option<Timestamp> {
    Timestamp::try_from(time).ok()
}
