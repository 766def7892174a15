//! [`Owned`]: core handles in the hands of Python's garbage collector.

use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::sync::Arc;

use filed_core::runtime::Generation;

/// A handle that is let go of, not freed, in a child of the process that made it: the threads it
/// would wait for or talk to do not exist there.
pub struct Owned<T> {
    value: ManuallyDrop<T>,
    generation: Arc<Generation>,
    pid: u32,
}

impl<T> Owned<T> {
    pub fn new(generation: &Arc<Generation>, value: T) -> Self {
        Self {
            value: ManuallyDrop::new(value),
            generation: generation.clone(),
            pid: std::process::id(),
        }
    }

    /// Whether this process is a child of the one that made the handle.
    pub fn is_foreign(&self) -> bool {
        self.pid != std::process::id()
    }

    pub fn generation(&self) -> &Arc<Generation> {
        &self.generation
    }
}

impl<T> Deref for Owned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        if !self.is_foreign() {
            // SAFETY: dropped here only, once, and not used afterwards.
            unsafe { ManuallyDrop::drop(&mut self.value) };
        }
    }
}
