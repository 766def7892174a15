//! What the Rust contenders share: a line of work at a time on standard input. A contender says
//! `ready`, then for each line does the work it names and says `done`. It is measured from outside.

use std::io::{BufRead as _, Write as _};

use anyhow::{Context as _, Result};

/// The words of a line of work.
pub struct Words(Vec<String>);

impl Words {
    /// The word at `at`.
    pub fn text(&self, at: usize) -> Result<&str> {
        let word = self.0.get(at).map(String::as_str);
        word.with_context(|| format!("no word number {at}"))
    }

    /// The number at `at`.
    pub fn number(&self, at: usize) -> Result<usize> {
        Ok(self.text(at)?.parse()?)
    }
}

/// Does what it is told until standard input ends.
pub fn serve(mut work: impl FnMut(&Words) -> Result<()>) -> Result<()> {
    say("ready")?;
    for line in std::io::stdin().lock().lines() {
        let words = Words(line?.split(' ').map(str::to_owned).collect());
        work(&words)?;
        say("done")?;
    }
    Ok(())
}

fn say(word: &str) -> Result<()> {
    println!("{word}");
    Ok(std::io::stdout().flush()?)
}

/// A file to send.
pub fn path(folder: &str, number: usize) -> String {
    format!("{folder}/{number:06}.pdf")
}
