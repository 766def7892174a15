//! What differs between operating systems when a file is read; the only unsafe code of uploads.
//! What is done with the bytes is in `file`.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// What a read that must not block found.
#[cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "made on Linux only")
)]
pub(crate) enum Now {
    /// So many bytes, 0 at the end of the file.
    Read(usize),
    /// The bytes are not in memory.
    WouldBlock,
    /// This file system or system cannot tell.
    Unsupported,
}

/// What makes a file the same file with the same content, as far as metadata can tell.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Identity {
    size: u64,
    modified: Option<SystemTime>,
    #[cfg(unix)]
    inode: (u64, u64),
}

/// The identity that this metadata shows.
pub(super) fn identity(metadata: &Metadata) -> Identity {
    #[cfg(unix)]
    use std::os::unix::fs::MetadataExt;
    Identity {
        size: metadata.len(),
        // A file system without modification times still has the size.
        modified: metadata.modified().ok(),
        #[cfg(unix)]
        inode: (metadata.dev(), metadata.ino()),
    }
}

/// Opens for reading. A pipe that took the file's place does not block, nor does a terminal become
/// the process's own.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    }
    options.open(path)
}

/// Reads at `offset`; may block.
pub(crate) fn read_at(file: &File, space: &mut [u8], offset: u64) -> io::Result<usize> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::read_at(file, space, offset);
    #[cfg(windows)]
    return std::os::windows::fs::FileExt::seek_read(file, space, offset);
}

/// Reads at `offset` what is in memory already, never waiting for a disk.
///
/// # Errors
/// What the system reports, other than that it would have to wait.
#[cfg(target_os = "linux")]
pub(crate) fn read_now(file: &File, space: &mut [u8], offset: u64) -> io::Result<Now> {
    use std::os::fd::AsRawFd;

    // The system call itself: the C library's wrapper is younger than the oldest systems served.
    let vector = libc::iovec {
        iov_base: space.as_mut_ptr().cast(),
        iov_len: space.len(),
    };
    // The kernel takes the offset in two words; where a word holds all of it, the second is unused.
    let (low, high) = (offset as libc::c_ulong, (offset >> 32) as libc::c_ulong);
    // SAFETY: the vector describes `space`, which is borrowed mutably for the whole call, and the
    // descriptor is open as long as `file` is.
    let read = unsafe {
        libc::syscall(
            libc::SYS_preadv2,
            file.as_raw_fd(),
            &raw const vector,
            1 as libc::c_ulong,
            low,
            high,
            libc::RWF_NOWAIT,
        )
    };
    if let Ok(read) = usize::try_from(read) {
        return Ok(Now::Read(read));
    }
    let error = io::Error::last_os_error();
    match error.raw_os_error() {
        Some(libc::EAGAIN | libc::EINTR) => Ok(Now::WouldBlock),
        // Not this file system; not this kernel; forbidden by a sandbox around the process.
        Some(libc::EOPNOTSUPP | libc::ENOSYS | libc::EINVAL | libc::EPERM) => Ok(Now::Unsupported),
        _ => Err(error),
    }
}

/// As on Linux; other systems cannot tell.
///
/// # Errors
/// None.
#[cfg(not(target_os = "linux"))]
pub(crate) fn read_now(_: &File, _: &mut [u8], _: u64) -> io::Result<Now> {
    Ok(Now::Unsupported)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_reads_give_the_same_bytes_from_an_offset() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"0123456789").unwrap();
        let file = open(file.path()).unwrap();
        let mut blocking = [0; 4];
        assert_eq!(read_at(&file, &mut blocking, 3).unwrap(), 4);
        assert_eq!(&blocking, b"3456");
        let mut now = [0; 4];
        if let Now::Read(read) = read_now(&file, &mut now, 3).unwrap() {
            assert_eq!(&now[..read], &b"3456"[..read]);
        }
    }

    #[test]
    fn a_change_of_size_or_another_file_is_another_identity() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        std::fs::write(&path, b"one").unwrap();
        let before = identity(&path.metadata().unwrap());
        assert_eq!(before, identity(&path.metadata().unwrap()));
        std::fs::write(&path, b"longer").unwrap();
        assert_ne!(before, identity(&path.metadata().unwrap()));
    }
}
