//! `filed-crash`: kills pushes and counts what Filed holds in the end.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use filed_crash::{points, property};

/// Kills pushes and counts what Filed holds in the end.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Kill a scripted push at every write of its journal and every boundary of a request.
    Points {
        /// Every point there is, rather than a spread of them.
        #[arg(long)]
        long: bool,
        /// One point, as a failure names it.
        #[arg(long)]
        only: Option<String>,
        /// Pushes at once.
        #[arg(long, default_value_t = workers())]
        workers: usize,
    },
    /// Push at random under random faults, kill and resume at random.
    Property {
        /// Ten times as many.
        #[arg(long)]
        long: bool,
        /// Pushes; each has a seed of its own.
        #[arg(long)]
        cases: Option<u64>,
        /// The first seed.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// One case as JSON, as a failure prints it.
        #[arg(long)]
        case: Option<String>,
        /// Pushes at once.
        #[arg(long, default_value_t = 12)]
        workers: usize,
    },
}

fn workers() -> usize {
    std::thread::available_parallelism().map_or(3, |cores| (usize::from(cores) + 1).min(9))
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let well = match Arguments::parse().command {
        Command::Points {
            long,
            only,
            workers,
        } => {
            let options = points::Options {
                all: long,
                only,
                workers,
            };
            points::run(&options).await?
        }
        Command::Property {
            long,
            cases,
            seed,
            case,
            workers,
        } => {
            let case = case.map(|text| serde_json::from_str(&text)).transpose()?;
            let options = property::Options {
                cases: cases.unwrap_or(if long { 20_000 } else { 2_000 }),
                seed,
                case,
                workers,
            };
            property::run(options).await?
        }
    };
    Ok(if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
