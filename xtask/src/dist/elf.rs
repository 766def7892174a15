//! What a built file says of itself: its exported symbols, its name, the C library it needs. Read
//! with binutils, which a C compiler brings along.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::run;

/// The symbols that a shared library defines for others.
pub fn exported(library: &Path) -> Result<BTreeSet<String>> {
    let dynamic = ["--dynamic", "--defined-only", "--format=posix"];
    let mut nm = run::command("nm")?;
    let text = run::demand(nm.args(dynamic).arg(library))?;
    let names = text.lines().filter_map(|line| line.split(' ').next());
    Ok(names.map(str::to_owned).collect())
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
