//! The write-ahead log beside a journal, as it lies on disk before SQLite opens it: SQLite takes a
//! log it cannot make sense of for an empty one, and what was written last would be gone without
//! a word.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::fault::{Step, io};

const HEADER: usize = 32;
const FRAME_HEADER: u64 = 24;

/// What lies beside a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Log {
    /// Nothing, or an empty file.
    None,
    /// A file too short to hold a single page.
    Short,
    /// A file whose header is not whole.
    Damaged,
    /// A file with a header that is whole and room for a page.
    Sound,
}

impl Log {
    /// Looks at the log of the journal at `path`.
    pub fn beside(path: &Path) -> Step<Self> {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let mut file = match File::open(PathBuf::from(log)) {
            Ok(file) => file,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Log::None),
            Err(e) => return Err(io(&e.kind().to_string())),
        };
        let length = file
            .metadata()
            .map_err(|e| io(&e.kind().to_string()))?
            .len();
        if length == 0 {
            return Ok(Log::None);
        }
        let mut header = [0; HEADER];
        match file.read_exact(&mut header) {
            Err(e) if e.kind() == ErrorKind::UnexpectedEof => return Ok(Log::Short),
            Err(e) => return Err(io(&e.kind().to_string())),
            Ok(()) => {}
        }
        let Some(page) = page_size(&header) else {
            return Ok(Log::Damaged);
        };
        Ok(match length >= HEADER as u64 + FRAME_HEADER + page {
            true => Log::Sound,
            false => Log::Short,
        })
    }
}

/// The page size a log's header tells, if the header is whole.
fn page_size(header: &[u8; HEADER]) -> Option<u64> {
    const MAGIC: u32 = 0x377f_0682;
    let word = |at: usize, big: bool| {
        let bytes = header.get(at..at + 4)?.try_into().ok()?;
        Some(match big {
            true => u32::from_be_bytes(bytes),
            false => u32::from_le_bytes(bytes),
        })
    };
    let magic = word(0, true)?;
    // The last bit tells the byte order in which checksums are made.
    let big = magic & 1 == 1;
    let mut sums = (0_u32, 0_u32);
    for at in (0..24).step_by(8) {
        sums.0 = sums.0.wrapping_add(word(at, big)?).wrapping_add(sums.1);
        sums.1 = sums.1.wrapping_add(word(at + 4, big)?).wrapping_add(sums.0);
    }
    let whole = magic & !1 == MAGIC && sums == (word(24, true)?, word(28, true)?);
    whole.then(|| word(8, true).map(u64::from))?
}
