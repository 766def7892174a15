//! The oldest system a package starts on: read from the versioned symbols of every file in it.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use crate::dist::build::{Build, FLOOR};
use crate::dist::elf;
use crate::run;
use crate::tally::Tally;

/// Checks every ELF file below `folder`: what is given away asks for glibc 2.17 and no more, what was
/// built for this machine for no more than it has.
pub fn check(tally: &mut Tally, build: &Build, folder: &Path) -> Result<()> {
    let floor: elf::Glibc = if build.is_for_old_systems() {
        FLOOR.parse()?
    } else {
        own()?
    };
    let files = elf_files(folder)?;
    ensure!(!files.is_empty(), "{} holds no ELF file", folder.display());
    for file in files {
        let found = elf::glibc_floor(&file)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let what = format!("{name} asks for glibc {found}, not more than {floor}");
        let newer = (found > floor).then(|| format!("it needs {found}"));
        tally.verdict(&what, newer.as_slice())?;
    }
    Ok(())
}

/// This machine's glibc.
fn own() -> Result<elf::Glibc> {
    let said = run::demand(run::command("getconf")?.arg("GNU_LIBC_VERSION"))?;
    said.trim().trim_start_matches("glibc ").parse()
}

/// Shared objects, each once however many links lead to it.
fn elf_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            found.extend(elf_files(&path)?);
        } else if std::fs::read(&path)?.starts_with(b"\x7fELF") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
