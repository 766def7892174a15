//! `filed-platform`: serves the platform, or plants every defect in turn and lets the check look.

mod table;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use filed_core::pull::{CheckCredentials, CheckOptions, check};
use filed_platform::{CLIENT_ID, CLIENT_SECRET, Defect, KEY, Platform};
use secrecy::SecretString;
use serde_json::json;

/// A platform for trying the check of the pull API on.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until killed; the first line of output says where.
    Serve {
        /// The defect to plant; see `defects`.
        #[arg(long)]
        defect: Option<Defect>,
    },
    /// Name all defects.
    Defects,
    /// Check any platform; fails when the check finds anything.
    At {
        /// Its address.
        url: String,
        /// An API key.
        #[arg(long)]
        key: Option<String>,
        /// OAuth client id and secret, as ID:SECRET.
        #[arg(long)]
        client: Option<String>,
        /// Print JUnit XML instead of words.
        #[arg(long)]
        junit: bool,
    },
    /// Check the sound platform and every defective one, and print a table.
    Check {
        /// Only defects whose name contains this, with the whole report of each.
        #[arg(long)]
        only: Option<String>,
    },
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    match Arguments::parse().command {
        Command::Serve { defect } => {
            let platform = Platform::start(defect).await?;
            let ready = json!({
                "event": "ready", "url": platform.base_url, "key": KEY,
                "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET,
            });
            println!("{ready}");
            platform.serve().await;
            Ok(ExitCode::SUCCESS)
        }
        Command::Defects => {
            for defect in Defect::ALL {
                println!("{:<20} {}", defect.name(), defect.about());
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::At {
            url,
            key,
            client,
            junit,
        } => {
            let mut options = CheckOptions::new(url);
            let secret = |text: &str| SecretString::from(text.to_owned());
            options.credentials = CheckCredentials {
                api_key: key.as_deref().map(secret),
                oauth: client
                    .as_deref()
                    .and_then(|client| client.split_once(':'))
                    .map(|(id, text)| (id.to_owned(), secret(text))),
            };
            let report = check(options).await?;
            match junit {
                true => print!("{}", report.to_junit()),
                false => print!("{}", report.to_text()),
            }
            let clean = report.passed() && report.findings.is_empty();
            Ok(if clean {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        }
        Command::Check { only } => table::run(only.as_deref()).await,
    }
}
