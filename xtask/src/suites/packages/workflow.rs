//! The workflows for a forge, linted: they cannot be run here.

use anyhow::Result;

use crate::tally::Tally;
use crate::{place, run};

const LINTER: &str = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.9";

pub fn check(tally: &mut Tally) -> Result<()> {
    if !run::exists("go") {
        return tally.skip("the workflows, by actionlint", "go is not installed");
    }
    let mut lint = run::command("go")?;
    lint.args(["run", LINTER, "-no-color", "-shellcheck=", "-pyflakes="])
        .env("GOCACHE", place::target()?.join("go-cache"))
        .env("GOTOOLCHAIN", "local");
    for workflow in ["ci.yml", "release.yml"] {
        lint.arg(format!(".github/workflows/{workflow}"));
    }
    tally.program("the workflows, by actionlint", &mut lint)?;
    Ok(())
}
