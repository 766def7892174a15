//! tus clients that others keep: one from npm, one from PyPI. Each uploads while the provider is
//! killed and started again, twice.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use super::program::{KEY, Program, Provider};
use super::pulled::{arrived_once, endpoint};
use super::season::Season;
use crate::tally::Tally;
use crate::{http, place, run, setup};

const SIZE: usize = 12_000_000;
/// How far an upload is when the provider is killed.
const KILLS_AT: [usize; 2] = [SIZE / 4, SIZE / 2];

/// Sets a client up and gives its command.
type Prepare = fn() -> Result<Command>;

pub fn run(tally: &mut Tally, program: &Program) -> Result<()> {
    let clients: [(&str, Prepare); 2] =
        [("tus-js-client from npm", npm), ("tuspy from PyPI", pypi)];
    for (name, command) in clients {
        let what = format!(
            "{name} uploads through {} kills of the provider",
            KILLS_AT.len()
        );
        let outcome = command().and_then(|command| upload(program, name, command));
        tally.check(&what, outcome)?;
    }
    Ok(())
}

fn npm() -> Result<Command> {
    setup::pull::npm_client()?;
    let mut command = run::command("node")?;
    command.arg(place::root()?.join("tests/pull/clients/upload.mjs"));
    Ok(command)
}

fn pypi() -> Result<Command> {
    let mut command = run::command(setup::pull::tools()?.join("bin/python"))?;
    command.arg(place::root()?.join("tests/pull/clients/upload.py"));
    Ok(command)
}

fn upload(program: &Program, name: &str, mut command: Command) -> Result<()> {
    let season = Season::make("tus")?;
    let provider = program.start(&season.folder, &season.state, 0)?;
    let client = first_client(&provider)?;
    let bytes: Vec<u8> = (0..SIZE).map(|at| (at * 17 % 247) as u8).collect();
    let file = season.state.with_file_name("sent.pdf");
    std::fs::write(&file, &bytes)?;
    command
        .arg(endpoint(&provider.url, &client.id))
        .arg(KEY)
        .arg(&file);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .context(name.to_owned())?;
    let ended = watch(&mut child, program, provider, &season);
    // It has ended by now, unless something went wrong.
    let _ = child.kill();
    let status = child.wait()?;
    ended?;
    ensure!(status.success(), "{name} ended with {status}");
    arrived_once(&season, &client.name, &bytes)
}

/// Reads how far the client is, and kills the provider at the right moments.
fn watch(child: &mut Child, program: &Program, provider: Provider, season: &Season) -> Result<()> {
    let port = provider.port()?;
    let mut provider = Some(provider);
    let mut kills = KILLS_AT.iter().peekable();
    let out = child.stdout.take().context("the client has no output")?;
    for line in BufReader::new(out).lines() {
        let line = line?;
        if line == "done" {
            ensure!(
                kills.next().is_none(),
                "it was done before the provider was killed"
            );
            child.wait()?;
            return Ok(());
        }
        let reached: usize = line
            .parse()
            .with_context(|| format!("the client said `{line}`"))?;
        if kills.next_if(|at| reached >= **at).is_some() {
            if let Some(running) = provider.take() {
                running.kill()?;
            }
            provider = Some(program.start(&season.folder, &season.state, port)?);
        }
    }
    anyhow::bail!("the client ended before it was done")
}

struct Client {
    id: String,
    name: String,
}

fn first_client(provider: &Provider) -> Result<Client> {
    let url = format!("{}/api/v1/clients?limit=1", provider.url);
    let page = http::json("GET", &url, &[("x-api-key", KEY)], &serde_json::Value::Null)?;
    let text = |name: &str| page["data"][0][name].as_str().map(ToOwned::to_owned);
    Ok(Client {
        id: text("id").context("no client")?,
        name: text("name").context("a client without a name")?,
    })
}
