//! Threads that the operating system may refuse. The tokio runtime panics when it is refused a
//! worker, or the first thread that may block: so both are found out when a runtime is made, where
//! an error can say so.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread::{Builder, park};
use std::time::Duration;

use tokio::runtime::{self, Runtime};

use crate::resources::exhausted;
use crate::{Error, ErrorCode, Result};

/// A thread starts in microseconds; a machine that takes this long for one has none to give.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks for so many threads that live at the same time, and lets go of them.
///
/// # Errors
/// `OUT_OF_RESOURCES` when one of them is refused.
pub(crate) fn try_out(number: usize) -> Result<()> {
    let started: Vec<_> = (0..number).map(|_| Builder::new().spawn(park)).collect();
    let mut outcome = Ok(());
    for thread in started {
        match thread {
            Ok(thread) => {
                thread.thread().unpark();
                // It does nothing that could fail.
                let _ = thread.join();
            }
            Err(error) => outcome = Err(refused(&error)),
        }
    }
    outcome
}

/// A runtime whose workers have all started, and one thread that may block. As long as threads are
/// kept alive for ever, whatever may block later has one to wait for.
///
/// # Errors
/// `OUT_OF_RESOURCES` when a thread is refused, or whatever else a runtime needs.
pub(crate) fn started(builder: &mut runtime::Builder) -> Result<Runtime> {
    // Whoever was tried out successfully may be refused all the same: others take threads, too.
    let runtime = catch_unwind(AssertUnwindSafe(|| builder.build()))
        .unwrap_or_else(|_| Err(io::ErrorKind::WouldBlock.into()))
        .map_err(|e| exhausted(&e).unwrap_or_else(|| refused(&e)))?;
    match catch_unwind(AssertUnwindSafe(|| may_block(&runtime))) {
        Ok(true) => Ok(runtime),
        _ => {
            runtime.shutdown_background();
            Err(refused(&io::ErrorKind::WouldBlock.into()))
        }
    }
}

fn may_block(runtime: &Runtime) -> bool {
    let (here, is_here) = mpsc::channel();
    // The runtime queues its workers before this: once it runs, so do they.
    runtime.spawn_blocking(move || here.send(()));
    is_here.recv_timeout(PATIENCE).is_ok()
}

/// The error for a thread that was refused.
pub(crate) fn refused(error: &io::Error) -> Error {
    let text = format!(
        "this program may start no more threads ({}): let it have more (ulimit -u, or the limit of \
         its container), or let it use fewer; then try again",
        error.kind()
    );
    Error::new(ErrorCode::OutOfResources, text)
}
