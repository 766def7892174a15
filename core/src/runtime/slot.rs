//! A place for what belongs to one process: a child after a fork finds it empty, and unlocked
//! whatever a thread of its parent was doing at that moment.

use crate::sync::{AtomicPtr, Mutex, MutexGuard, Ordering, PoisonError};

/// Holds a `T` per process, made on first use.
pub(crate) struct Slot<T> {
    // Null until then.
    here: AtomicPtr<Place<T>>,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self {
            here: AtomicPtr::new(std::ptr::null_mut()),
        }
    }
}

/// The place of one process. Never freed: another thread may be on its way to it, and a forked
/// child must not touch what its parent's was.
struct Place<T> {
    pid: u32,
    content: Mutex<T>,
    // What the parent had stays reachable, for tools that look for leaks.
    _before: *mut Place<T>,
}

// SAFETY: places are shared by reference, and what is in them is behind the lock.
unsafe impl<T: Send> Send for Place<T> {}
// SAFETY: as above; `_before` is never followed.
unsafe impl<T: Send> Sync for Place<T> {}

impl<T: Default> Slot<T> {
    /// What belongs to the process `pid`, the calling one, locked.
    pub fn lock(&self, pid: u32) -> MutexGuard<'_, T> {
        let place = self.place(pid);
        place.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(&self, pid: u32) -> &Place<T> {
        let mut found = self.here.load(Ordering::Acquire);
        loop {
            // SAFETY: null or from `Box::into_raw` below, and never freed.
            if let Some(place) = unsafe { found.as_ref() }
                && place.pid == pid
            {
                return place;
            }
            found = self.settle(found, pid);
        }
    }

    /// Puts a fresh place where `found` was, unless another thread was faster; gives what is there.
    fn settle(&self, found: *mut Place<T>, pid: u32) -> *mut Place<T> {
        let fresh = Box::into_raw(Box::new(Place {
            pid,
            content: Mutex::new(T::default()),
            _before: found,
        }));
        let settled = self
            .here
            .compare_exchange(found, fresh, Ordering::AcqRel, Ordering::Acquire);
        match settled {
            Ok(_) => fresh,
            Err(faster) => {
                // SAFETY: nobody else has seen it.
                drop(unsafe { Box::from_raw(fresh) });
                faster
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_process_finds_it_empty_and_unlocked() {
        let slot: Slot<u32> = Slot::default();
        let mut parent = slot.lock(1);
        *parent = 7;
        // As in a child whose parent was forked while this guard was held.
        assert_eq!(*slot.lock(2), 0);
        *slot.lock(2) = 8;
        assert_eq!(*slot.lock(2), 8);
        assert_eq!(*parent, 7);
    }
}
