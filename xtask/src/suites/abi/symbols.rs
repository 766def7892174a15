//! Three lists of symbols and one name: what the header declares, what `include/symbols.txt` lists
//! and what the library exports are the same; what was ever listed still is; the library carries
//! the name of its ABI.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result};

use super::golden::Golden;
use super::{header, include, soname};
use crate::dist::elf;
use crate::place;
use crate::tally::Tally;

pub fn check(tally: &mut Tally, goldens: &[Golden]) -> Result<()> {
    let library = place::built("libfiled.so")?;
    let exported = elf::exported(&library)?;
    let declared = names(&include()?.join("filed.h"))?;
    let listed = list(&include()?.join("symbols.txt"))?;
    let symbols: BTreeSet<String> = listed.keys().cloned().collect();
    let what = format!(
        "header, list and exported symbols are the same {}",
        symbols.len()
    );
    let mut failures = differences("the header declares", &declared, "the list", &symbols);
    failures.extend(differences(
        "the library exports",
        &exported,
        "the list",
        &symbols,
    ));
    tally.verdict(&what, &failures)?;
    for golden in goldens {
        still_listed(tally, golden, &listed)?;
    }
    tally.verdict("no version is listed that is yet to come", &early(&listed))?;
    let name = elf::soname(&library)?;
    let expected = soname()?;
    let wrong = (name != expected).then(|| format!("it is `{name}`, not `{expected}`"));
    tally.verdict("the library's name carries its ABI", wrong.as_slice())?;
    Ok(())
}

fn names(path: &Path) -> Result<BTreeSet<String>> {
    let functions = header::functions(path)?;
    let names = functions
        .iter()
        .filter_map(|text| header::function_name(text));
    Ok(names.map(str::to_owned).collect())
}

fn differences(
    left: &str,
    these: &BTreeSet<String>,
    right: &str,
    those: &BTreeSet<String>,
) -> Vec<String> {
    let only = |symbol: &String| format!("{left} {symbol}, {right} does not");
    let missing = |symbol: &String| format!("{right} has {symbol}, which not {left}");
    let more = these.difference(those).map(only);
    more.chain(those.difference(these).map(missing)).collect()
}

/// `symbols.txt`: each symbol with the version that added it.
fn list(path: &Path) -> Result<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (symbol, version) = line
                .split_once(' ')
                .with_context(|| format!("`{line}` is no symbol with a version"))?;
            Ok((symbol.to_owned(), version.to_owned()))
        })
        .collect()
}

fn still_listed(
    tally: &mut Tally,
    golden: &Golden,
    listed: &BTreeMap<String, String>,
) -> Result<()> {
    let path = golden.folder.join("symbols.txt");
    let mut failures = Vec::new();
    if path.exists() {
        let once = list(&path)?;
        let gone = once
            .iter()
            .filter(|(symbol, version)| listed.get(*symbol) != Some(version));
        failures.extend(gone.map(|(symbol, version)| format!("{symbol} {version}")));
    } else {
        let once = names(&golden.header())?;
        let gone = once.iter().filter(|symbol| !listed.contains_key(*symbol));
        failures.extend(gone.cloned());
    }
    let what = format!("every symbol of `{}` is still there", golden.name);
    tally.verdict(&what, &failures)?;
    Ok(())
}

fn early(listed: &BTreeMap<String, String>) -> Vec<String> {
    let now = numbers(env!("CARGO_PKG_VERSION"));
    let early = listed
        .iter()
        .filter(|(_, version)| numbers(version).is_none() || numbers(version) > now);
    early
        .map(|(symbol, version)| format!("{symbol} {version}"))
        .collect()
}

fn numbers(version: &str) -> Option<[u64; 3]> {
    let parts: Option<Vec<u64>> = version.split('.').map(|part| part.parse().ok()).collect();
    parts?.try_into().ok()
}
