//! What a built file says of itself: its exported symbols, its name, the C library it needs. Read
//! with binutils, which a C compiler brings along.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::run;

/// The symbols that a shared library defines for others.
pub fn exported(library: &Path) -> Result<BTreeSet<String>> {
    names(library, "--dynamic")
}

/// The symbols that a static library defines for others.
pub fn defined(archive: &Path) -> Result<BTreeSet<String>> {
    names(archive, "--extern-only")
}

fn names(file: &Path, which: &str) -> Result<BTreeSet<String>> {
    let mut nm = run::command("nm")?;
    nm.args([which, "--defined-only", "--format=posix"])
        .arg(file);
    let text = run::demand(&mut nm)?;
    // A line of an archive that ends in a colon names one of its members.
    let lines = text.lines().filter(|line| !line.ends_with(':'));
    let names = lines.filter_map(|line| line.split(' ').next());
    Ok(names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect())
}

/// The name a shared library is asked for at run time.
pub fn soname(library: &Path) -> Result<String> {
    let mut readelf = run::command("readelf")?;
    let text = run::demand(readelf.args(["--dynamic", "--wide"]).arg(library))?;
    let line = text
        .lines()
        .find(|line| line.contains("(SONAME)"))
        .with_context(|| format!("{} has no SONAME", library.display()))?;
    let name = line.split(['[', ']']).nth(1);
    Ok(name.context("a SONAME stands in brackets")?.to_owned())
}

/// The newest version of glibc that a file asks for: it starts on no older system.
pub fn glibc_floor(file: &Path) -> Result<Glibc> {
    let mut readelf = run::command("readelf")?;
    let text = run::demand(readelf.args(["--version-info", "--wide"]).arg(file))?;
    floor_in(&text).with_context(|| format!("{} asks for no glibc", file.display()))
}

/// A version of glibc; the newer is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Glibc(u32, u32);

impl std::str::FromStr for Glibc {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        // A third number, as in GLIBC_2.2.5, is of no interest next to 2.17.
        let mut numbers = text.split('.').map(str::parse);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Ok(Self(major, minor)),
            _ => anyhow::bail!("`{text}` is no version of glibc"),
        }
    }
}

impl std::fmt::Display for Glibc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

/// From readelf's list of needed versions: `Name: GLIBC_2.17`.
fn floor_in(text: &str) -> Option<Glibc> {
    let names = text
        .lines()
        .filter_map(|line| line.split_once("Name: GLIBC_"));
    let versions = names.filter_map(|(_, rest)| rest.split_whitespace().next()?.parse().ok());
    versions.max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_decides_and_numbers_are_no_text() {
        let text = "  0x0010:   Name: GLIBC_2.9  Flags: none  Version: 5\n\
                    \x20 0x0020:   Name: GLIBC_2.17  Flags: none  Version: 4\n\
                    \x20 0x0030:   Name: GLIBC_2.2.5  Flags: none  Version: 3\n\
                    \x20 0x0040:   Name: GCC_4.2.0  Flags: none  Version: 2\n";
        assert_eq!(floor_in(text), Some(Glibc(2, 17)));
        assert_eq!(floor_in("Name: GCC_3.0 Flags"), None);
    }
}
