//! What only one system has stays in the files that are there for it. Whoever ports the library then
//! knows where to look; whoever adds a call elsewhere is told.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use crate::place;
use crate::tally::Tally;

/// Crates that are given away, and the files and folders of each that may know their system.
const CRATES: [(&str, &[&str]); 4] = [
    (
        "core/src",
        &[
            "pull/folder/",
            "pull/private.rs",
            "push/journal/files.rs",
            "push/journal/mod.rs",
            "push/journal/open.rs",
            "resources.rs",
            "runtime/",
            "upload/cached.rs",
            "upload/platform.rs",
        ],
    ),
    ("ffi-c/src", &["signal.rs"]),
    ("bindings-python/src", &["pull/descriptor.rs", "wake.rs"]),
    ("bindings-node/src", &[]),
];

/// How a source says that it is for one system.
const MARKS: [&str; 9] = [
    "std::os::",
    "libc::",
    "cfg(unix)",
    "cfg(windows)",
    "cfg(not(unix))",
    "cfg(not(windows))",
    "cfg(target_os",
    "cfg(not(target_os",
    "tokio::signal::unix",
];

pub fn check(tally: &mut Tally) -> Result<()> {
    for (folder, allowed) in CRATES {
        let root = place::root()?.join(folder);
        let mut found = Vec::new();
        let files = sources(&root)?;
        ensure!(!files.is_empty(), "{folder} has no sources");
        for file in files {
            let name = file.strip_prefix(&root)?.to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&file)?;
            if !allowed.iter().any(|place| name.starts_with(place)) {
                found.extend(marks(&text).map(|line| format!("{folder}/{name}:{line}")));
            }
        }
        let what = format!("{folder} knows its system in {} places only", allowed.len());
        tally.verdict(&what, &found)?;
    }
    Ok(())
}

/// Lines, from 1, up to the tests of the file.
fn marks(text: &str) -> impl Iterator<Item = usize> {
    let lines = text.lines().zip(1..);
    lines
        .take_while(|(line, _)| !line.starts_with("#[cfg(test)]"))
        .filter(|(line, _)| !line.trim_start().starts_with("//"))
        .filter(|(line, _)| MARKS.iter().any(|mark| line.contains(mark)))
        .map(|(_, number)| number)
}

/// Every Rust file below a folder, but those of tests.
fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let stem = path.file_stem().unwrap_or_default();
        if stem == "tests" {
            continue;
        }
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_of_one_system_is_found_and_a_test_s_is_not() {
        let text = "// libc::kill\nlet a = libc::getpid();\n#[cfg(test)]\nlibc::x();\n";
        assert_eq!(marks(text).collect::<Vec<_>>(), [2]);
    }
}
