//! Noticing that nobody needs the program any more: its parent is gone, or its input has ended.

use std::time::Duration;

use tokio::io::AsyncReadExt as _;

/// Returns once a process is gone.
pub async fn parent_gone(pid: u32) {
    const LOOK_AGAIN: Duration = Duration::from_millis(200);
    let own_parent = parent_id() == Some(pid);
    while if own_parent {
        parent_id() == Some(pid)
    } else {
        is_alive(pid)
    } {
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Returns once standard input has ended.
pub async fn input_ended() {
    let mut input = tokio::io::stdin();
    let mut scratch = [0_u8; 256];
    while matches!(input.read(&mut scratch).await, Ok(1..)) {}
}

/// The process that started this one, where the system tells.
#[must_use]
pub fn parent_id() -> Option<u32> {
    #[cfg(unix)]
    return Some(std::os::unix::process::parent_id());
    #[cfg(not(unix))]
    return None;
}

/// Whether a process runs; one that has ended but was not yet waited for does not.
#[cfg(target_os = "linux")]
fn is_alive(pid: u32) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else {
        return false;
    };
    let state = stat
        .rsplit_once(')')
        .and_then(|(_, rest)| rest.trim_start().chars().next());
    !matches!(state, None | Some('Z' | 'X'))
}

/// Elsewhere there is no cheap way to ask; the time limit ends the program.
#[cfg(not(target_os = "linux"))]
fn is_alive(_pid: u32) -> bool {
    true
}
