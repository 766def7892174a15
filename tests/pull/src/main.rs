//! The program `filed-pull-server`: a folder of clients, served to Filed; one line of JSON when it
//! is ready. It is the core's own folder provider and server, in a process that tests can kill.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser;
use filed_core::pull::{ApiKey, FolderProvider, OauthClient, PullConfig, PullServer, Scope};

/// How long transfers may take to finish at the end.
const GRACE: Duration = Duration::from_secs(10);

/// Serves a folder of clients to Filed on this machine.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The folder: each sub-folder is a client.
    #[arg(long)]
    folder: PathBuf,
    /// Where unfinished uploads and the server's secret are kept.
    #[arg(long)]
    state: Option<PathBuf>,
    /// An API key; may be given again.
    #[arg(long)]
    key: Vec<String>,
    /// An OAuth 2.0 client as ID:SECRET; may be given again.
    #[arg(long)]
    client: Vec<String>,
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The URL it is reached under, when a line stands in between.
    #[arg(long)]
    public_url: Option<String>,
    /// Signs download URLs, for so many seconds.
    #[arg(long)]
    signed_urls: Option<u64>,
    /// No limit of requests and wrong credentials: for tests that send as many as they can.
    #[arg(long)]
    unlimited: bool,
    /// End after this many seconds.
    #[arg(long, default_value_t = 600)]
    max_seconds: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let most = Duration::from_secs(arguments.max_seconds);
    let provider = FolderProvider::open(&arguments.folder)?;
    let server = PullServer::start(config(arguments)?, Arc::new(provider)).await?;
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(
        &mut out,
        &serde_json::json!({ "url": server.url(), "port": server.address().port() }),
    )?;
    out.write_all(b"\n")?;
    out.flush()?;
    tokio::select! {
        () = tokio::time::sleep(most) => {}
        told = told_to_end() => told.context("cannot wait for signals")?,
    }
    let all = server.shutdown(GRACE).await;
    anyhow::ensure!(all, "transfers were cut off at the end");
    Ok(())
}

fn config(arguments: Arguments) -> anyhow::Result<PullConfig> {
    let mut config = PullConfig {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port)),
        state_dir: arguments.state,
        public_url: arguments.public_url,
        signed_urls: arguments.signed_urls.map(Duration::from_secs),
        ..PullConfig::default()
    };
    if arguments.unlimited {
        config.limits.rate = None;
        config.limits.failures = u32::MAX;
    }
    config.keys = arguments
        .key
        .into_iter()
        .map(|key| ApiKey {
            caller: "filed".into(),
            key: key.into(),
            scopes: Scope::ALL.to_vec(),
        })
        .collect();
    for client in arguments.client {
        let (id, secret) = client.split_once(':').context("--client is ID:SECRET")?;
        config.oauth_clients.push(OauthClient {
            id: id.into(),
            secret: secret.to_owned().into(),
            scopes: Scope::ALL.to_vec(),
        });
    }
    Ok(config)
}

#[cfg(unix)]
async fn told_to_end() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn told_to_end() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
