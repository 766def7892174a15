//! Live progress of an example program: its lines say how far it is.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use indicatif::{ProgressBar, ProgressStyle};

use crate::run;

/// Runs the program with a bar; says whether it succeeded.
pub fn watch(language: &str, command: &mut Command) -> Result<bool> {
    let mut last = String::new();
    let bar = ProgressBar::new(0).with_prefix(language.to_owned());
    bar.set_style(ProgressStyle::with_template(
        "{prefix:>8} {bar:30} {pos:>3}/{len} {msg}",
    )?);
    command.stdout(Stdio::piped());
    let mut child = command.spawn().with_context(|| run::shown(command))?;
    let out = child.stdout.take().context("the program has no output")?;
    for line in BufReader::new(out).lines() {
        let line = line?;
        if line != last {
            show(&bar, &line);
        }
        last = line;
    }
    let success = child.wait()?.success();
    bar.abandon();
    Ok(success)
}

/// A line such as `20 files: 12 sent, 3 imported, 0 failed` moves the bar; every line is shown.
fn show(bar: &ProgressBar, line: &str) {
    if let Some((total, sent, imported)) = numbers(line) {
        // Sending and importing are half of the way each.
        bar.set_length(2 * total);
        bar.set_position(sent + imported);
    }
    bar.set_message(line.to_owned());
    if bar.is_hidden() {
        println!("{:>8} {line}", bar.prefix());
    }
}

fn numbers(line: &str) -> Option<(u64, u64, u64)> {
    let (total, rest) = line.split_once(" files: ")?;
    let mut parts = rest.split(", ");
    let sent = parts.next()?.strip_suffix(" sent")?;
    let imported = parts.next()?.strip_suffix(" imported")?;
    Some((
        total.parse().ok()?,
        sent.parse().ok()?,
        imported.parse().ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn a_line_of_an_example_is_understood() {
        assert_eq!(
            numbers("20 files: 12 sent, 3 imported, 0 failed"),
            Some((20, 12, 3))
        );
        assert_eq!(numbers("done"), None);
    }
}
