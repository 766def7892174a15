//! The benches: their names, and running one. A module per bench; how they print is in `print`.

mod budgets;
pub mod print;
pub mod scale;

use anyhow::{Result, bail};

/// What a person may say about a bench.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub struct Options {
    /// How many clients, for benches that push a season.
    #[arg(long)]
    pub clients: Option<usize>,
}

struct Bench {
    name: &'static str,
    about: &'static str,
    run: fn(&Options) -> Result<bool>,
}

const ALL: &[Bench] = &[
    Bench {
        name: "scale",
        about: "a season of 100,000 clients: memory, time, cancel, a kill, the journal's price",
        run: scale::run,
    },
    Bench {
        name: "budgets",
        about: "what the library costs its host, against what it may: size, threads, delays, calls",
        run: budgets::run,
    },
];

/// Says which benches there are.
pub fn list() {
    for bench in ALL {
        println!("{:<10} {}", bench.name, bench.about);
    }
}

/// Runs the named bench; says whether every target was met.
pub fn run(name: &str, options: &Options) -> Result<bool> {
    match ALL.iter().find(|bench| bench.name == name) {
        Some(bench) => (bench.run)(options),
        None => bail!("no bench is called `{name}`; see `cargo xtask bench`"),
    }
}
