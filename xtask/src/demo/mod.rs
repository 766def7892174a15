//! `cargo xtask demo`: a sample firm pushed once from each language, with live progress, and proof
//! that every byte arrived.

mod progress;
pub mod samples;
mod table;

use std::path::Path;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::examples::{self, Example};
use crate::sandbox::Sandbox;
use crate::{place, received, setup};

/// Runs the demonstration; says whether everything arrived and was imported.
pub fn run() -> Result<bool> {
    println!("Building. The first time takes a few minutes.");
    setup::workspace()?;
    for example in &examples::ALL {
        (example.prepare)()?;
    }
    let firm = place::target()?.join("demo").join("firm");
    let documents = samples::make(&firm)?;
    println!(
        "\nThe firm has {} clients and {documents} documents.",
        samples::CLIENTS.len()
    );
    let mut good = true;
    for example in &examples::ALL {
        // One for each: clients that a connection has from an earlier import are refused. A second
        // or two of import, so that there is something to watch.
        let sandbox = Sandbox::start(&json!({ "import_ms": 1500 }), 600)?;
        println!("\nA simulated Filed runs at {}.\n", sandbox.ready.base_url);
        good &= push(example, &sandbox, &firm)?;
    }
    println!(
        "{}",
        if good {
            "Every document arrived as it is, three times."
        } else {
            "Something is wrong."
        }
    );
    Ok(good)
}

fn push(example: &Example, sandbox: &Sandbox, firm: &Path) -> Result<bool> {
    let job = format!("2024 season, from {}", example.language);
    let mut command = example.command(sandbox, firm, &job)?;
    let ended = progress::watch(example.language, &mut command)?;
    ensure!(ended, "the push from {} failed", example.language);
    let received = received::compare(firm, &sandbox.state()?, &job)?;
    table::print(&job, &received);
    Ok(received.failures().is_empty())
}
