//! Which descriptors belong to the watched file.

use std::ffi::{CStr, c_char, c_int};
use std::os::unix::ffi::OsStrExt;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::plan::plan;

/// One of the files that make up a SQLite database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum File {
    Main = 1,
    Wal = 2,
    Rollback = 3,
}

const MOST: usize = 4096;

static TABLE: [AtomicU8; MOST] = [const { AtomicU8::new(0) }; MOST];

fn slot(fd: c_int) -> Option<&'static AtomicU8> {
    TABLE.get(usize::try_from(fd).ok()?)
}

/// The watched file behind a descriptor.
pub fn file(fd: c_int) -> Option<File> {
    match slot(fd)?.load(Ordering::Relaxed) {
        1 => Some(File::Main),
        2 => Some(File::Wal),
        3 => Some(File::Rollback),
        _ => None,
    }
}

/// Notes what a descriptor stands for now.
///
/// # Safety
/// `path` must be a C string.
pub unsafe fn opened(fd: c_int, path: *const c_char) {
    let Some(slot) = slot(fd) else { return };
    // SAFETY: as promised by the caller.
    let kind = unsafe { kind(path) };
    slot.store(kind.map_or(0, |file| file as u8), Ordering::Relaxed);
}

pub fn closed(fd: c_int) {
    if let Some(slot) = slot(fd) {
        slot.store(0, Ordering::Relaxed);
    }
}

/// # Safety
/// `path` must be null or a C string.
pub unsafe fn kind(path: *const c_char) -> Option<File> {
    let journal = &plan()?.journal;
    if path.is_null() {
        return None;
    }
    // SAFETY: as promised by the caller.
    let path = unsafe { CStr::from_ptr(path) }.to_bytes();
    match path.strip_prefix(journal.as_bytes())? {
        b"" => Some(File::Main),
        b"-wal" => Some(File::Wal),
        b"-journal" => Some(File::Rollback),
        _ => None,
    }
}
