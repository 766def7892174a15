//! The hot parts, each a few times: run under callgrind, which counts the instructions of one.
//!
//! `filed-bench-instructions NAME TIMES` does one part so often; the difference between two counts
//! is the part's own cost, without start and end of the process.

use anyhow::{Result, bail, ensure};
use bytes::Bytes;
use filed_bench::hot::{ANSWER, document};
use filed_core::bench::{Firm, Uploads, read_answer};
use filed_core::queue::Queue;

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let (Some(name), Some(times)) = (words.next(), words.next()) else {
        bail!("usage: filed-bench-instructions NAME TIMES");
    };
    let times: usize = times.parse()?;
    match name.as_str() {
        "body" => body(times),
        "answer" => answer(times),
        "journal" => journal(times),
        "queue" => queue(times),
        _ => bail!("no part is called `{name}`"),
    }
}

/// The bodies of uploads of 10 KiB.
fn body(times: usize) -> Result<()> {
    let uploads = Uploads::default();
    let content: Bytes = document(10 << 10).into();
    for _ in 0..times {
        ensure!(
            uploads.bytes(&content) > content.len(),
            "the body is cut short"
        );
    }
    Ok(())
}

/// Answers of an upload host.
fn answer(times: usize) -> Result<()> {
    for _ in 0..times {
        ensure!(read_answer(ANSWER), "the answer is refused");
    }
    Ok(())
}

/// A client with ten files, added, claimed by the scheduler and recorded as uploaded.
fn journal(times: usize) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(async {
        let firm = Firm::add(None, times, 10).await?;
        let mut left = firm.files();
        while left > 0 {
            left -= firm.step(10).await?;
        }
        Ok(())
    })
}

/// 64 items through a queue to a host.
fn queue(times: usize) -> Result<()> {
    let queue = Queue::new(|| {});
    for _ in 0..times {
        (0..64).for_each(|item| queue.push(item));
        ensure!(queue.drain().len() == 64, "items are lost");
    }
    Ok(())
}
