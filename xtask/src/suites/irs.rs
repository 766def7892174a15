//! Suite `irs`: 27 real forms, pushed for 9 clients from each language. The forms are not part of
//! this repository; without them the suite says so.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::examples::{self, Example};
use crate::sandbox::Sandbox;
use crate::tally::Tally;
use crate::{place, received, run, setup};

const CLIENTS: usize = 9;
const FORMS: usize = 27;
const JOB: &str = "Forms";

pub fn run(tally: &mut Tally) -> Result<()> {
    let Some(forms) = forms()? else {
        let why =
            "put 27 PDF files into ../shared/data/irs-forms or name a folder in FILED_TEST_FORMS";
        return examples::ALL
            .iter()
            .try_for_each(|example| tally.skip(example.language, why));
    };
    let folder = spread(&forms)?;
    setup::workspace()?;
    for example in &examples::ALL {
        let prepared = (example.prepare)().and_then(|()| push(example, &folder));
        let failures = prepared.unwrap_or_else(|error| vec![format!("{error:#}")]);
        let what = format!(
            "{FORMS} forms for {CLIENTS} clients from {}",
            example.language
        );
        tally.verdict(&what, &failures)?;
    }
    Ok(())
}

/// The forms, when they are there.
fn forms() -> Result<Option<Vec<PathBuf>>> {
    let folder = match std::env::var_os("FILED_TEST_FORMS") {
        Some(named) => PathBuf::from(named),
        None => place::root()?.join("../shared/data/irs-forms"),
    };
    if !folder.is_dir() {
        return Ok(None);
    }
    let entries = std::fs::read_dir(&folder)?.map(|entry| Ok(entry?.path()));
    let mut forms = entries.collect::<Result<Vec<_>>>()?;
    forms.retain(|path| path.extension().is_some_and(|ending| ending == "pdf"));
    forms.sort();
    let found = forms.len();
    ensure!(
        found == FORMS,
        "{} holds {found} PDF files, not {FORMS}",
        folder.display()
    );
    Ok(Some(forms))
}

/// Three forms for each of nine clients, as a folder with a sub-folder per client.
fn spread(forms: &[PathBuf]) -> Result<PathBuf> {
    let folder = place::target()?.join("forms");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    for (at, form) in forms.iter().enumerate() {
        let client = folder.join(format!("client {}", at % CLIENTS + 1));
        std::fs::create_dir_all(&client)?;
        std::fs::copy(
            form,
            client.join(form.file_name().context("a form has no name")?),
        )?;
    }
    Ok(folder)
}

fn push(example: &Example, folder: &Path) -> Result<Vec<String>> {
    let sandbox = Sandbox::start(&json!({}), 600)?;
    let mut command = example.command(&sandbox, folder, JOB)?;
    let output = run::capture(&mut command, Duration::from_secs(300))?;
    ensure!(
        output.success,
        "{} failed:\n{}",
        run::shown(&command),
        output.text
    );
    let state = sandbox.state()?;
    let received = received::compare(folder, &state, JOB)?;
    let mut failures = received.failures();
    failures.extend(wrong_counts(&state, received.documents.len()));
    Ok(failures)
}

/// Each thing was done as often as it had to be.
fn wrong_counts(state: &Value, documents: usize) -> Vec<String> {
    let length = |list: &str| state[list].as_array().map_or(0, Vec::len);
    let wanted = [
        ("documents", documents, FORMS),
        ("jobs", length("jobs"), 1),
        ("works", length("works"), CLIENTS),
        ("artifacts", length("artifacts"), FORMS),
        ("uploads", length("uploads"), FORMS),
    ];
    let wrong = wanted
        .into_iter()
        .filter(|(_, found, wanted)| found != wanted);
    wrong
        .map(|(what, found, wanted)| format!("{found} {what}, not {wanted}"))
        .collect()
}
