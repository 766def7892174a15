//! Counting what passed and failed in one suite, and writing it down: everything to the suite's
//! log, to the screen a line per check and the whole of what failed.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::{place, run};

/// How many passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            passed,
            failed,
            skipped,
        } = self;
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

fn log_of(suite: &str) -> Result<PathBuf> {
    Ok(place::logs()?.join(format!("{suite}.log")))
}

/// Reads counts from a test program's output; `None` when they are not there.
pub type Reader = fn(&str) -> Option<Counts>;

/// One suite while it runs.
pub struct Tally {
    name: &'static str,
    pub counts: Counts,
    pub long: bool,
    /// The suites that ran before this one, in the same run.
    before: Vec<&'static str>,
    log: File,
    started: Instant,
}

impl Tally {
    /// Begins a suite with an empty log.
    pub fn begin(name: &'static str, long: bool, before: Vec<&'static str>) -> Result<Self> {
        let path = log_of(name)?;
        let log =
            File::create(&path).with_context(|| format!("{} cannot be written", path.display()))?;
        println!("\n== {name}");
        Ok(Self {
            name,
            counts: Counts::default(),
            long,
            before,
            log,
            started: Instant::now(),
        })
    }

    /// What another suite wrote down, if it ran in this run: what it showed need not be shown twice.
    pub fn written_by(&self, suite: &str) -> Result<Option<String>> {
        if !self.before.contains(&suite) {
            return Ok(None);
        }
        let log = std::fs::read_to_string(log_of(suite)?);
        log.map(Some).context("a log cannot be read")
    }

    /// Runs a program that counts its own tests.
    pub fn tests(&mut self, what: &str, command: &mut Command, reader: Reader) -> Result<bool> {
        let output = self.run(what, command)?;
        let counts = reader(&output.text).unwrap_or_default();
        // Without a test that ran, success means nothing; without one that failed, failure still counts.
        let ok = output.success && counts.failed == 0 && counts.passed > 0;
        let invisible = u64::from(!ok && counts.failed == 0);
        self.counts += Counts {
            failed: counts.failed + invisible,
            ..counts
        };
        let took = output.took.as_secs();
        self.report(ok, &format!("{what}: {counts} in {took}s"), &output.text)?;
        Ok(ok)
    }

    /// Runs a program whose end says it all; one check.
    pub fn program(&mut self, what: &str, command: &mut Command) -> Result<bool> {
        let output = self.run(what, command)?;
        self.count(output.success);
        let line = format!("{what} in {}s", output.took.as_secs());
        self.report(output.success, &line, &output.text)?;
        Ok(output.success)
    }

    /// One check that was made here; `failures` is empty when it passed.
    pub fn verdict(&mut self, what: &str, failures: &[String]) -> Result<bool> {
        self.count(failures.is_empty());
        self.report(failures.is_empty(), what, &failures.join("\n"))?;
        Ok(failures.is_empty())
    }

    /// One check that may also break off with an error.
    pub fn check(&mut self, what: &str, result: Result<()>) -> Result<bool> {
        let failures = result.err().map(|error| format!("{error:#}"));
        self.verdict(what, failures.as_slice())
    }

    /// Something that cannot be run here, and why.
    pub fn skip(&mut self, what: &str, why: &str) -> Result<()> {
        self.counts.skipped += 1;
        self.line(&format!("  skip {what}: {why}"))
    }

    /// A line that is no check.
    pub fn line(&mut self, text: &str) -> Result<()> {
        println!("{text}");
        writeln!(self.log, "{text}").context("the log cannot be written")
    }

    /// Text for the log alone.
    pub fn note(&mut self, text: &str) -> Result<()> {
        writeln!(self.log, "{text}").context("the log cannot be written")
    }

    /// Ends the suite with the line of its counts.
    pub fn end(mut self) -> Result<Counts> {
        let seconds = self.started.elapsed().as_secs();
        let line = format!("{}: {} in {seconds}s", self.name, self.counts);
        self.line(&line)?;
        Ok(self.counts)
    }

    fn run(&mut self, what: &str, command: &mut Command) -> Result<run::Output> {
        const LIMIT: Duration = Duration::from_secs(1500);
        self.note(&format!("-- {what}: {}", run::shown(command)))?;
        let output = run::capture(command, LIMIT)?;
        self.note(&output.text)?;
        Ok(output)
    }

    fn count(&mut self, passed: bool) {
        self.counts += Counts {
            passed: u64::from(passed),
            failed: u64::from(!passed),
            skipped: 0,
        };
    }

    fn report(&mut self, ok: bool, line: &str, output: &str) -> Result<()> {
        if ok {
            return self.line(&format!("  ok   {line}"));
        }
        println!("{}", output.trim_end());
        self.line(&format!("  FAIL {line}"))
    }
}
