//! The system calls behind the functions that are stood in front of.

use std::ffi::{c_char, c_int, c_void};

use libc::{mode_t, off_t, size_t, ssize_t};

pub fn openat(dir: c_int, path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    // SAFETY: the caller's own arguments, handed on.
    unsafe { libc::syscall(libc::SYS_openat, dir, path, flags, mode) as c_int }
}

pub fn close(fd: c_int) -> c_int {
    // SAFETY: a number.
    unsafe { libc::syscall(libc::SYS_close, fd) as c_int }
}

/// # Safety
/// `data` must be readable for `length` bytes.
pub unsafe fn write(fd: c_int, data: *const c_void, length: size_t) -> ssize_t {
    // SAFETY: as promised by the caller.
    unsafe { libc::syscall(libc::SYS_write, fd, data, length) as ssize_t }
}

/// # Safety
/// `data` must be readable for `length` bytes.
pub unsafe fn pwrite(fd: c_int, data: *const c_void, length: size_t, at: off_t) -> ssize_t {
    // SAFETY: as promised by the caller.
    unsafe { libc::syscall(libc::SYS_pwrite64, fd, data, length, at) as ssize_t }
}

pub fn ftruncate(fd: c_int, length: off_t) -> c_int {
    // SAFETY: numbers.
    unsafe { libc::syscall(libc::SYS_ftruncate, fd, length) as c_int }
}

pub fn fsync(fd: c_int) -> c_int {
    // SAFETY: a number.
    unsafe { libc::syscall(libc::SYS_fsync, fd) as c_int }
}

pub fn fdatasync(fd: c_int) -> c_int {
    // SAFETY: a number.
    unsafe { libc::syscall(libc::SYS_fdatasync, fd) as c_int }
}

/// Where the next plain write goes.
pub fn position(fd: c_int) -> off_t {
    // SAFETY: numbers.
    unsafe { libc::lseek(fd, 0, libc::SEEK_CUR) }
}

/// Says where the next plain write goes.
pub fn seek(fd: c_int, at: off_t) {
    // SAFETY: numbers.
    unsafe { libc::lseek(fd, at, libc::SEEK_SET) };
}

/// Ends this process as a power cut would end it for its memory: nothing runs afterwards.
pub fn die() -> ! {
    loop {
        // SAFETY: numbers; does not return when it works.
        unsafe { libc::kill(libc::getpid(), libc::SIGKILL) };
    }
}
