//! One point: how it is written down, so that it can be asked for again.

use std::fmt::{Display, Formatter};
use std::str::FromStr;

use anyhow::Context as _;

use crate::power::Loss;

/// A point at which a push is killed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// The first kill.
    pub first: Strike,
    /// The kill of the run that resumed.
    pub second: Option<Strike>,
    /// The push has nothing in memory and is resumed by its journal, not by the same program.
    pub by_journal: bool,
}

/// What a process is killed at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Strike {
    /// Before this write of the journal, or in the middle of it.
    Write {
        /// Number of the write.
        at: u64,
        /// Half of it is done.
        torn: bool,
    },
    /// Before this write of the journal after a client was attached, when little is left but to
    /// compare, to initiate and to watch.
    Late {
        /// Number of the write.
        at: u64,
    },
    /// So many milliseconds after Filed's answer to the comparison that precedes the import:
    /// while that is noted, the request noted, sent and answered.
    Compared {
        /// Milliseconds.
        ms: u64,
    },
    /// Before this sync of the journal; the power may go too.
    Sync {
        /// Number of the sync.
        at: u64,
        /// What the power cut takes.
        loss: Option<Loss>,
    },
    /// At this request.
    Request {
        /// Its operation.
        operation: String,
        /// Requests of this operation before it.
        skip: u64,
        /// When in its life.
        moment: Moment,
    },
}

/// A moment of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// It came, and nothing was done.
    Before,
    /// It took effect, and was not answered.
    Effect,
    /// So many milliseconds after its answer.
    Answered(u64),
}

impl Moment {
    /// All of them; the last right after the answer.
    pub const ALL: [Moment; 3] = [Moment::Before, Moment::Effect, Moment::Answered(0)];
}

impl Display for Point {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let way = if self.by_journal {
            "journal"
        } else {
            "program"
        };
        write!(f, "{way}/{}", self.first)?;
        match &self.second {
            Some(second) => write!(f, "/{second}"),
            None => Ok(()),
        }
    }
}

impl Display for Strike {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Strike::Write { at, torn: false } => write!(f, "write:{at}"),
            Strike::Write { at, torn: true } => write!(f, "torn:{at}"),
            Strike::Late { at } => write!(f, "late:{at}"),
            Strike::Compared { ms } => write!(f, "compared:{ms}"),
            Strike::Sync { at, loss: None } => write!(f, "sync:{at}"),
            Strike::Sync {
                at,
                loss: Some(loss),
            } => write!(f, "power:{at}:{loss:?}"),
            Strike::Request {
                operation,
                skip,
                moment,
            } => match moment {
                Moment::Before => write!(f, "before:{operation}:{skip}"),
                Moment::Effect => write!(f, "effect:{operation}:{skip}"),
                Moment::Answered(ms) => write!(f, "answered:{operation}:{skip}:{ms}"),
            },
        }
    }
}

impl FromStr for Point {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let mut parts = text.split('/');
        let by_journal = match parts.next() {
            Some("journal") => true,
            Some("program") => false,
            _ => anyhow::bail!("a point begins with `program/` or `journal/`"),
        };
        Ok(Self {
            first: parts.next().context("a point has a strike")?.parse()?,
            second: parts.next().map(str::parse).transpose()?,
            by_journal,
        })
    }
}

impl FromStr for Strike {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let words: Vec<&str> = text.split(':').collect();
        let number = |at: usize| -> anyhow::Result<u64> {
            let word = words.get(at).context("a number is missing")?;
            Ok(word.parse()?)
        };
        let request = |moment| -> anyhow::Result<Strike> {
            Ok(Strike::Request {
                operation: words.get(1).context("an operation is missing")?.to_string(),
                skip: number(2)?,
                moment,
            })
        };
        match words[0] {
            kind @ ("write" | "torn") => Ok(Strike::Write {
                at: number(1)?,
                torn: kind == "torn",
            }),
            "late" => Ok(Strike::Late { at: number(1)? }),
            "compared" => Ok(Strike::Compared { ms: number(1)? }),
            "sync" => Ok(Strike::Sync {
                at: number(1)?,
                loss: None,
            }),
            "power" => {
                let named = |loss: &Loss| words.get(2) == Some(&&*format!("{loss:?}"));
                let loss = Loss::ALL.into_iter().find(named);
                Ok(Strike::Sync {
                    at: number(1)?,
                    loss: Some(loss.context("no such loss")?),
                })
            }
            "before" => request(Moment::Before),
            "effect" => request(Moment::Effect),
            "answered" => request(Moment::Answered(number(3)?)),
            other => anyhow::bail!("`{other}` is no kind of point"),
        }
    }
}
