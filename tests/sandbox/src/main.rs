//! The program `filed-sandbox`: one simulated Filed, one line of JSON when it is ready.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser;
use filed_sandbox::{Away, Options, Sandbox, guard};

/// A simulated Filed on this machine: gateway, upload hosts, control endpoint.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Serve HTTPS with a certificate authority made for this run.
    #[arg(long)]
    tls: bool,
    /// Where the authority's certificate is written (PEM).
    #[arg(long, requires = "tls")]
    ca_out: Option<PathBuf>,
    /// While away, take connections and break them off, instead of refusing them.
    #[arg(long)]
    away_breaks_off: bool,
    /// Where uploads are kept; a temporary directory by default.
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// End after this many seconds.
    #[arg(long, default_value_t = 600)]
    max_seconds: u64,
    /// End when this process is gone; the process that started this one by default.
    #[arg(long)]
    parent_pid: Option<u32>,
    /// End when standard input ends.
    #[arg(long)]
    stdin_guard: bool,
    /// Settings as a JSON object, merged over the defaults.
    #[arg(long)]
    settings: Option<String>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let parent = arguments.parent_pid.or_else(guard::parent_id);
    let settings = arguments
        .settings
        .as_deref()
        .map(serde_json::from_str)
        .transpose();
    let sandbox = Sandbox::start(Options {
        port: arguments.port,
        tls: arguments.tls,
        ca_out: arguments.ca_out,
        data_dir: arguments.data_dir,
        away: match arguments.away_breaks_off {
            true => Away::BreakingOff,
            false => Away::Refusing,
        },
        settings: settings.context("--settings is not JSON")?,
    })
    .await?;
    announce(&sandbox)?;
    tokio::select! {
        () = parent_gone(parent) => {}
        () = input_ended(arguments.stdin_guard) => {}
        () = tokio::time::sleep(Duration::from_secs(arguments.max_seconds)) => {}
        told = told_to_end() => told.context("cannot wait for signals")?,
    }
    drop(sandbox);
    // A read of standard input may still block a thread; it must not keep the program.
    std::process::exit(0)
}

fn announce(sandbox: &Sandbox) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, sandbox.ready())?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

async fn parent_gone(parent: Option<u32>) {
    match parent {
        Some(pid) => guard::parent_gone(pid).await,
        None => std::future::pending().await,
    }
}

async fn input_ended(guarded: bool) {
    if guarded {
        guard::input_ended().await
    } else {
        std::future::pending().await
    }
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
