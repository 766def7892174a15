//! Running a program many times, several at once: it must end with its own code, each time, in time.

use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Result;

use crate::run;
use crate::tally::Tally;

/// Mostly they start and end, which is work for the processor.
const AT_ONCE: usize = 4;
/// What a program of these suites ends with when all went well; a crash or an exception does not.
const CODE: i32 = 7;
/// Far more than any takes; what is looked for is a hang.
const LIMIT: Duration = Duration::from_secs(240);

/// Runs what `make` makes `times` times; one check.
pub fn check(
    tally: &mut Tally,
    what: &str,
    times: usize,
    make: impl Fn() -> Result<Command> + Sync,
) -> Result<bool> {
    let started = AtomicUsize::new(0);
    let ends: Mutex<Vec<Result<run::Output>>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(times) {
            scope.spawn(|| {
                while started.fetch_add(1, Ordering::Relaxed) < times {
                    let end = make().and_then(|mut command| run::capture(&mut command, LIMIT));
                    let mut ends = ends.lock().unwrap_or_else(|e| e.into_inner());
                    ends.push(end);
                }
            });
        }
    });
    let ends = ends.into_inner().unwrap_or_else(|e| e.into_inner());
    let slowest = ends.iter().flatten().map(|end| end.took).max();
    let failures: Vec<String> = ends.iter().filter_map(failure).take(5).collect();
    let line = format!(
        "{what}: {} times, the slowest {:.1}s",
        ends.len(),
        slowest.unwrap_or_default().as_secs_f64()
    );
    tally.verdict(&line, &failures)
}

fn failure(end: &Result<run::Output>) -> Option<String> {
    match end {
        Err(error) => Some(format!("{error:#}")),
        Ok(output) if output.code == Some(CODE) => None,
        Ok(output) => {
            let how = output.code.map_or_else(
                || "ended by a signal".to_owned(),
                |code| format!("ended with {code}"),
            );
            Some(format!("{how} after {:?}\n{}", output.took, output.text))
        }
    }
}
