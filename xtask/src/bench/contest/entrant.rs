//! Who takes part: ours from each language, and what a competent user would write instead.

use std::process::Command;

use anyhow::Result;

use crate::bench::build::Programs;
use crate::{place, run};

/// A program that does the work of a bench.
#[derive(Debug, PartialEq, Eq)]
pub struct Entrant {
    /// Its name in results and targets.
    pub key: &'static str,
    /// Its name in tables.
    pub label: &'static str,
    /// Whether it is this library.
    pub ours: bool,
    program: Program,
}

#[derive(Debug, PartialEq, Eq)]
enum Program {
    /// Built by cargo.
    Rust(&'static str),
    /// Built from `tests/bench/c`.
    C(&'static str),
    /// In `tests/bench/python`.
    Python(&'static str),
    /// In `tests/bench/node`.
    Node(&'static str),
}

const fn ours(key: &'static str, label: &'static str, program: Program) -> Entrant {
    Entrant {
        key,
        label,
        ours: true,
        program,
    }
}

const fn peer(key: &'static str, label: &'static str, program: Program) -> Entrant {
    Entrant {
        key,
        label,
        ours: false,
        program,
    }
}

/// Everybody, in the order of a round: whoever is compared stands close together.
pub const ALL: &[Entrant] = &[
    peer(
        "limit",
        "sendfile, the limit",
        Program::Rust("filed-bench-limit"),
    ),
    ours("rust", "ours, Rust", Program::Rust("filed-bench-ours")),
    ours("c", "ours, C", Program::C("ours")),
    peer("curl", "libcurl multi (C)", Program::C("peer_curl")),
    ours(
        "python",
        "ours, Python, threads",
        Program::Python("ours_sync.py"),
    ),
    ours(
        "asyncio",
        "ours, Python, asyncio",
        Program::Python("ours_async.py"),
    ),
    peer(
        "aiohttp",
        "aiohttp + uvloop",
        Program::Python("peer_aiohttp.py"),
    ),
    ours("node", "ours, Node", Program::Node("ours.cjs")),
    peer("axios", "axios", Program::Node("peer_axios.cjs")),
    peer("fetch", "Node's fetch", Program::Node("peer_fetch.cjs")),
    peer("httpx", "httpx", Program::Python("peer_httpx.py")),
    peer(
        "requests",
        "requests, threads",
        Program::Python("peer_requests.py"),
    ),
];

/// The one of this name.
pub fn named(key: &str) -> Option<&'static Entrant> {
    ALL.iter().find(|entrant| entrant.key == key)
}

impl Entrant {
    /// The command that starts it.
    pub fn command(&self, programs: &Programs) -> Result<Command> {
        let scripts = place::root()?.join("tests/bench");
        match self.program {
            Program::Rust(name) => run::command(programs.ours.folder.join(name)),
            Program::C(name) => run::command(programs.c.join(name)),
            Program::Python(name) => {
                let mut command = run::command(&programs.python)?;
                command
                    .arg(scripts.join("python").join(name))
                    .env("PYTHONPATH", &programs.ours.python_path);
                Ok(command)
            }
            Program::Node(name) => {
                let mut command = run::command("node")?;
                command
                    .arg(scripts.join("node").join(name))
                    .env("NODE_PATH", &programs.node_modules)
                    .env("BENCH_SDK", &programs.ours.sdk);
                Ok(command)
            }
        }
    }
}
