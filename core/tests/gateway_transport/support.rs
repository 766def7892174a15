//! A client and its sandbox, and a server that says whatever a test wants.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use filed_core::{Client, Config, Error, ErrorCode};
use filed_sandbox::{Options, Ready, Sandbox};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub struct World {
    pub sandbox: Sandbox,
    pub client: Client,
}

impl World {
    pub fn ready(&self) -> &Ready {
        self.sandbox.ready()
    }

    pub fn plan(&self, fault: Value) {
        let faults = json!({"faults": [fault]});
        self.sandbox.control().add_faults(&faults).unwrap();
    }

    /// Requests of one operation so far.
    pub fn count(&self, operation: &str) -> u64 {
        let state = self.sandbox.control().state(false);
        state["counts"][operation].as_u64().unwrap_or(0)
    }

    pub fn jobs(&self) -> usize {
        let state = self.sandbox.control().state(false);
        state["jobs"].as_array().unwrap().len()
    }

    pub async fn job(&self) -> String {
        let connection = &self.ready().connection_id;
        self.client
            .jobs()
            .create(connection, "Season")
            .await
            .unwrap()
            .id
    }
}

pub fn config(ready: &Ready) -> Config {
    Config {
        api_key: Some(ready.api_key.clone().into()),
        source_platform: Some("transport-tests".into()),
        gateway_url: Some(ready.gateway_url.clone()),
        upload_url: Some(ready.upload_url.clone()),
        ca_bundle: ready.ca_bundle.clone(),
        ..Config::default()
    }
}

pub async fn world() -> World {
    world_with(json!({}), |config| config).await
}

pub async fn world_with(settings: Value, adjust: impl FnOnce(Config) -> Config) -> World {
    let options = Options {
        settings: Some(settings),
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.unwrap();
    let client = Client::new(adjust(config(sandbox.ready()))).unwrap();
    World { sandbox, client }
}

pub fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> ErrorCode {
    result.expect_err("must fail").code()
}

/// One answer of a [`Rogue`].
#[derive(Clone)]
pub struct Reply {
    pub bytes: Vec<u8>,
    /// Keeps the connection open and silent after these bytes instead of closing it.
    pub hang: bool,
}

impl Reply {
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            bytes: bytes.into(),
            hang: false,
        }
    }

    pub fn json(body: &str) -> Self {
        Self::with_headers(
            "200 OK",
            "Content-Type: application/json\r\n",
            body.as_bytes(),
        )
    }

    pub fn with_headers(status: &str, headers: &str, body: &[u8]) -> Self {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        Self::raw([head.as_bytes(), body].concat())
    }

    pub fn redirect(status: &str, location: &str) -> Self {
        Self::with_headers(status, &format!("Location: {location}\r\n"), b"")
    }

    pub fn hanging(mut self) -> Self {
        self.hang = true;
        self
    }
}

type Script = Arc<dyn Fn(&Seen) -> Reply + Send + Sync>;

/// A request a [`Rogue`] got.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The request line and the headers.
    pub head: String,
    pub body: String,
    /// Requests other than logins before this one.
    pub number: usize,
}

/// A server that logs everybody in and then answers as it was told.
pub struct Rogue {
    pub address: std::net::SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Rogue {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Rogue {
    pub async fn start(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (script, log): (Script, _) = (Arc::new(script), seen.clone());
        let number = Arc::new(AtomicUsize::new(0));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, script.clone(), log.clone(), number.clone()));
            }
        });
        Self {
            address,
            seen,
            task,
        }
    }

    pub fn client(&self, adjust: impl FnOnce(Config) -> Config) -> Client {
        let url = format!("http://{}/graphql", self.address);
        let config = Config {
            api_key: Some("rogue-api-key".into()),
            source_platform: Some("transport-tests".into()),
            gateway_url: Some(url.clone()),
            upload_url: Some(url),
            stall_timeout: Some(Duration::from_millis(300)),
            ..Config::default()
        };
        Client::new(adjust(config)).unwrap()
    }

    /// The requests other than logins.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    script: Script,
    log: Arc<Mutex<Vec<Seen>>>,
    number: Arc<AtomicUsize>,
) {
    let Some((head, body)) = read_request(&mut stream).await else {
        return;
    };
    let reply = if body.contains("loginViaPersonalApiToken") {
        Reply::json(r#"{"data":{"loginViaPersonalApiToken":{"accessToken":"rogue-token"}}}"#)
    } else {
        let number = number.fetch_add(1, Ordering::SeqCst);
        let seen = Seen { head, body, number };
        log.lock().unwrap().push(seen.clone());
        script(&seen)
    };
    // The client may have seen enough and gone away: that is its right.
    let _ = stream.write_all(&reply.bytes).await;
    if reply.hang {
        let mut rest = [0; 1024];
        while stream.read(&mut rest).await.is_ok_and(|n| n > 0) {}
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<(String, String)> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let lower = head.to_lowercase();
            let length = lower
                .split("content-length: ")
                .nth(1)
                .and_then(|rest| rest.lines().next()?.trim().parse::<usize>().ok())
                .unwrap_or(0);
            if body.len() >= length {
                return Some((head.to_owned(), body.to_owned()));
            }
        }
        let mut piece = [0; 4096];
        match stream.read(&mut piece).await {
            Ok(n) if n > 0 => bytes.extend_from_slice(&piece[..n]),
            _ => return None,
        }
    }
}
