//! tus clients that others keep: one from npm, one from PyPI. Each uploads while the provider is
//! killed and started again, and over a line that is cut in the middle of chunks.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use super::program::{KEY, Program, Provider};
use super::pulled::{arrived_once, endpoint};
use super::relay::Relay;
use super::season::Season;
use crate::tally::Tally;
use crate::{http, place, run, setup};

const SIZE: usize = 12_000_000;
/// How far an upload is when the provider is killed.
const KILLS_AT: [usize; 2] = [SIZE / 4, SIZE / 2];
/// As the clients' programs have it.
const CHUNK: usize = 256 * 1024;
/// After every so many bytes the line is cut: a third into a chunk, wherever it went on.
const CUT_EVERY: usize = 2 * CHUNK + CHUNK / 3;
const CUTS: usize = 4;

/// Sets a client up and gives its command.
type Prepare = fn() -> Result<Command>;

pub fn run(tally: &mut Tally, program: &Program) -> Result<()> {
    let clients: [(&str, Prepare); 2] =
        [("tus-js-client from npm", npm), ("tuspy from PyPI", pypi)];
    for (name, command) in clients {
        let kills = KILLS_AT.len();
        let what = format!("{name} uploads through {kills} kills of the provider");
        let outcome = command().and_then(|command| through_kills(program, name, command));
        tally.check(&what, outcome)?;
        let what = format!("{name} uploads over a line that is cut {CUTS} times within a chunk");
        let outcome = command().and_then(|command| over_cuts(program, name, command));
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

fn through_kills(program: &Program, name: &str, command: Command) -> Result<()> {
    let season = Season::make("tus")?;
    let provider = program.start(&season.folder, &season.state, 0)?;
    let upload = Upload::begin(&season, &provider, name, command)?;
    upload.end(&season, |child| watch(child, program, provider, &season))
}

/// The provider's own URLs lead over the line too.
fn over_cuts(program: &Program, name: &str, command: Command) -> Result<()> {
    let season = Season::make("tus-cut")?;
    let relay = Relay::new(CUT_EVERY, CUTS)?;
    let url = relay.url();
    let more = ["--public-url", url.as_str()];
    let provider = program.start_with(&season.folder, &season.state, 0, &more)?;
    relay.lead_to(provider.port()?)?;
    let upload = Upload::begin(&season, &provider, name, command)?;
    let mut within = 0;
    upload.end(&season, |child| {
        reached(child, |at| {
            within += usize::from(at % CHUNK != 0 && at != SIZE);
            Ok(())
        })
    })?;
    ensure!(relay.cuts() == CUTS, "{} cuts", relay.cuts());
    ensure!(within > 0, "it never went on within a chunk");
    Ok(())
}

/// A client's program while it uploads.
struct Upload {
    name: String,
    child: Child,
    client: Client,
    bytes: Vec<u8>,
}

impl Upload {
    fn begin(
        season: &Season,
        provider: &Provider,
        name: &str,
        mut command: Command,
    ) -> Result<Self> {
        let client = first_client(provider)?;
        let bytes: Vec<u8> = (0..SIZE).map(|at| (at * 17 % 247) as u8).collect();
        let file = season.state.with_file_name("sent.pdf");
        std::fs::write(&file, &bytes)?;
        command
            .arg(endpoint(&provider.url, &client.id))
            .arg(KEY)
            .arg(&file);
        let child = command
            .stdout(Stdio::piped())
            .spawn()
            .context(name.to_owned())?;
        Ok(Self {
            name: name.to_owned(),
            child,
            client,
            bytes,
        })
    }

    /// Watches it to its end; then the file is there, once.
    fn end(mut self, season: &Season, watch: impl FnOnce(&mut Child) -> Result<()>) -> Result<()> {
        let ended = watch(&mut self.child);
        // It has ended by now, unless something went wrong.
        let _ = self.child.kill();
        let status = self.child.wait()?;
        ended?;
        ensure!(status.success(), "{} ended with {status}", self.name);
        arrived_once(season, &self.client.name, &self.bytes)
    }
}

/// Tells of every offset the client says it has reached, until it is done.
fn reached(child: &mut Child, mut told: impl FnMut(usize) -> Result<()>) -> Result<()> {
    let out = child.stdout.take().context("the client has no output")?;
    for line in BufReader::new(out).lines() {
        let line = line?;
        if line == "done" {
            child.wait()?;
            return Ok(());
        }
        told(
            line.parse()
                .with_context(|| format!("the client said `{line}`"))?,
        )?;
    }
    anyhow::bail!("the client ended before it was done")
}

/// Kills the provider when the client has got so far.
fn watch(child: &mut Child, program: &Program, provider: Provider, season: &Season) -> Result<()> {
    let port = provider.port()?;
    let mut provider = Some(provider);
    let mut kills = KILLS_AT.iter().peekable();
    reached(child, |at| {
        if kills.next_if(|kill| at >= **kill).is_some() {
            if let Some(running) = provider.take() {
                running.kill()?;
            }
            provider = Some(program.start(&season.folder, &season.state, port)?);
        }
        Ok(())
    })?;
    ensure!(
        kills.next().is_none(),
        "it was done before the provider was killed"
    );
    Ok(())
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
