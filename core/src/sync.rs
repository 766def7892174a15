//! The locks and atomics of what is checked under every interleaving: `queue` and `runtime::slot`.
//! `tests/loom` compiles those files with loom's twins of these types in their place.

pub(crate) use std::sync::atomic::{AtomicPtr, Ordering};
pub(crate) use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
