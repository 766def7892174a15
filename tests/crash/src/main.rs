//! `filed-crash`: kills pushes and counts what Filed holds in the end.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use filed_crash::points;

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
}

fn workers() -> usize {
    std::thread::available_parallelism()
        .map_or(2, usize::from)
        .clamp(2, 8)
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
    };
    Ok(if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
