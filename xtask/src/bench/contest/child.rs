//! A contender as a child process: told what to do by lines, measured from outside.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::run;

/// A contender that waits for work.
pub struct Contender {
    child: Child,
    orders: Option<ChildStdin>,
    answers: Lines<BufReader<ChildStdout>>,
    /// Resident memory when it was ready, KiB.
    pub idle_kib: u64,
}

/// What one piece of work took.
#[derive(Clone, Debug, Default)]
pub struct Cost {
    pub seconds: f64,
    /// User and system time of all its threads.
    pub cpu_seconds: f64,
    /// How late its event loop got round to its timers, where it has one: 99th percentile, ms.
    pub loop_ms: Option<f64>,
}

impl Contender {
    /// Starts it and waits until it is ready.
    pub fn start(mut command: Command) -> Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let shown = run::shown(&command);
        let mut child = command
            .spawn()
            .with_context(|| format!("{shown} cannot be started"))?;
        let out = child.stdout.take().context("a contender has no output")?;
        let mut contender = Self {
            orders: child.stdin.take(),
            answers: BufReader::new(out).lines(),
            child,
            idle_kib: 0,
        };
        let ready = contender.answer().with_context(|| shown.clone())?;
        if ready != "ready" {
            bail!("{shown} said `{ready}` instead of being ready");
        }
        contender.idle_kib = contender.status("VmRSS:")?;
        // From here on the most it takes is counted anew; where that is not allowed, from its start.
        let _ = std::fs::write(format!("/proc/{}/clear_refs", contender.child.id()), "5");
        Ok(contender)
    }

    /// Lets it do the work that `order` names.
    pub fn work(&mut self, order: &str) -> Result<Cost> {
        let cpu = self.cpu()?;
        let begun = Instant::now();
        let orders = self.orders.as_mut().context("it was told to end")?;
        writeln!(orders, "{order}")?;
        orders.flush()?;
        let answer = self.answer()?;
        let seconds = begun.elapsed().as_secs_f64();
        let cpu_seconds = (self.cpu()?.saturating_sub(cpu)).as_secs_f64();
        let mut words = answer.split(' ');
        if words.next() != Some("done") {
            bail!("it said `{answer}` instead of being done");
        }
        let loop_ms = words.find_map(|word| word.strip_prefix("loop_ms=")?.parse().ok());
        Ok(Cost {
            seconds,
            cpu_seconds,
            loop_ms,
        })
    }

    /// The most resident memory it had since it was ready, KiB.
    pub fn peak_kib(&self) -> Result<u64> {
        self.status("VmHWM:")
    }

    fn answer(&mut self) -> Result<String> {
        match self.answers.next() {
            Some(line) => Ok(line?),
            None => bail!("a contender ended: {}", self.child.wait()?),
        }
    }

    fn status(&self, name: &str) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|rest| rest.split_whitespace().next());
        Ok(number
            .with_context(|| format!("no {name} of a process"))?
            .parse()?)
    }

    /// Processor time of the whole process, threads that have ended included.
    fn cpu(&self) -> Result<Duration> {
        // How Linux numbers the clock of another process: its id inverted, and which clock of it.
        const SCHEDULED: i32 = 2;
        let clock = (!self.child.id().cast_signed() << 3) | SCHEDULED;
        let mut time = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // SAFETY: `time` is ours and lives for the call.
        if unsafe { libc::clock_gettime(clock, &raw mut time) } != 0 {
            return Err(std::io::Error::last_os_error()).context("a process without a clock");
        }
        Ok(Duration::new(
            u64::try_from(time.tv_sec)?,
            u32::try_from(time.tv_nsec)?,
        ))
    }
}

impl Drop for Contender {
    fn drop(&mut self) {
        // It ends with its orders; one that does not within a moment is ended.
        drop(self.orders.take());
        let patience = Instant::now() + Duration::from_secs(5);
        while Instant::now() < patience {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
