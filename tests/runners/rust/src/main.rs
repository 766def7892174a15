//! Runs the scenarios through the Rust API and writes down what came out. What a scenario is, and
//! what a runner does, is said in `tests/scenarios/README.md`; judging the log is not done here.

mod config;
mod control;
mod files;
mod ops;
mod outcome;
mod references;
mod scenario;
mod session;

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Parser;
use serde_json::json;

use control::Control;
use scenario::Scenario;
use session::Session;

/// Runs scenarios through filed-core.
#[derive(Parser)]
struct Arguments {
    /// `control_url` of a running sandbox.
    #[arg(long)]
    control: String,
    /// The scenarios as a JSON array.
    #[arg(long)]
    scenarios: PathBuf,
    /// Where the log is written.
    #[arg(long)]
    out: PathBuf,
    /// Only scenarios whose id contains this.
    #[arg(long, default_value = "")]
    only: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let scenarios = scenario::read(&arguments.scenarios)?;
    let control = Control::new(&arguments.control)?;
    let mut log = File::create(&arguments.out).context("the log cannot be written")?;
    let mut count = 0;
    for scenario in scenarios
        .into_iter()
        .filter(|found| found.id.contains(&arguments.only))
    {
        run(&control, &scenario, &mut log)
            .await
            .with_context(|| scenario.id.clone())?;
        count += 1;
    }
    println!("{count} scenarios run");
    Ok(())
}

async fn run(control: &Control, scenario: &Scenario, log: &mut File) -> anyhow::Result<()> {
    let mut session = Session::begin(control.clone(), scenario).await?;
    for (step, number) in scenario.steps.iter().zip(1_u32..) {
        let op = step.get("op").cloned().unwrap_or_default();
        let outcome = session.step(step).await;
        let mut line = json!({ "scenario": scenario.id, "step": number, "op": op });
        let key = outcome.key();
        line[key] = outcome.into_value();
        writeln!(log, "{line}")?;
    }
    let state = session.end().await?;
    writeln!(
        log,
        "{}",
        json!({ "scenario": scenario.id, "state": state })
    )?;
    Ok(())
}
