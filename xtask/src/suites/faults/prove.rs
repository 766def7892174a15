//! Running the tests the page names, one invocation per program that runs tests, and reading from
//! what it prints how each of them ended.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use serde_json::Value;

use super::super::{long_variable, scenarios};
use super::proof::{Kind, Proof};
use crate::scenarios::source;
use crate::tally::Tally;
use crate::{run, setup};

const LIMIT: Duration = Duration::from_secs(900);

/// How a test ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Failed(String),
    /// By intention: a suite of its own, or one that takes long.
    NotRun,
}

type Outcomes = BTreeMap<String, Outcome>;

/// Runs all of them.
pub fn all(tally: &mut Tally, proofs: &[&Proof]) -> Result<Outcomes> {
    setup::workspace()?;
    let left_out =
        |proof: &&&Proof| matches!(proof.kind, Kind::Suite { .. }) || (proof.long && !tally.long);
    let mut outcomes: Outcomes = proofs
        .iter()
        .filter(left_out)
        .map(|proof| (proof.text.clone(), Outcome::NotRun))
        .collect();
    let to_run: Vec<&Proof> = proofs
        .iter()
        .copied()
        .filter(|proof| !outcomes.contains_key(&proof.text))
        .collect();
    for prove in [rust, python, node, c, in_all_languages] {
        outcomes.extend(prove(tally, &to_run)?);
    }
    Ok(outcomes)
}

/// Runs a program and keeps what it printed in the log.
fn output(tally: &mut Tally, mut command: Command) -> Result<String> {
    long_variable(&mut command, tally.long);
    tally.note(&format!("-- {}", run::shown(&command)))?;
    let output = run::capture(&mut command, LIMIT)?;
    tally.note(&output.text)?;
    let seconds = output.took.as_secs();
    let what = run::shown(&command);
    let what: String = what.chars().take(60).collect();
    tally.line(&format!("  {seconds:>3} s {what} …"))?;
    Ok(output.text)
}

/// What the suite `rust` printed, when it ran before; otherwise one invocation, of the same build as
/// all of Rust's tests: the names select within it.
fn rust(tally: &mut Tally, proofs: &[&Proof]) -> Result<Outcomes> {
    let ours = proofs.iter().filter_map(|proof| match &proof.kind {
        Kind::Rust { file, name } => Some((proof, file, name)),
        _ => None,
    });
    let targets = ours.clone().map(|(_, file, _)| target(file)).collect();
    let names = ours.clone().map(|(_, _, name)| name).collect();
    let text = match tally.written_by("rust")? {
        Some(text) => text,
        None => rust_tests(tally, &targets, &names)?,
    };
    let end = |(proof, _, name): (&&Proof, &PathBuf, &String)| {
        let ends = text.lines().filter_map(|line| {
            let (path, end) = line.strip_prefix("test ")?.split_once(" ... ")?;
            (path.rsplit("::").next() == Some(name)).then(|| end.to_owned())
        });
        (proof.text.clone(), verdict(ends, "ok"))
    };
    Ok(ours.map(end).collect())
}

/// Runs the named tests.
fn rust_tests(
    tally: &mut Tally,
    targets: &BTreeSet<Option<String>>,
    names: &BTreeSet<&String>,
) -> Result<String> {
    let mut test = run::cargo(["test", "--workspace", "--no-fail-fast"])?;
    for target in targets {
        match target {
            None => test.arg("--lib"),
            Some(name) => test.args(["--test", name]),
        };
    }
    test.arg("--").args(names);
    output(tally, test)
}

/// The integration test a file belongs to; unit tests have none.
fn target(file: &Path) -> Option<String> {
    let mut parts = file.iter().map(|part| part.to_string_lossy());
    parts.find(|part| part == "tests" || part == "src")?;
    let within_tests =
        file.iter().any(|part| part == "tests") && !file.iter().any(|part| part == "src");
    let name = parts.next()?;
    within_tests.then(|| name.trim_end_matches(".rs").to_owned())
}

fn python(tally: &mut Tally, proofs: &[&Proof]) -> Result<Outcomes> {
    let ours = of(proofs, |kind| matches!(kind, Kind::Python { .. }));
    setup::python::package()?;
    let mut pytest = run::command(setup::python::interpreter()?)?;
    pytest.args(["-m", "pytest", "-v", "--tb=short"]);
    pytest.args(ours.iter().map(|proof| &proof.text));
    let text = output(tally, pytest)?;
    let end = |proof: &Proof| {
        let ends = text.lines().filter_map(|line| {
            let rest = line.strip_prefix(&proof.text)?;
            let rest = rest.strip_prefix('[').map_or(rest, |rest| {
                rest.split_once(']').map_or(rest, |(_, rest)| rest)
            });
            Some(rest.split_whitespace().next()?.to_owned())
        });
        (proof.text.clone(), verdict(ends, "PASSED"))
    };
    Ok(ours.into_iter().map(end).collect())
}

fn node(tally: &mut Tally, proofs: &[&Proof]) -> Result<Outcomes> {
    let ours = of(proofs, |kind| matches!(kind, Kind::Node { .. }));
    setup::node::package()?;
    let mut files = BTreeSet::new();
    let mut node = run::command("node")?;
    node.args(["--test", "--test-reporter=tap"]);
    for proof in &ours {
        if let Kind::Node { file, name } = &proof.kind {
            files.insert(file.clone());
            node.arg(format!("--test-name-pattern=^{}$", literally(name)));
        }
    }
    node.args(files);
    let text = output(tally, node)?;
    let end = |proof: &Proof| {
        let Kind::Node { name, .. } = &proof.kind else {
            return (proof.text.clone(), Outcome::NotRun);
        };
        let ends = text.lines().filter_map(|line| {
            let (end, rest) = line.trim().split_once(" - ")?;
            (rest == name).then(|| end.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' '))
        });
        (proof.text.clone(), verdict(ends.map(str::to_owned), "ok"))
    };
    Ok(ours.into_iter().map(end).collect())
}

