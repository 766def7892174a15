//! What must not be half done when the process forks.
//!
//! SQLite has locks of its own that belong to the process. A child that is forked off while a
//! thread holds one of them has it locked for ever, and hangs when it opens its first journal.
//! Whoever enters SQLite does so in a [`section`]; a fork waits for the sections under way, which
//! are as long as a transaction. Nothing is registered before the first section.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Where a fork waits for sections and sections for a fork.
struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    inside: usize,
    forking: usize,
}

static GATE: Gate = Gate {
    state: Mutex::new(State {
        inside: 0,
        forking: 0,
    }),
    changed: Condvar::new(),
};

/// The process does not fork before this is dropped.
pub(crate) struct Section(());

/// Begins a section. They do not nest: a fork may be waiting in between.
pub(crate) fn section() -> Section {
    platform::register();
    GATE.enter();
    Section(())
}

impl Drop for Section {
    fn drop(&mut self) {
        GATE.leave();
    }
}

impl Gate {
    fn enter(&self) {
        let mut state = self.state();
        // A fork comes first, or it would wait for ever where something is always under way.
        while state.forking > 0 {
            state = self.wait(state);
        }
        state.inside += 1;
    }

    fn leave(&self) {
        self.state().inside -= 1;
        self.changed.notify_all();
    }

    /// Waits until no section is under way, and keeps it so as long as the guard lives.
    fn close(&self) -> MutexGuard<'_, State> {
        let mut state = self.state();
        state.forking += 1;
        while state.inside > 0 {
            state = self.wait(state);
        }
        state
    }

    fn open(&self, mut state: MutexGuard<'_, State>, in_child: bool) {
        // Other threads that wanted to fork do not exist in the child.
        state.forking = if in_child { 0 } else { state.forking - 1 };
        drop(state);
        self.changed.notify_all();
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(unix)]
mod platform {
    use std::cell::RefCell;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    static REGISTERED: AtomicBool = AtomicBool::new(false);

    thread_local! {
        // The thread that forks is the only one of the child.
        static CLOSED: RefCell<Option<MutexGuard<'static, State>>> = const { RefCell::new(None) };
    }

    pub fn register() {
        if !REGISTERED.load(Ordering::Relaxed) && !REGISTERED.swap(true, Ordering::Relaxed) {
            // Without memory for the registration forks are as they were; the first section of all
            // is no reason to fail.
            // SAFETY: the handlers are in an image that is pinned by now.
            unsafe {
                libc::pthread_atfork(Some(before), Some(after_in_parent), Some(after_in_child))
            };
        }
    }

    unsafe extern "C" fn before() {
        let closed = GATE.close();
        CLOSED.with_borrow_mut(|place| *place = Some(closed));
    }

    unsafe extern "C" fn after_in_parent() {
        open(false);
    }

    unsafe extern "C" fn after_in_child() {
        open(true);
    }

    fn open(in_child: bool) {
        if let Some(state) = CLOSED.with_borrow_mut(Option::take) {
            GATE.open(state, in_child);
        }
    }
}

/// Where processes do not fork.
#[cfg(not(unix))]
mod platform {
    pub fn register() {}
}

#[cfg(all(test, unix))]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_fork_waits_for_sections_and_goes_before_the_next() {
        let gate = Arc::new(Gate {
            state: Mutex::new(State {
                inside: 0,
                forking: 0,
            }),
            changed: Condvar::new(),
        });
        gate.enter();
        let forking = gate.clone();
        let fork = std::thread::spawn(move || {
            let closed = forking.close();
            let inside = closed.inside;
            forking.open(closed, false);
            inside
        });
        while gate.state().forking == 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
        let late = gate.clone();
        let next = std::thread::spawn(move || late.enter());
        assert!(!next.is_finished() && !fork.is_finished());
        gate.leave();
        assert_eq!(
            fork.join().unwrap(),
            0,
            "nothing is under way while it forks"
        );
        next.join().unwrap();
        assert_eq!(gate.state().inside, 1);
    }

    #[test]
    fn a_child_begins_with_an_open_gate() {
        let forker = |_| {
            // SAFETY: the child does nothing but look at the gate and end.
            match unsafe { libc::fork() } {
                0 => {
                    let open = {
                        let state = GATE.state();
                        state.inside == 0 && state.forking == 0
                    };
                    drop(section());
                    unsafe { libc::_exit(i32::from(!open)) }
                }
                child => {
                    let mut status = 0;
                    unsafe { libc::waitpid(child, &mut status, 0) };
                    status
                }
            }
        };
        let over = Arc::new(AtomicBool::new(false));
        let busy: Vec<_> = (0..2)
            .map(|_| {
                let over = over.clone();
                std::thread::spawn(move || {
                    while !over.load(Ordering::Relaxed) {
                        drop(section());
                    }
                })
            })
            .collect();
        let statuses: Vec<i32> = (0..50).map(forker).collect();
        over.store(true, Ordering::Relaxed);
        busy.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(statuses, vec![0; 50]);
    }
}
