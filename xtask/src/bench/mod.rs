//! The benches: their names, and running one. A module per bench; what they measure is built by
//! `build`, how they print is in `print`.

mod budgets;
mod build;
mod contest;
pub mod instructions;
pub mod print;
pub mod scale;

use anyhow::{Result, bail};

/// What a person may say about a bench.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// How many clients, for benches that push a season.
    #[arg(long)]
    pub clients: Option<usize>,
    /// Fewer rounds, for benches that compare: a third of the time.
    #[arg(long)]
    pub quick: bool,
    /// The profile of cargo's that benches that compare are built with.
    #[arg(long)]
    profile: Option<String>,
}

impl Options {
    /// The profile to build with.
    pub fn profile(&self) -> &str {
        self.profile.as_deref().unwrap_or("release")
    }
}

struct Bench {
    name: &'static str,
    about: &'static str,
    run: fn(&Options) -> Result<bool>,
}

const ALL: &[Bench] = &[
    Bench {
        name: "all",
        about: "all that compare, written to docs/benchmarks.md with a picture",
        run: contest::all,
    },
    Bench {
        name: "uploads",
        about: "2,000 files of 200 KiB, ours and peers",
        run: contest::uploads,
    },
    Bench {
        name: "small",
        about: "20,000 files of 10 KiB, ours and peers",
        run: contest::small,
    },
    Bench {
        name: "large",
        about: "8 files of 256 MiB, ours and peers",
        run: contest::large,
    },
    Bench {
        name: "calls",
        about: "5,000 GraphQL calls, ours and peers",
        run: contest::calls,
    },
    Bench {
        name: "latency",
        about: "uploads to a host 30 ms away, 16 and 64 at once, ours and peers",
        run: contest::latency,
    },
    Bench {
        name: "push",
        about: "a whole push, verified and durable, against scripts that are neither",
        run: contest::push,
    },
    Bench {
        name: "journal",
        about: "what a journal on disk costs a push",
        run: scale::journal,
    },
    Bench {
        name: "instructions",
        about: "instructions of the hot parts; makes them the baseline the suite compares with",
        run: instructions::write,
    },
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
