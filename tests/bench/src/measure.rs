//! What a process knows about itself: memory, processor time, the time a look at progress takes.
//! From `/proc`, so on Linux alone.

use std::io::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use filed_core::push::{Progress, Push};
use serde_json::{Map, Value, json};

/// Measures this process from its start and prints what it finds.
pub struct Meter {
    started: Instant,
    looks: Mutex<Vec<Duration>>,
    cancelled: Mutex<Option<Instant>>,
}

impl Meter {
    pub fn start() -> Self {
        Self {
            started: Instant::now(),
            looks: Mutex::default(),
            cancelled: Mutex::default(),
        }
    }

    /// How long one look at progress took.
    pub fn looked(&self, took: Duration) {
        lock(&self.looks).push(took);
    }

    /// The host asks for the end this moment.
    pub fn cancelling(&self) {
        *lock(&self.cancelled) = Some(Instant::now());
    }

    /// Prints where the push stands, with the costs so far.
    pub fn tell(&self, event: &str, progress: &Progress) -> Result<()> {
        self.tell_with(event, progress, &[])
    }

    /// As [`Meter::tell`], with numbers of the caller's.
    pub fn tell_with(&self, event: &str, progress: &Progress, more: &[(&str, u64)]) -> Result<()> {
        let mut line = self.line(event, progress)?;
        for (name, number) in more {
            line.insert((*name).to_owned(), (*number).into());
        }
        let mut out = std::io::stdout().lock();
        serde_json::to_writer(&mut out, &line)?;
        out.write_all(b"\n")?;
        Ok(out.flush()?)
    }

    /// A stage has ended.
    pub fn phase(&self, event: &str, push: &Push) {
        self.told(event, &push.progress());
    }

    /// Another part of the season is attached.
    pub fn mark(&self, progress: &Progress) {
        self.told("mark", progress);
    }

    /// Whoever measures has gone when nothing can be printed; the push goes on without.
    fn told(&self, event: &str, progress: &Progress) {
        if let Err(error) = self.tell(event, progress) {
            eprintln!("cannot measure: {error:#}");
        }
    }

    fn line(&self, event: &str, progress: &Progress) -> Result<Map<String, Value>> {
        let status = std::fs::read_to_string("/proc/self/status")
            .context("memory is measured on Linux alone")?;
        let since = lock(&self.cancelled).map(|at| at.elapsed());
        let line = json!({
            "event": event,
            "at_ms": millis(self.started.elapsed()),
            "cpu_ms": processor_ms()?,
            "rss_kib": kibibytes(&status, "VmRSS:")?,
            "peak_kib": kibibytes(&status, "VmHWM:")?,
            "clients": progress.clients.total,
            "clients_attached": progress.clients.attached,
            "clients_imported": progress.clients.imported,
            "files": progress.files.total,
            "files_sent": progress.files.sent,
            "files_attached": progress.files.attached,
            "look_ns": self.typical_look(),
            "cancel_ms": since.map(millis),
        });
        match line {
            Value::Object(line) => Ok(line),
            _ => Ok(Map::new()),
        }
    }

    /// The median of the looks since the last line.
    fn typical_look(&self) -> Option<u64> {
        let mut looks = std::mem::take(&mut *lock(&self.looks));
        looks.sort_unstable();
        let median = looks.get(looks.len() / 2)?;
        Some(u64::try_from(median.as_nanos()).unwrap_or(u64::MAX))
    }
}

fn kibibytes(status: &str, name: &str) -> Result<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|rest| rest.split_whitespace().next());
    number
        .with_context(|| format!("no {name} in the process's status"))?
        .parse()
        .with_context(|| format!("{name} is no number"))
}

/// User and system time of all threads.
fn processor_ms() -> Result<u64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The program's name may hold anything; what follows its closing bracket may not.
    let (_, rest) = stat.rsplit_once(')').context("no process statistics")?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |at: usize| -> Result<u64> {
        Ok(fields
            .get(at)
            .context("short process statistics")?
            .parse()?)
    };
    // 100 ticks a second on every Linux that has shipped in the last decades.
    Ok((ticks(11)? + ticks(12)?) * 10)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
