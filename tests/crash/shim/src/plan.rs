//! What to do: log every operation, and die before one of them.

use std::ffi::{CString, OsStr, OsString, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::real;
use crate::watched::File;

/// What the environment said.
pub struct Plan {
    pub journal: OsString,
    log: Option<c_int>,
    on: Option<Op>,
    at: u64,
    torn: bool,
    after: Option<Vec<u8>>,
}

/// What happens to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Op {
    Write = 1,
    Truncate = 2,
    Sync = 3,
    Unlink = 4,
}

static PLAN: LazyLock<Option<Plan>> = LazyLock::new(read);
static COUNT: AtomicU64 = AtomicU64::new(0);
static BEGUN: AtomicBool = AtomicBool::new(false);

/// The plan; `None` in a process that is not watched.
pub fn plan() -> Option<&'static Plan> {
    PLAN.as_ref()
}

fn read() -> Option<Plan> {
    let journal = std::env::var_os("CRASH_JOURNAL")?;
    let number = |name: &str| std::env::var(name).ok()?.parse().ok();
    Some(Plan {
        journal,
        log: std::env::var_os("CRASH_LOG").and_then(|path| open_log(&path)),
        on: match std::env::var("CRASH_ON").as_deref() {
            Ok("write") => Some(Op::Write),
            Ok("sync") => Some(Op::Sync),
            _ => None,
        },
        at: number("CRASH_AT").unwrap_or(0),
        torn: std::env::var_os("CRASH_TORN").is_some(),
        after: std::env::var("CRASH_AFTER").ok().map(String::into_bytes),
    })
}

/// Without the function in `hooks`, which asks for the plan that is being read.
fn open_log(path: &OsStr) -> Option<c_int> {
    let path = CString::new(path.as_bytes()).ok()?;
    let flags = libc::O_WRONLY | libc::O_APPEND | libc::O_CREAT | libc::O_CLOEXEC;
    let fd = real::openat(libc::AT_FDCWD, path.as_ptr(), flags, 0o600);
    (fd >= 0).then_some(fd)
}

/// Counts an operation; dies before it when it is the one. `half` does half of it, for a torn
/// write.
pub fn before(op: Op, half: impl FnOnce()) {
    let Some(plan) = plan() else { return };
    let counted = match plan.on {
        Some(Op::Write) => matches!(op, Op::Write | Op::Truncate),
        on => on == Some(op),
    };
    if !counted || (plan.after.is_some() && !BEGUN.load(Ordering::SeqCst)) {
        return;
    }
    let number = COUNT.fetch_add(1, Ordering::SeqCst) + 1;
    if number == plan.at {
        if plan.torn {
            half();
        }
        real::die();
    }
}

/// Looks whether counting begins with what was written just now.
pub fn look(data: &[u8]) {
    let after = plan().and_then(|plan| plan.after.as_deref());
    if let Some(after) = after
        && !BEGUN.load(Ordering::SeqCst)
        && data.windows(after.len()).any(|part| part == after)
    {
        BEGUN.store(true, Ordering::SeqCst);
    }
}

/// Logs an operation that was done.
pub fn log(op: Op, file: File, at: u64, length: u64, data: *const c_void) {
    let Some(log) = plan().and_then(|plan| plan.log) else {
        return;
    };
    let mut record = Vec::with_capacity(24 + if data.is_null() { 0 } else { length as usize });
    record.extend([op as u8, file as u8, 0, 0, 0, 0, 0, 0]);
    record.extend(at.to_le_bytes());
    record.extend(length.to_le_bytes());
    if !data.is_null() {
        // SAFETY: the bytes that were just written from there.
        record.extend(unsafe { std::slice::from_raw_parts(data.cast::<u8>(), length as usize) });
    }
    // SAFETY: the vector's own bytes.
    unsafe { real::write(log, record.as_ptr().cast(), record.len()) };
}
