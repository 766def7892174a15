//! The verdict over the logs of one or more runners.

use super::compare;
use super::expect;
use super::log::Log;
use super::source::Scenario;

/// A runner's log under the name of its language.
pub struct Named {
    pub language: String,
    pub log: Log,
    /// Keys and tokens of the sandbox it ran against.
    pub secrets: Vec<String>,
}

/// One thing that was checked.
pub struct Verdict {
    /// The scenario's id.
    pub scenario: String,
    /// Scenario and language, or scenario and `all alike`.
    pub name: String,
    /// Why it failed; empty when it passed.
    pub failures: Vec<String>,
}

/// Judges every scenario in every log, and whether the logs are alike.
pub fn judge(scenarios: &[Scenario], logs: &[Named]) -> Vec<Verdict> {
    let mut all = Vec::new();
    for scenario in scenarios {
        for named in logs {
            all.push(Verdict {
                scenario: scenario.id.clone(),
                name: format!("{} in {}", scenario.id, named.language),
                failures: expect::failures(scenario, named.log.get(&scenario.id), &named.secrets),
            });
        }
        if let [first, rest @ ..] = logs
            && !rest.is_empty()
        {
            all.push(Verdict {
                scenario: scenario.id.clone(),
                name: format!("{}, all alike", scenario.id),
                failures: rest
                    .iter()
                    .flat_map(|other| differences(scenario, first, other))
                    .collect(),
            });
        }
    }
    all
}

fn differences(scenario: &Scenario, first: &Named, other: &Named) -> Vec<String> {
    let left = compare::lines(scenario, first.log.get(&scenario.id));
    let right = compare::lines(scenario, other.log.get(&scenario.id));
    if left == right {
        return Vec::new();
    }
    let longest = left.len().max(right.len());
    (0..longest)
        .map(|nth| (left.get(nth), right.get(nth)))
        .filter(|(left, right)| left != right)
        .map(|(left, right)| {
            let show = |line: Option<&String>| line.map_or("nothing", String::as_str).to_owned();
            format!(
                "{}: {}\n  {}: {}",
                first.language,
                show(left),
                other.language,
                show(right)
            )
        })
        .collect()
}
