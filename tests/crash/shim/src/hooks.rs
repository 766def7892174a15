//! The functions that stand in front of the C library's.

use std::ffi::{c_char, c_int, c_void};
use std::ptr::null;

use libc::{AT_FDCWD, mode_t, off_t, size_t, ssize_t};

use crate::plan::{Op, before, log, look};
use crate::{real, watched};

const SECTOR: usize = 512;

fn open_watched(dir: c_int, path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    let fd = real::openat(dir, path, flags, mode);
    if fd >= 0 {
        // SAFETY: the kernel took it for a C string this moment.
        unsafe { watched::opened(fd, path) };
    }
    fd
}

/// As the C library's; the mode is there whenever it counts.
#[unsafe(no_mangle)]
pub extern "C" fn open(path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    open_watched(AT_FDCWD, path, flags, mode)
}

/// As the C library's.
#[unsafe(no_mangle)]
pub extern "C" fn open64(path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    open_watched(AT_FDCWD, path, flags | libc::O_LARGEFILE, mode)
}

/// As the C library's.
#[unsafe(no_mangle)]
pub extern "C" fn openat(dir: c_int, path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    open_watched(dir, path, flags, mode)
}

/// As the C library's.
#[unsafe(no_mangle)]
pub extern "C" fn openat64(dir: c_int, path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    open_watched(dir, path, flags | libc::O_LARGEFILE, mode)
}

/// As the C library's.
#[unsafe(no_mangle)]
pub extern "C" fn close(fd: c_int) -> c_int {
    watched::closed(fd);
    real::close(fd)
}

/// As the C library's.
///
/// # Safety
/// As there: `data` must be readable for `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn write(fd: c_int, data: *const c_void, length: size_t) -> ssize_t {
    let Some(file) = watched::file(fd) else {
        // SAFETY: as promised by the caller.
        return unsafe { real::write(fd, data, length) };
    };
    let at = real::position(fd);
    // SAFETY: as promised by the caller.
    let Some(done) = (unsafe { watched_write(fd, file, data, length, at) }) else {
        return -1;
    };
    // The write went to an absolute place; a plain one moves on.
    real::seek(fd, at + done as off_t);
    done
}

/// As the C library's.
///
/// # Safety
/// As there: `data` must be readable for `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pwrite(
    fd: c_int,
    data: *const c_void,
    length: size_t,
    at: off_t,
) -> ssize_t {
    let Some(file) = watched::file(fd) else {
        // SAFETY: as promised by the caller.
        return unsafe { real::pwrite(fd, data, length, at) };
    };
    // SAFETY: as promised by the caller.
    unsafe { watched_write(fd, file, data, length, at) }.unwrap_or(-1)
}

/// As the C library's.
///
/// # Safety
/// As there: `data` must be readable for `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pwrite64(
    fd: c_int,
    data: *const c_void,
    length: size_t,
    at: off_t,
) -> ssize_t {
    // SAFETY: as promised by the caller.
    unsafe { pwrite(fd, data, length, at) }
}

/// A write to a watched file; `None` when it failed.
///
/// # Safety
/// `data` must be readable for `length` bytes.
unsafe fn watched_write(
    fd: c_int,
    file: watched::File,
    data: *const c_void,
    length: size_t,
    at: off_t,
) -> Option<ssize_t> {
    before(Op::Write, || {
        // Neither a system call nor a disk tears a sector.
        let half = length / 2 / SECTOR * SECTOR;
        // SAFETY: a part of what the caller promised.
        unsafe { real::pwrite(fd, data, half, at) };
    });
    // SAFETY: as promised by the caller.
    let done = unsafe { real::pwrite(fd, data, length, at) };
    let written = u64::try_from(done).ok()?;
    log(Op::Write, file, at.cast_unsigned(), written, data);
    // SAFETY: what was written came from there.
    look(unsafe { std::slice::from_raw_parts(data.cast::<u8>(), written as usize) });
    Some(done)
}

/// As the C library's.
#[unsafe(no_mangle)]
pub extern "C" fn ftruncate(fd: c_int, length: off_t) -> c_int {
    let Some(file) = watched::file(fd) else {
        return real::ftruncate(fd, length);
    };
    before(Op::Truncate, || {});
    let done = real::ftruncate(fd, length);
    if done == 0 {
        log(Op::Truncate, file, length.cast_unsigned(), 0, null());
    }
    done
}

/// As the C library's.
#[unsafe(no_mangle)]
pub extern "C" fn ftruncate64(fd: c_int, length: off_t) -> c_int {
    ftruncate(fd, length)
}

/// As the C library's.
#[unsafe(no_mangle)]
pub extern "C" fn fsync(fd: c_int) -> c_int {
    synced(fd, real::fsync)
}

/// As the C library's.
#[unsafe(no_mangle)]
pub extern "C" fn fdatasync(fd: c_int) -> c_int {
    synced(fd, real::fdatasync)
}

fn synced(fd: c_int, sync: fn(c_int) -> c_int) -> c_int {
    let Some(file) = watched::file(fd) else {
        return sync(fd);
    };
    before(Op::Sync, || {});
    // As it begins: what another thread writes meanwhile is not covered by it.
    log(Op::Sync, file, 0, 0, null());
    sync(fd)
}

/// As the C library's.
///
/// # Safety
/// As there: `path` must be a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn unlink(path: *const c_char) -> c_int {
    // SAFETY: as promised by the caller.
    let done = unsafe { libc::unlinkat(AT_FDCWD, path, 0) };
    // SAFETY: as promised by the caller.
    if done == 0
        && let Some(file) = unsafe { watched::kind(path) }
    {
        log(Op::Unlink, file, 0, 0, null());
    }
    done
}
