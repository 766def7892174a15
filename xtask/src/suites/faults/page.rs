//! The rows of `docs/faults.md`.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};

use super::proof::Proof;

/// One fault.
pub struct Row {
    pub id: String,
    pub fault: String,
    pub proofs: Vec<Proof>,
}

/// Every row of every table, in order.
pub fn rows(text: &str) -> Result<Vec<Row>> {
    let lines = text.lines().filter(|line| line.starts_with("| "));
    lines
        .filter(|line| !line.starts_with("| |") && !line.starts_with("| ---"))
        .map(|line| row(line).with_context(|| line.to_owned()))
        .collect()
}

fn row(line: &str) -> Result<Row> {
    let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
    let [id, fault, promise, shown] = cells[..] else {
        anyhow::bail!("a row has four cells");
    };
    ensure!(!promise.is_empty(), "nothing is promised");
    let proofs = shown
        .split("<br>")
        .map(Proof::parse)
        .collect::<Result<Vec<_>>>()?;
    Ok(Row {
        id: id.to_owned(),
        fault: fault.to_owned(),
        proofs,
    })
}

/// The faults there are.
fn known() -> Vec<String> {
    let numbered = |letter: char, most: u32| (1..=most).map(move |n| format!("{letter}{n}"));
    numbered('N', 17)
        .chain(numbered('G', 15))
        .chain(["G12b", "G12c", "G12d"].map(String::from))
        .chain(numbered('U', 12))
        .chain(numbered('H', 10))
        .collect()
}

/// Where the page has other faults than there are, or one twice.
pub fn differences(rows: &[Row]) -> Vec<String> {
    let mut found = BTreeSet::new();
    let mut all: Vec<String> = rows
        .iter()
        .filter(|row| !found.insert(row.id.as_str()))
        .map(|row| format!("{} is there twice", row.id))
        .collect();
    let known = known();
    let missing = known.iter().filter(|id| !found.contains(id.as_str()));
    all.extend(missing.map(|id| format!("{id} is missing")));
    let foreign = found
        .iter()
        .filter(|id| known.iter().all(|known| known != *id));
    all.extend(foreign.map(|id| format!("{id} is no fault of the list")));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_that_is_missing_doubled_or_foreign_is_told() {
        let page = "| | fault | promise | shown by |\n| --- | --- | --- | --- |\n\
                    | N1 | refused | retried | `cargo xtask test rust` |\n\
                    | N1 | refused | retried | `cargo xtask test rust` |\n\
                    | Z9 | odd | none | `a/b.rs::c` *(long)* |\n";
        let rows = rows(page).unwrap();
        assert!(rows[2].proofs[0].long && !rows[0].proofs[0].long);
        let told = differences(&rows);
        assert!(told.contains(&"N1 is there twice".into()));
        assert!(told.contains(&"Z9 is no fault of the list".into()));
        assert_eq!(
            told.iter().filter(|t| t.ends_with("is missing")).count(),
            56
        );
        assert!(self::rows("| N1 | refused | retried | a test |\n").is_err());
    }
}
