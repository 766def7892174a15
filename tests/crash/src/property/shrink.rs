//! From a seed to a case, and from a failing case to a smaller one that fails too. Bounded: a case
//! that hangs would take a minute each time.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use proptest::strategy::{Strategy as _, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::case::Case;
use super::model::{Passed, World};
use super::strategy;

const MOST_TRIES: u32 = 60;
const LONGEST: Duration = Duration::from_secs(60);
/// Threads interleave as they like: a smaller case counts as holding when it held so often.
const TRIES_EACH: u32 = 2;

/// Cases that failed once, one a line.
const REGRESSIONS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/proptest-regressions/property.jsonl"
);

/// A case that does not hold.
pub struct Failure {
    seed: u64,
    error: String,
    smallest: Case,
    tries: u32,
}

impl Failure {
    /// Says what failed and how to run it again.
    pub fn tell(&self) {
        println!("FAIL seed {}: {}", self.seed, self.error);
        println!(
            "     again: target/debug/filed-crash property --seed {} --cases 1",
            self.seed
        );
        let case = serde_json::to_string(&self.smallest).unwrap_or_default();
        println!(
            "     smallest after {} tries: target/debug/filed-crash property --case '{case}'",
            self.tries
        );
        println!("     a line with that case in {REGRESSIONS} keeps it");
    }
}

/// Draws the case of a seed and runs it; makes it smaller when it fails.
pub async fn try_seed(world: &World, seed: u64) -> anyhow::Result<Result<(Case, Passed), Failure>> {
    let mut tree = draw(seed)?;
    let case = tree.current();
    let error = match world.check(&case).await {
        Ok(passed) => return Ok(Ok((case, passed))),
        Err(error) => format!("{error:#}"),
    };
    let (smallest, error, tries) = smaller(world, &mut *tree, case, error).await;
    Ok(Err(Failure {
        seed,
        error,
        smallest,
        tries,
    }))
}

type Tree = Box<dyn ValueTree<Value = Case>>;

fn draw(seed: u64) -> anyhow::Result<Tree> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let tree = strategy::cases()
        .boxed()
        .new_tree(&mut runner)
        .map_err(|e| anyhow::anyhow!("no case could be drawn: {e}"))?;
    Ok(tree)
}

async fn smaller(
    world: &World,
    tree: &mut dyn ValueTree<Value = Case>,
    case: Case,
    error: String,
) -> (Case, String, u32) {
    let begun = Instant::now();
    let mut best = (case, error);
    let mut tries = 0;
    let mut more = tree.simplify();
    while more && tries < MOST_TRIES && begun.elapsed() < LONGEST {
        tries += 1;
        let case = tree.current();
        more = match fails(world, &case).await {
            Some(error) => {
                best = (case, error);
                tree.simplify()
            }
            None => tree.complicate(),
        };
    }
    (best.0, best.1, tries)
}

async fn fails(world: &World, case: &Case) -> Option<String> {
    for _ in 0..TRIES_EACH {
        if let Err(error) = world.check(case).await {
            return Some(format!("{error:#}"));
        }
    }
    None
}

/// The cases that failed once.
pub fn regressions() -> anyhow::Result<Vec<Case>> {
    let path = Path::new(REGRESSIONS);
    let text = match std::fs::read_to_string(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.context("the regressions cannot be read")?,
    };
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| serde_json::from_str(line).context("a regression is no case"))
        .collect()
}
