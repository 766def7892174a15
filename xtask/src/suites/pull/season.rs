//! A season to pull: 50 clients with 250 files, real forms among them when they are there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::{hash, place};

pub const CLIENTS: usize = 50;
const FILES_EACH: usize = 5;

/// A folder of clients, and what is in it.
pub struct Season {
    pub folder: PathBuf,
    pub state: PathBuf,
    /// (client, file) → BLAKE3.
    pub files: BTreeMap<(String, String), String>,
    /// How many of the files are real forms.
    pub forms: usize,
}

impl Season {
    /// Makes it afresh, for one language.
    pub fn make(language: &str) -> Result<Self> {
        let root = place::target()?.join("pull").join(language);
        if root.exists() {
            std::fs::remove_dir_all(&root)?;
        }
        let mut season = Self {
            folder: root.join("clients"),
            state: root.join("state"),
            files: BTreeMap::new(),
            forms: 0,
        };
        std::fs::create_dir_all(&season.state)?;
        let forms = forms()?;
        for at in 0..CLIENTS {
            season.client(at, &forms)?;
        }
        Ok(season)
    }

    fn client(&mut self, at: usize, forms: &[PathBuf]) -> Result<()> {
        let name = format!("Client {at:02} Ünï 田");
        let folder = self.folder.join(&name);
        std::fs::create_dir_all(&folder)?;
        let form = forms.get(at % forms.len().max(1));
        for number in 0..FILES_EACH {
            let (file, bytes) = match form.filter(|_| number == 0) {
                Some(form) => (file_name(form)?, std::fs::read(form)?),
                None => sample(at, number),
            };
            self.forms += usize::from(form.is_some() && number == 0);
            self.put(&folder, &name, file, &bytes)?;
        }
        Ok(())
    }

    fn put(&mut self, folder: &Path, client: &str, file: String, bytes: &[u8]) -> Result<()> {
        std::fs::write(folder.join(&file), bytes)?;
        self.files
            .insert((client.to_owned(), file), hash::hex(bytes));
        Ok(())
    }
}

/// The real forms; none when they are not there.
fn forms() -> Result<Vec<PathBuf>> {
    let folder = match std::env::var_os("FILED_TEST_FORMS") {
        Some(named) => PathBuf::from(named),
        None => place::root()?.join("../shared/data/irs-forms"),
    };
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(&folder)?.map(|entry| Ok(entry?.path()));
    let mut forms = entries.collect::<Result<Vec<_>>>()?;
    forms.retain(|path| path.extension().is_some_and(|ending| ending == "pdf"));
    forms.sort();
    Ok(forms)
}

fn file_name(path: &Path) -> Result<String> {
    let name = path.file_name().and_then(|name| name.to_str());
    Ok(name.context("a form's name is not UTF-8")?.to_owned())
}

/// A document of our own; its bytes follow from its place.
fn sample(client: usize, number: usize) -> (String, Vec<u8>) {
    let size = 500 + (client * 7_919 + number * 104_729) % 60_000;
    let mut bytes = b"%PDF-1.4\n".to_vec();
    bytes.extend((0..size).map(|at| ((at * 31 + client * 17 + number) % 256) as u8));
    (
        format!("W-2 \u{201c}{number}\u{201d} für {client}.pdf"),
        bytes,
    )
}

/// Every file below a client's folder with its hash, except the provider's own.
pub fn hashes(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in
        std::fs::read_dir(folder).with_context(|| format!("{} is gone", folder.display()))?
    {
        let path = entry?.path();
        if path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'))
        {
            continue;
        }
        match path.is_dir() {
            true => found.extend(hashes(&path)?),
            false => found.push(hash::file(&path)?),
        }
    }
    Ok(found)
}
