//! Filed pulls a season: the connection, the lists through GraphQL, every byte, a note, a return.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::program::{KEY, Program, Provider};
use super::season::{CLIENTS, Season, hashes};
use crate::http;
use crate::sandbox::Sandbox;
use crate::tally::Tally;

const START: &str = "mutation($w: ID!, $inputs: JSON) {
  startProviderConnection(workspaceId: $w, providerKey: \"acme\", inputs: $inputs) { id status } }";
const COLLECT: &str =
    "mutation($id: ID!) { collectProviderConnection(connectionId: $id) { status } }";
const LISTS: &str = "query($w: ID!, $id: ID!, $options: JSON) { me { workspaces(filters: { ids: [$w] }) {
  connections(filters: { ids: [$id] }) { clients(options: $options) { id name files { id fileName fileSize } } } } } }";
const SEND: &str = "mutation($id: ID!, $client: String!, $file: FileUploadInput!) {
  uploadConnectionFile(connectionId: $id, clientKey: $client, file: $file) { success message } }";

/// Filed with a connection to a provider.
pub struct Filed {
    pub sandbox: Sandbox,
    token: String,
    pub connection: String,
}

pub fn run(tally: &mut Tally, program: &Program, season: &Season) -> Result<()> {
    let language = program.language;
    let provider = program.start(&season.folder, &season.state, 0)?;
    let wrong = refused(&provider.url);
    tally.check(
        &format!("{language}: a wrong key makes the connection fail"),
        wrong,
    )?;
    let filed = Filed::connect(&provider.url, &json!({}))?;
    let read = lists(&filed, season);
    let what = format!(
        "{language}: {CLIENTS} clients with {} files through GraphQL",
        season.files.len()
    );
    tally.check(&what, read)?;
    let started = Instant::now();
    let pulled = everything(&filed, season);
    let what = format!(
        "{language}: every file pulled, hashes equal, {} real forms among them, in {:.1} s",
        season.forms,
        started.elapsed().as_secs_f64()
    );
    tally.check(&what, pulled.map(drop))?;
    tally.check(&format!("{language}: a note arrives"), note(&filed, season))?;
    let what = format!("{language}: a return arrives by tus");
    if !program.whole {
        return tally.skip(&what, super::NOT_WHOLE);
    }
    let sent = sent_back(&filed, &provider, season, "return 2025.pdf", 300_000);
    tally.check(&what, sent).map(drop)
}

impl Filed {
    /// Starts a sandbox and connects it; fails unless the connection becomes active.
    pub fn connect(url: &str, settings: &Value) -> Result<Self> {
        let mut filed = Self::start(settings)?;
        let status = filed.connect_to(url, KEY)?;
        ensure!(status == "active", "the connection is {status}");
        Ok(filed)
    }

    fn start(settings: &Value) -> Result<Self> {
        let sandbox = Sandbox::start(settings, 600)?;
        let login = json!({
            "query": "mutation($key: String!) { loginViaPersonalApiToken(token: $key) { accessToken } }",
            "variables": { "key": sandbox.ready.api_key },
        });
        let answer = http::json("POST", &sandbox.ready.gateway_url, &[], &login)?;
        let token = answer["data"]["loginViaPersonalApiToken"]["accessToken"].as_str();
        let token = token.context("no access token")?.to_owned();
        Ok(Self {
            sandbox,
            token,
            connection: String::new(),
        })
    }

    fn connect_to(&mut self, url: &str, key: &str) -> Result<String> {
        let workspace = self.sandbox.ready.workspace_id.clone();
        let inputs = json!({ "baseUrl": url, "apiKey": key });
        let started = self.ask(START, &json!({ "w": workspace, "inputs": inputs }))?;
        self.connection = text(&started["startProviderConnection"]["id"])?;
        let collected = self.ask(COLLECT, &json!({ "id": self.connection }))?;
        text(&collected["collectProviderConnection"]["status"])
    }

