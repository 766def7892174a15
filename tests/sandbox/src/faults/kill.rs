//! Killing the process that sent a request, at a moment of the request's life: what a test needs
//! that wants to know whether its program survives being killed anywhere.

use anyhow::ensure;

/// Refuses what could not be killed, or should not.
pub(super) fn check(pid: Option<u32>, after_ms: Option<u64>) -> anyhow::Result<()> {
    ensure!(
        after_ms.is_none() || pid.is_some(),
        "kill_after_ms needs a kill_pid"
    );
    let Some(pid) = pid else { return Ok(()) };
    ensure!(cfg!(unix), "kill_pid works on Unix only");
    ensure!(
        pid > 1 && pid != std::process::id() && i32::try_from(pid).is_ok(),
        "kill_pid must name another process"
    );
    Ok(())
}

/// Kills a process outright.
#[cfg(unix)]
pub(crate) fn kill(pid: u32) {
    let Ok(pid) = i32::try_from(pid) else { return };
    // SAFETY: takes two numbers; `check` saw to it that the first names one single process.
    let _gone_already = unsafe { libc::kill(pid, libc::SIGKILL) };
}

/// Never called: such faults are refused here when they are planned.
#[cfg(not(unix))]
pub(crate) fn kill(_pid: u32) {}
