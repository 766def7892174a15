//! What is measured: how many files of which size, or calls, over which line.

use std::path::PathBuf;

use anyhow::Result;

use crate::place;

/// One kind of work.
#[derive(Debug)]
pub struct Workload {
    /// Its name in results and targets.
    pub key: &'static str,
    /// Its name in tables.
    pub label: &'static str,
    /// The bench it belongs to.
    pub bench: &'static str,
    pub kind: Kind,
    /// Files or calls in a round.
    pub count: usize,
    /// Uploads under way at once.
    pub at_once: usize,
    /// Seconds its rounds may take on each line.
    pub budget: f64,
}

/// What the work consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Files of so many bytes, answered at once.
    Files(u64),
    /// Files of so many bytes, answered 30 ms after they came.
    LateFiles(u64),
    /// GraphQL calls, one after another.
    Calls,
    /// A push of so many clients: the files are theirs.
    Push(usize),
}

const KIB: u64 = 1024;
const SOME: u64 = 200 * KIB;

pub const ALL: &[Workload] = &[
    Workload {
        key: "uploads",
        label: "2,000 files of 200 KiB",
        bench: "uploads",
        kind: Kind::Files(SOME),
        count: 2_000,
        at_once: 16,
        budget: 40.0,
    },
    Workload {
        key: "small",
        label: "20,000 files of 10 KiB",
        bench: "small",
        kind: Kind::Files(10 * KIB),
        count: 20_000,
        at_once: 16,
        budget: 40.0,
    },
    Workload {
        key: "large",
        label: "8 files of 256 MiB",
        bench: "large",
        kind: Kind::Files(256 * KIB * KIB),
        count: 8,
        at_once: 8,
        budget: 45.0,
    },
    Workload {
        key: "calls",
        label: "5,000 GraphQL calls, one after another",
        bench: "calls",
        kind: Kind::Calls,
        count: 5_000,
        at_once: 16,
        budget: 40.0,
    },
    Workload {
        key: "late16",
        label: "2,000 files of 200 KiB, 30 ms away, 16 at once",
        bench: "latency",
        kind: Kind::LateFiles(SOME),
        count: 2_000,
        at_once: 16,
        budget: 30.0,
    },
    Workload {
        key: "late64",
        label: "2,000 files of 200 KiB, 30 ms away, 64 at once",
        bench: "latency",
        kind: Kind::LateFiles(SOME),
        count: 2_000,
        at_once: 64,
        budget: 30.0,
    },
    Workload {
        key: "push",
        label: "a push of 200 clients with 2,000 files of 200 KiB",
        bench: "push",
        kind: Kind::Push(200),
        count: 2_000,
        at_once: 16,
        budget: 60.0,
    },
];

impl Workload {
    /// Bytes of each file.
    pub fn size(&self) -> Option<u64> {
        match self.kind {
            Kind::Files(size) | Kind::LateFiles(size) => Some(size),
            Kind::Push(_) => Some(SOME),
            Kind::Calls => None,
        }
    }

    /// Whether answers take their time.
    pub fn late(&self) -> bool {
        matches!(self.kind, Kind::LateFiles(_))
    }

    /// What is counted.
    pub fn unit(&self) -> &'static str {
        match self.kind {
            Kind::Calls => "calls",
            _ => "files",
        }
    }

    /// The folder with its files, made once.
    pub fn folder(&self) -> Result<PathBuf> {
        let size = self.size().unwrap_or(0);
        let folder = place::target()?.join("bench").join(format!("{size}-bytes"));
        std::fs::create_dir_all(&folder)?;
        let path = |number: usize| folder.join(format!("{number:06}.pdf"));
        for number in 0..self.count {
            let there = std::fs::metadata(path(number)).is_ok_and(|known| known.len() == size);
            match there {
                true => {}
                // Eight names of one: they need not fill the memory eight times.
                false if size > KIB * KIB && number > 0 => {
                    std::fs::hard_link(path(0), path(number))?
                }
                false => std::fs::write(path(number), content(size, number))?,
            }
        }
        Ok(folder)
    }
}

/// A document that no layer can pack.
fn content(size: u64, seed: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64 ^ seed as u64;
    let mut bytes = b"%PDF-1.7\n".to_vec();
    while (bytes.len() as u64) < size {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    bytes
}
