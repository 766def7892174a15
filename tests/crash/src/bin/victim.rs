//! The process that is killed: reads one job from its standard input, runs it, writes what it came
//! to as one line.

use anyhow::Context as _;
use filed_crash::drive;
use filed_crash::job::{Job, Outcome};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let job: Job = serde_json::from_reader(std::io::stdin()).context("no job came")?;
    let outcome = match job.client() {
        Ok(client) => drive::run(&job, &client).await,
        Err(error) => Outcome::Failed(error.into()),
    };
    println!("{}", serde_json::to_string(&outcome)?);
    Ok(())
}
