//! The table of steps and losses, as a person reads it.

use std::collections::BTreeMap;

use super::steps::STEPS;
use super::{Column, id, languages};
use crate::scenarios::judge::Verdict;

/// One line a column: there are more losses than steps.
pub fn lines(columns: &[Column], verdicts: &BTreeMap<String, Vec<Verdict>>) -> Vec<String> {
    let mut rows: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
    rows.push("whole push");
    let width = |name: &str| name.len().max(4);
    let mut head = format!("{:<28}", "");
    rows.iter()
        .for_each(|name| head.push_str(&format!("  {name}")));
    let mut all = vec![head];
    for column in columns {
        let mut line = format!("{:<28}", column.title);
        for name in &rows {
            let shown = match verdicts.get(&id(column.title, name)) {
                Some(verdicts) => cell(verdicts),
                None => "–".to_owned(),
            };
            line.push_str(&format!("  {shown:^width$}", width = width(name)));
        }
        all.push(line);
    }
    all
}

/// In how many languages it came out as it should.
fn cell(verdicts: &[Verdict]) -> String {
    let by_language = languages().map(|language| {
        let name = format!(" in {language}");
        verdicts
            .iter()
            .any(|verdict| verdict.name.ends_with(&name) && verdict.failures.is_empty())
    });
    let passed = by_language.filter(|passed| *passed).count();
    format!("{passed}/{}", languages().count())
}
