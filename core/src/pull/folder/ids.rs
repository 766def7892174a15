//! Ids of clients, files and notes: what they name cannot be told from them without the folder's
//! own secret, which is made when the folder is first served.

use std::io::{self, Write};
use std::path::Path;

use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};

use super::keep;
use crate::hash;

/// Makes ids.
pub struct Ids(hmac::Key);

impl Ids {
    /// Reads the secret, or makes one.
    pub fn open(own: &Path) -> io::Result<Self> {
        let path = own.join("secret");
        let secret = match std::fs::read(&path) {
            Ok(secret) if secret.len() == 32 => secret,
            Ok(_) => return Err(io::ErrorKind::InvalidData.into()),
            Err(e) if e.kind() == io::ErrorKind::NotFound => make(own, &path)?,
            Err(e) => return Err(e),
        };
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &secret)))
    }

    /// The id of a client's folder.
    pub fn client(&self, name: &str) -> String {
        self.short("client", &[name])
    }

    /// The id of a file, which begins with its client's.
    pub fn file(&self, client: &str, path: &str) -> String {
        let own = self.short("file", &[client, path]);
        format!("{}-{own}", self.client(client))
    }

    /// The part of a file's id that is its client's.
    pub fn client_of(file_id: &str) -> Option<&str> {
        file_id.split_once('-').map(|(client, _)| client)
    }

    /// An id of something else that is the same for the same words.
    pub fn of(&self, kind: &str, words: &[&str]) -> String {
        self.short(kind, words)
    }

    fn short(&self, kind: &str, words: &[&str]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        for word in std::iter::once(&kind).chain(words) {
            context.update(&(word.len() as u64).to_be_bytes());
            context.update(word.as_bytes());
        }
        let tag = context.sign();
        hash::hex(&tag.as_ref()[..12])
    }
}

fn make(own: &Path, path: &Path) -> io::Result<Vec<u8>> {
    let mut secret = vec![0; 32];
    SystemRandom::new()
        .fill(&mut secret)
        .map_err(|_| io::Error::other("no random numbers"))?;
    let mut file = tempfile::NamedTempFile::new_in(own)?;
    file.write_all(&secret)?;
    match keep::persist(file, path) {
        Ok(()) => Ok(secret),
        // Another server made one this moment.
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => std::fs::read(path),
        Err(e) => Err(e),
    }
}
