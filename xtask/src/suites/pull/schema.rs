//! The served OpenAPI document against the server: schemathesis with all its checks, and our own
//! check, which must find nothing.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::program::{KEY, Program};
use super::season::Season;
use crate::tally::Tally;
use crate::{place, run, setup};

const CLIENT: &str = "pull-suite:pull-suite-secret-51c0d2";

pub fn run(tally: &mut Tally, program: &Program) -> Result<()> {
    let season = Season::make("schema")?;
    let more = ["--client", CLIENT, "--signed-urls", "2"];
    let provider = program.start_with(&season.folder, &season.state, 0, &more)?;
    let mut check = run::command(place::built("filed-platform")?)?;
    check.args(["at", &provider.url, "--key", KEY, "--client", CLIENT]);
    tally.program("the check finds nothing in our own server", &mut check)?;
    let tools = setup::pull::tools();
    match tools {
        Ok(tools) => schemathesis(tally, &tools, &provider.url),
        Err(error) => tally
            .check("schemathesis can be installed", Err(error))
            .map(drop),
    }
}

fn schemathesis(tally: &mut Tally, tools: &Path, url: &str) -> Result<()> {
    let (seconds, examples) = match tally.long {
        true => ("300", "200"),
        false => ("30", "15"),
    };
    let told = place::root()?.join("tests/pull/schemathesis");
    let mut command = run::command(tools.join("bin/schemathesis"))?;
    command
        .arg("--config-file")
        .arg(told.join("schemathesis.toml"))
        .args(["run", &format!("{url}/openapi.json"), "--checks", "all"])
        .args(["--header", &format!("X-API-Key: {KEY}")])
        .args(["--max-examples", examples, "--max-time", seconds])
        .args([
            "--generation-deterministic",
            "--continue-on-failure",
            "--no-color",
        ])
        .env("SCHEMATHESIS_HOOKS", told.join("hooks.py"))
        .env("FILED_PULL_CLIENT", CLIENT)
        .env("NO_PROXY", "127.0.0.1")
        .current_dir(place::logs()?);
    let output = run::capture(&mut command, Duration::from_secs(900))?;
    tally.note(&output.text)?;
    let failures = match output.success {
        true => Vec::new(),
        false => vec![output.text.clone()],
    };
    let what = format!(
        "schemathesis with all checks, {} requests in {} s",
        requests(&output.text),
        output.took.as_secs()
    );
    tally.verdict(&what, &failures).map(drop)
}

/// How many it says it sent.
fn requests(text: &str) -> &str {
    text.lines()
        .find_map(|line| line.trim().split_once(" generated").map(|(count, _)| count))
        .unwrap_or("no")
}
