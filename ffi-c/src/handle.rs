//! What the caller has to free: made, counted, let go of.

use std::alloc::{Layout, alloc};
use std::sync::atomic::{AtomicU64, Ordering};

static LIVE: AtomicU64 = AtomicU64::new(0);

/// How many are in the caller's hands.
pub(crate) fn live() -> u64 {
    LIVE.load(Ordering::Relaxed)
}

/// Something was handed over that [`gone`] will be told of.
pub(crate) fn handed_over() {
    LIVE.fetch_add(1, Ordering::Relaxed);
}

/// Something was given back.
pub(crate) fn gone() {
    LIVE.fetch_sub(1, Ordering::Relaxed);
}

/// Hands `value` over.
pub(crate) fn hand_over<T>(value: T) -> *mut T {
    handed_over();
    Box::into_raw(Box::new(value))
}

/// As [`hand_over`], or `None` when there is no memory for it.
pub(crate) fn try_hand_over<T>(value: T) -> Option<*mut T> {
    let layout = Layout::new::<T>();
    debug_assert!(layout.size() > 0);
    // SAFETY: the layout is not empty; what is written is what `take_back` makes a box of.
    let place = unsafe { alloc(layout).cast::<T>() };
    if place.is_null() {
        return None;
    }
    // SAFETY: just allocated for a `T`.
    unsafe { place.write(value) };
    handed_over();
    Some(place)
}

/// Takes back what was handed over; NULL is nothing.
///
/// # Safety
/// NULL, or from this module and not taken back before.
pub(crate) unsafe fn take_back<T>(handle: *mut T) -> Option<Box<T>> {
    if handle.is_null() {
        return None;
    }
    gone();
    // SAFETY: the caller's contract.
    Some(unsafe { Box::from_raw(handle) })
}
