//! Asking for a file without waiting for a disk: names are looked up in what the system has in
//! memory, and only on file systems of this machine. So a runtime thread may ask, which saves a
//! file the way to another thread and back. Whatever is not there at once is asked for the plain
//! way, in `file`.

use std::fs::{File, Metadata};
use std::path::Path;

/// A regular file, opened and looked at; `None` when that would have to wait, and on any trouble,
/// which the plain way will tell.
#[cfg(target_os = "linux")]
pub(crate) fn open(path: &Path) -> Option<(File, Metadata)> {
    // Looked at before it is opened: opening a device can have effects.
    look(path)?;
    let file = linux::open(path, libc::O_RDONLY | libc::O_NONBLOCK | libc::O_NOCTTY)?;
    let metadata = file.metadata().ok().filter(Metadata::is_file)?;
    Some((file, metadata))
}

/// What a path names now, when that is a regular file; `None` as for [`open`].
#[cfg(target_os = "linux")]
pub(crate) fn look(path: &Path) -> Option<Metadata> {
    let there = linux::open(path, libc::O_PATH)?;
    linux::is_local(&there).then_some(())?;
    there.metadata().ok().filter(Metadata::is_file)
}

/// Other systems cannot tell.
#[cfg(not(target_os = "linux"))]
pub(crate) fn open(_: &Path) -> Option<(File, Metadata)> {
    None
}

/// Other systems cannot tell.
#[cfg(not(target_os = "linux"))]
pub(crate) fn look(_: &Path) -> Option<Metadata> {
    None
}

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::CString;
    use std::fs::File;
    use std::mem::MaybeUninit;
    use std::os::fd::{AsRawFd as _, FromRawFd as _};
    use std::os::unix::ffi::OsStrExt as _;
    use std::path::Path;
    use std::sync::atomic::{AtomicBool, Ordering};

    /// Set once the system turned out not to know such a lookup, or a sandbox around the process
    /// to forbid it.
    static UNKNOWN: AtomicBool = AtomicBool::new(false);

    /// `struct open_how`; the C library's headers are younger than the oldest systems served.
    #[repr(C)]
    struct OpenHow {
        flags: u64,
        mode: u64,
        resolve: u64,
    }

    /// Fails instead of waiting for a name that is not in memory (Linux 5.12).
    const RESOLVE_CACHED: u64 = 0x20;

    /// ext2 to ext4, XFS, Btrfs, F2FS: asking these about an open file never waits for a network.
    const LOCAL: [u32; 4] = [0xef53, 0x5846_5342, 0x9123_683e, 0xf2f5_2010];

    pub(super) fn open(path: &Path, flags: libc::c_int) -> Option<File> {
        if UNKNOWN.load(Ordering::Relaxed) {
            return None;
        }
        let name = CString::new(path.as_os_str().as_bytes()).ok()?;
        let how = OpenHow {
            flags: u64::from((flags | libc::O_CLOEXEC).cast_unsigned()),
            mode: 0,
            resolve: RESOLVE_CACHED,
        };
        // SAFETY: the name and `how` outlive the call, and the size is that of `how`.
        let opened = unsafe {
            libc::syscall(
                libc::SYS_openat2,
                libc::AT_FDCWD,
                name.as_ptr(),
                &raw const how,
                size_of::<OpenHow>(),
            )
        };
        match i32::try_from(opened) {
            // SAFETY: the system has just made this descriptor, for us.
            Ok(descriptor) if descriptor >= 0 => Some(unsafe { File::from_raw_fd(descriptor) }),
            _ => {
                let error = std::io::Error::last_os_error().raw_os_error();
                if matches!(error, Some(libc::ENOSYS | libc::EINVAL | libc::EPERM)) {
                    UNKNOWN.store(true, Ordering::Relaxed);
                }
                None
            }
        }
    }

    pub(super) fn is_local(file: &File) -> bool {
        let mut about = MaybeUninit::<libc::statfs>::uninit();
        // SAFETY: the descriptor is open, and `about` has room for the answer.
        if unsafe { libc::fstatfs(file.as_raw_fd(), about.as_mut_ptr()) } != 0 {
            return false;
        }
        // SAFETY: filled in by the call that succeeded.
        let kind = unsafe { about.assume_init() }.f_type;
        // The type differs from system to system; the number fits 32 bits on all of them.
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "as said"
        )]
        LOCAL.contains(&(kind as u32))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_file_in_memory_is_found_as_the_plain_way_finds_it() {
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
        let folder = tempfile::tempdir_in(target).unwrap();
        let path = folder.path().join("scan.pdf");
        std::fs::write(&path, "content").unwrap();
        // An old system, or a file system that may wait, finds nothing.
        if let Some((_, metadata)) = open(&path) {
            assert_eq!(metadata.len(), 7);
            assert_eq!(look(&path).map(|found| found.len()), Some(7));
        }
        assert!(look(folder.path()).is_none(), "a folder is no file");
        assert!(open(&folder.path().join("missing")).is_none());
        assert!(open(Path::new("/dev/null")).is_none());
        assert!(open(Path::new("with\0nul")).is_none());
    }

    #[test]
    fn what_may_wait_for_a_network_or_has_no_disk_is_left_to_the_plain_way() {
        assert!(look(Path::new("/proc/self/status")).is_none());
    }
}
