//! What the page names as a proof: a test of some language, a scenario, a suite.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::place;

/// A named test.
pub struct Proof {
    /// As the page has it.
    pub text: String,
    pub kind: Kind,
    /// Only with `--long`.
    pub long: bool,
}

/// Whose test it is.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    /// A function of a test, in a file of some crate.
    Rust { file: PathBuf, name: String },
    /// `file::function`, as pytest has it.
    Python { file: PathBuf, name: String },
    /// A title in a file.
    Node { file: PathBuf, name: String },
    /// A function of a test program, which runs as a whole.
    C { file: PathBuf, name: String },
    /// A scenario, in all languages.
    Scenario { file: PathBuf },
    /// A suite of its own.
    Suite { name: String },
}

impl Proof {
    /// A name in backticks, and whether it runs with `--long` only.
    pub fn parse(cell: &str) -> Result<Self> {
        let cell = cell.trim();
        let (cell, long) = match cell.strip_suffix("*(long)*") {
            Some(rest) => (rest.trim(), true),
            None => (cell, false),
        };
        let text = cell
            .strip_prefix('`')
            .and_then(|rest| rest.strip_suffix('`'))
            .with_context(|| format!("`{cell}` is no test's name in backticks"))?;
        Ok(Self {
            text: text.to_owned(),
            kind: kind(text)?,
            long,
        })
    }

    /// Why there is no such test.
    pub fn missing(&self) -> Option<String> {
        let found = match &self.kind {
            Kind::Suite { name } => super::super::exists(name),
            Kind::Scenario { file } => full(file).is_file(),
            Kind::Rust { file, name } => holds(file, &format!("fn {name}(")),
            Kind::Python { file, name } => holds(file, &format!("def {name}(")),
            Kind::Node { file, name } => holds(file, &format!("test('{name}'")),
            Kind::C { file, name } => holds(file, &format!("{name}(")),
        };
        (!found).then(|| format!("{} does not exist", self.text))
    }
}

fn kind(text: &str) -> Result<Kind> {
    if let Some(name) = text.strip_prefix("cargo xtask test ") {
        let name = name.to_owned();
        return Ok(Kind::Suite { name });
    }
    if text.starts_with("tests/scenarios/") && text.ends_with(".yaml") {
        return Ok(Kind::Scenario { file: text.into() });
    }
    let (file, name) = text.split_once("::").context("a test is `file::name`")?;
    let (file, name) = (PathBuf::from(file), name.to_owned());
    Ok(match file.extension().and_then(|ending| ending.to_str()) {
        Some("rs") => Kind::Rust { file, name },
        Some("py") => Kind::Python { file, name },
        Some("mjs") => Kind::Node { file, name },
        Some("c" | "cpp") => Kind::C { file, name },
        _ => bail!("{} is in no language of the tests", file.display()),
    })
}

fn full(file: &Path) -> PathBuf {
    // Without a root nothing is found, which is told for every name.
    place::root().unwrap_or_default().join(file)
}

fn holds(file: &Path, text: &str) -> bool {
    std::fs::read_to_string(full(file)).is_ok_and(|source| source.contains(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_is_told_by_its_file() {
        let file = |name: &str| PathBuf::from(name);
        let name = |name: &str| name.to_owned();
        for (text, expected) in [
            (
                "core/src/x.rs::a_b",
                Kind::Rust {
                    file: file("core/src/x.rs"),
                    name: name("a_b"),
                },
            ),
            (
                "tests/c/x.c::a_b",
                Kind::C {
                    file: file("tests/c/x.c"),
                    name: name("a_b"),
                },
            ),
            ("cargo xtask test abi", Kind::Suite { name: name("abi") }),
        ] {
            assert_eq!(kind(text).unwrap(), expected);
        }
        let invented =
            Proof::parse("`xtask/src/suites/faults/proof.rs::nobody_wrote_this`").unwrap();
        // The name above is followed by a backtick, not by a parenthesis.
        assert!(invented.missing().is_some());
        let own = "`xtask/src/suites/faults/proof.rs::each_language_is_told_by_its_file`";
        assert_eq!(Proof::parse(own).unwrap().missing(), None);
    }
}