/// A title as the pattern that is nothing but it.
fn literally(text: &str) -> String {
    let mut pattern = String::new();
    for c in text.chars() {
        if !(c.is_alphanumeric() || " ,;:'".contains(c)) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

/// A program of C is run as a whole.
fn c(tally: &mut Tally, proofs: &[&Proof]) -> Result<Outcomes> {
    let ours = of(proofs, |kind| matches!(kind, Kind::C { .. }));
    let program = |proof: &Proof| match &proof.kind {
        Kind::C { file, .. } => file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        _ => String::new(),
    };
    setup::c::package()?;
    let programs: BTreeSet<String> = ours.iter().map(|proof| program(proof)).collect();
    let pattern: Vec<String> = programs.into_iter().collect();
    let mut ctest = run::command("ctest")?;
    ctest.arg("--test-dir").arg(setup::c::build_folder()?);
    ctest.args(["--output-on-failure", "-R"]);
    ctest.arg(format!("^({})$", pattern.join("|")));
    let text = output(tally, ctest)?;
    let end = |proof: &Proof| {
        let name = program(proof);
        let ends = text.lines().filter_map(|line| {
            let mut words = line.split_once("Test ")?.1.split_whitespace().skip(1);
            let found = words.find(|word| !word.starts_with('#') && !word.ends_with(':'))?;
            let end = words.find(|word| word.contains("Passed") || word.contains("***"))?;
            (found == name).then(|| end.trim_start_matches('.').to_owned())
        });
        let outcome = match verdict(ends, "Passed") {
            Outcome::Failed(how) => Outcome::Failed(format!("{how}: {}", complaint(&text, &name))),
            outcome => outcome,
        };
        (proof.text.clone(), outcome)
    };
    Ok(ours.into_iter().map(end).collect())
}

/// What a program of C said before it failed, if it said anything.
fn complaint<'t>(text: &'t str, program: &str) -> &'t str {
    let section = text
        .split_once(&format!("{program} "))
        .map(|(_, rest)| rest);
    let mut lines = section.unwrap_or_default().lines();
    let said = lines.find(|line| line.contains("tests/c/"));
    said.unwrap_or("it said nothing")
}

fn in_all_languages(tally: &mut Tally, proofs: &[&Proof]) -> Result<Outcomes> {
    let ours = of(proofs, |kind| matches!(kind, Kind::Scenario { .. }));
    let id = |proof: &Proof| match &proof.kind {
        Kind::Scenario { file } => file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        _ => String::new(),
    };
    let wanted: BTreeSet<String> = ours.iter().map(|proof| id(proof)).collect();
    let mut all: Vec<Value> = source::read(&source::folder()?)?;
    all.retain(|one| one["id"].as_str().is_some_and(|id| wanted.contains(id)));
    let verdicts = scenarios::judged(tally, all, "faults")?;
    let end = |proof: &Proof| {
        let id = id(proof);
        let mine = verdicts.iter().filter(|verdict| verdict.scenario == id);
        let ends = mine.map(|verdict| match verdict.failures.first() {
            None => "ok".to_owned(),
            Some(first) => format!("{}: {first}", verdict.name),
        });
        (proof.text.clone(), verdict(ends, "ok"))
    };
    Ok(ours.into_iter().map(end).collect())
}

fn of<'p>(proofs: &[&'p Proof], kind: impl Fn(&Kind) -> bool) -> Vec<&'p Proof> {
    proofs
        .iter()
        .copied()
        .filter(|proof| kind(&proof.kind))
        .collect()
}

/// Passed when it ran, and ended well each time.
fn verdict(ends: impl Iterator<Item = String>, well: &str) -> Outcome {
    let ends: Vec<String> = ends.collect();
    match ends.iter().find(|end| end.as_str() != well) {
        Some(other) => Outcome::Failed(other.clone()),
        None if ends.is_empty() => Outcome::Failed("it did not run".into()),
        None => Outcome::Passed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_never_ran_has_not_passed() {
        let of = |ends: &[&str]| verdict(ends.iter().map(|end| (*end).to_owned()), "ok");
        assert_eq!(of(&["ok", "ok"]), Outcome::Passed);
        assert!(matches!(of(&[]), Outcome::Failed(_)));
        assert!(matches!(of(&["ok", "ignored"]), Outcome::Failed(_)));
        assert_eq!(literally("process.exit (now)"), "process\\.exit \\(now\\)");
    }

    #[test]
    fn what_a_program_of_c_said_is_found_among_those_of_others() {
        let text = " 6/16 Test  #6: events ....***Failed\n/r/tests/c/events.c:9: other\n \
                    7/16 Test  #7: lifecycle ....***Failed\n/r/tests/c/lifecycle.c:32: code 801\n";
        assert_eq!(
            complaint(text, "lifecycle"),
            "/r/tests/c/lifecycle.c:32: code 801"
        );
        assert_eq!(complaint(text, "pulls"), "it said nothing");
    }

    #[test]
    fn a_file_leads_to_the_test_it_is_part_of() {
        let of = |file: &str| target(Path::new(file));
        assert_eq!(of("core/tests/push/lost.rs").as_deref(), Some("push"));
        assert_eq!(
            of("core/tests/upload_raw.rs").as_deref(),
            Some("upload_raw")
        );
        assert_eq!(of("ffi-c/src/guard.rs"), None);
        assert_eq!(of("core/src/push/journal/tests/crash.rs"), None);
    }
}
