//! Keeps the host's signal handlers off the runtime's threads: a handler runs on a thread the host
//! knows. Threads that are started later inherit this, the journals' among them.

/// Called by each thread of the runtime as it begins.
pub(super) fn leave_to_the_host() {
    #[cfg(unix)]
    block();
}

#[cfg(unix)]
fn block() {
    use std::mem::MaybeUninit;

    // What a thread raises by itself must reach it, and a profiler wants to see every thread.
    const KEPT: [i32; 7] = [
        libc::SIGSEGV,
        libc::SIGBUS,
        libc::SIGFPE,
        libc::SIGILL,
        libc::SIGTRAP,
        libc::SIGABRT,
        libc::SIGPROF,
    ];
    let mut set = MaybeUninit::<libc::sigset_t>::zeroed();
    // SAFETY: the set is writable, and filled before it is used; only this thread is changed. The
    // calls fail for unknown signals alone.
    unsafe {
        libc::sigfillset(set.as_mut_ptr());
        for signal in KEPT {
            libc::sigdelset(set.as_mut_ptr(), signal);
        }
        libc::pthread_sigmask(libc::SIG_BLOCK, set.as_ptr(), std::ptr::null_mut());
    }
}