    fn ask(&self, query: &str, variables: &Value) -> Result<Value> {
        let bearer = format!("Bearer {}", self.token);
        let body = json!({ "query": query, "variables": variables });
        let headers = [
            ("authorization", bearer.as_str()),
            ("source-platform", "xtask"),
        ];
        let answer = http::json("POST", &self.sandbox.ready.gateway_url, &headers, &body)?;
        ensure!(answer["errors"].is_null(), "{}", answer["errors"]);
        Ok(answer["data"].clone())
    }

    /// Pulls everything; gives what came.
    pub fn pull(&self) -> Result<Value> {
        self.sandbox.call(
            "POST",
            "/pull/run",
            &json!({ "connection_id": self.connection }),
        )
    }

    /// Asks for a file to be sent to a client, and waits until it has arrived or not.
    pub fn send(&self, endpoint: &str, client: &str, name: &str) -> Result<Value> {
        let file =
            json!({ "fileName": name, "contentType": "application/pdf", "tusdEndpoint": endpoint });
        let variables = json!({ "id": self.connection, "client": client, "file": file });
        let answer = self.ask(SEND, &variables)?;
        let answer = &answer["uploadConnectionFile"];
        ensure!(answer["success"] == true, "{answer}");
        Ok(answer.clone())
    }

