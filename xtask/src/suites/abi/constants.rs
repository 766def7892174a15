//! Constants that programs were compiled with keep their values.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;

use super::golden::Golden;
use super::include;
use crate::run;
use crate::tally::Tally;

pub fn check(tally: &mut Tally, goldens: &[Golden]) -> Result<()> {
    let now = defines(&include()?.join("filed.h"))?;
    for golden in goldens {
        let once = defines(&golden.header())?;
        let changed = changes(&once, &now);
        let what = format!(
            "{} constants of `{}` have their values",
            once.len(),
            golden.name
        );
        tally.verdict(&what, &changed)?;
    }
    Ok(())
}

/// Initialisers grow with their structs; everything else stays.
fn changes(once: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Vec<String> {
    let changed = once.iter().filter(|(name, value)| match now.get(*name) {
        Some(found) => found != *value && !name.ends_with("_INIT"),
        None => true,
    });
    changed
        .map(|(name, value)| {
            let found = now.get(name).map_or("gone", String::as_str);
            format!("{name} was {value} and is {found}")
        })
        .collect()
}

fn defines(header: &Path) -> Result<BTreeMap<String, String>> {
    let mut compiler = run::command("cc")?;
    compiler.args(["-E", "-dM", "-x", "c"]).arg(header);
    let text = run::demand(&mut compiler)?;
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix("#define FILED_"));
    let pairs = lines.map(|line| line.split_once(' ').unwrap_or((line, "")));
    Ok(pairs
        .map(|(name, value)| (format!("FILED_{name}"), value.trim().to_owned()))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
        pairs.map(|(a, b)| (a.to_owned(), b.to_owned())).into()
    }

    #[test]
    fn a_constant_may_come_but_neither_change_nor_go() {
        let once = map([("FILED_A", "1"), ("FILED_B", "2"), ("FILED_X_INIT", "{0}")]);
        let now = map([
            ("FILED_A", "1"),
            ("FILED_C", "3"),
            ("FILED_X_INIT", "{0,0}"),
        ]);
        assert_eq!(changes(&once, &now), ["FILED_B was 2 and is gone"]);
    }
}
