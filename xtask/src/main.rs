//! `cargo xtask`: the one entry a person has to remember. What it can do is below; each command
//! lives in the module of its name.

mod bench;
mod demo;
mod dist;
mod examples;
mod r#gen;
mod hash;
mod http;
mod place;
mod received;
mod run;
mod sandbox;
mod scenarios;
mod setup;
mod suites;
mod tally;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Demonstrates, tests and generates.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Push a sample firm to a simulated Filed, once from Python, once from Node, once from C.
    Demo,
    /// Run test suites: all, or the ones named.
    Test {
        /// Names of suites.
        suites: Vec<String>,
        /// Say which suites there are.
        #[arg(long)]
        list: bool,
        /// Add the slow tests.
        #[arg(long)]
        long: bool,
    },
    /// Measure: one bench, or say which there are.
    Bench {
        /// Its name.
        name: Option<String>,
        #[command(flatten)]
        options: bench::Options,
    },
    /// Build the packages that are given away.
    Dist {
        #[command(flatten)]
        options: dist::Options,
    },
    /// Write every generated file.
    Gen {
        /// Only say which are not up to date.
        #[arg(long)]
        check: bool,
    },
    /// Write the scenarios as the one JSON file runners read.
    ScenariosJson {
        /// Where to.
        file: PathBuf,
    },
    /// Judge logs of scenario runners: each by what is expected, all against each other.
    Judge {
        /// Logs, named after their language.
        #[arg(required = true)]
        logs: Vec<PathBuf>,
        /// Only scenarios whose id contains this.
        #[arg(long, default_value = "")]
        only: String,
    },
}

fn main() -> ExitCode {
    match carry_out(Arguments::parse().command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn carry_out(command: Command) -> Result<bool> {
    match command {
        Command::Demo => demo::run(),
        Command::Test { list: true, .. } => {
            suites::list();
            Ok(true)
        }
        Command::Test { suites, long, .. } => suites::run(&suites, long),
        Command::Bench { name: None, .. } => {
            bench::list();
            Ok(true)
        }
        Command::Bench {
            name: Some(name),
            options,
        } => bench::run(&name, &options),
        Command::Dist { options } => dist::run(&options),
        Command::Gen { check: true } => r#gen::check().map(|()| true),
        Command::Gen { check: false } => r#gen::write().map(|()| true),
        Command::ScenariosJson { file } => {
            let all = scenarios::source::read(&scenarios::source::folder()?)?;
            scenarios::source::write(&all, &file).map(|()| true)
        }
        Command::Judge { logs, only } => suites::judge_logs(&logs, &only),
    }
}