    /// The last file that was sent, once it is on its way no more.
    pub fn sent(&self) -> Result<Value> {
        const PATIENCE: Duration = Duration::from_secs(60);
        let started = Instant::now();
        loop {
            let state = self.sandbox.state()?;
            let last = state["sent_files"]
                .as_array()
                .and_then(|all| all.last())
                .cloned();
            let last = last.context("nothing was sent")?;
            if last["transfer"] != "sending" {
                ensure!(last["transfer"] == "sent", "{last}");
                return Ok(last);
            }
            ensure!(
                started.elapsed() < PATIENCE,
                "the file is still on its way: {last}"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn text(value: &Value) -> Result<String> {
    Ok(value
        .as_str()
        .with_context(|| format!("{value} is no text"))?
        .to_owned())
}

fn refused(url: &str) -> Result<()> {
    let mut filed = Filed::start(&json!({}))?;
    let status = filed.connect_to(url, "pull-suite-key-guessed")?;
    ensure!(status == "failed", "the connection is {status}");
    Ok(())
}

fn lists(filed: &Filed, season: &Season) -> Result<()> {
    let mut found = Vec::new();
    for offset in (0..CLIENTS).step_by(20) {
        let variables = json!({
            "w": filed.sandbox.ready.workspace_id, "id": filed.connection,
            "options": { "limit": 20, "offset": offset },
        });
        let answer = filed.ask(LISTS, &variables)?;
        let clients = &answer["me"]["workspaces"][0]["connections"][0]["clients"];
        for client in clients.as_array().context("no clients")? {
            for file in client["files"].as_array().into_iter().flatten() {
                found.push((text(&client["name"])?, text(&file["fileName"])?));
            }
        }
    }
    found.sort();
    let wanted: Vec<_> = season.files.keys().cloned().collect();
    ensure!(
        found == wanted,
        "{} files, not the {} of the folder",
        found.len(),
        wanted.len()
    );
    Ok(())
}

/// Pulls everything and compares it with the folder, both ways.
pub fn everything(filed: &Filed, season: &Season) -> Result<Value> {
    let pulled = filed.pull()?;
    let clients = pulled["clients"].as_array().context("no clients")?;
    let names = clients
        .iter()
        .map(|client| Ok((text(&client["id"])?, text(&client["name"])?)));
    let names = names.collect::<Result<BTreeMap<_, _>>>()?;
    ensure!(names.len() == CLIENTS, "{} clients", names.len());
    let mut found = BTreeMap::new();
    for file in pulled["files"].as_array().context("no files")? {
        ensure!(file["error"].is_null(), "{file}");
        let client = names.get(file["client_id"].as_str().unwrap_or_default());
        let key = (
            client.context("a file of nobody")?.clone(),
            text(&file["name"])?,
        );
        ensure!(
            found.insert(key, text(&file["blake3"])?).is_none(),
            "twice: {file}"
        );
    }
    ensure!(
        found == season.files,
        "what came is not what is in the folder"
    );
    Ok(pulled)
}

/// The id of a client by its name.
pub fn client_id(filed: &Filed, name: &str) -> Result<String> {
    let variables = json!({
        "w": filed.sandbox.ready.workspace_id, "id": filed.connection,
        "options": { "limit": CLIENTS },
    });
    let answer = filed.ask(LISTS, &variables)?;
    let clients = answer["me"]["workspaces"][0]["connections"][0]["clients"].clone();
    let mut clients = clients.as_array().cloned().unwrap_or_default().into_iter();
    let client = clients.find(|client| client["name"] == name);
    text(&client.context("the client is not listed")?["id"])
}

/// The name of the client that gets notes and returns.
pub fn somebody(season: &Season) -> Result<String> {
    let (client, _) = season.files.keys().nth(12).context("the season is empty")?;
    Ok(client.clone())
}

fn note(filed: &Filed, season: &Season) -> Result<()> {
    const TEXT: &str = "Return **ready** for review: grüße 田";
    let name = somebody(season)?;
    let client = client_id(filed, &name)?;
    let wanted = json!({
        "connection_id": filed.connection, "client_id": client,
        "text": TEXT, "format": "markdown", "author": "Filed",
    });
    filed.sandbox.call("POST", "/pull/notes", &wanted)?;
    let notes = season.folder.join(&name).join(".filed").join("notes");
    let mut kept = std::fs::read_dir(notes).context("no notes were kept")?;
    let kept = kept.try_fold(String::new(), |all, entry| {
        Ok::<_, std::io::Error>(all + &std::fs::read_to_string(entry?.path())?)
    })?;
    // The file is JSON, and may write the text with escapes.
    let plain = kept.contains(TEXT) || kept.contains(&json!(TEXT).to_string());
    ensure!(plain, "the note's text is not in the client's folder");
    Ok(())
}

/// Sends bytes back to a client and finds them in the client's folder, once.
pub fn sent_back(
    filed: &Filed,
    provider: &Provider,
    season: &Season,
    name: &str,
    size: usize,
) -> Result<()> {
    let bytes: Vec<u8> = (0..size).map(|at| (at * 7 % 253) as u8).collect();
    prepare(filed, &bytes)?;
    let whose = somebody(season)?;
    let client = client_id(filed, &whose)?;
    filed.send(&endpoint(&provider.url, &client), &client, name)?;
    filed.sent()?;
    arrived_once(season, &whose, &bytes)
}

/// The tus endpoint of a client.
pub fn endpoint(url: &str, client: &str) -> String {
    format!(
        "{}/api/v1/clients/{client}/files/tus",
        url.trim_end_matches('/')
    )
}

/// Gives the sandbox other bytes to send back.
pub fn prepare(filed: &Filed, bytes: &[u8]) -> Result<()> {
    let url = format!("{}/pull/return", filed.sandbox.ready.plain_control_url);
    let answer = http::call("PUT", &url, &[("content-type", "application/pdf")], bytes)?;
    ensure!(
        answer.status == 200,
        "the return was not taken: {}",
        answer.status
    );
    Ok(())
}

/// Whether bytes are in a client's folder exactly once.
pub fn arrived_once(season: &Season, client: &str, bytes: &[u8]) -> Result<()> {
    let wanted = crate::hash::hex(bytes);
    let found = hashes(&season.folder.join(client))?;
    let times = found.iter().filter(|hash| **hash == wanted).count();
    ensure!(times == 1, "the bytes are there {times} times, not once");
    Ok(())
}
