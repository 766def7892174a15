//! Planting a defect, for tests that no panic reaches a host. Builds without debug assertions, as
//! every shipped one, have nothing of it.

/// Panics when the variable `FILED_TEST_PANIC` holds `name`.
#[cfg(debug_assertions)]
#[doc(hidden)]
#[allow(clippy::panic, reason = "this is what it is for")]
pub fn planted(name: &str) {
    if std::env::var_os("FILED_TEST_PANIC").is_some_and(|planted| planted == name) {
        panic!("planted in {name}");
    }
}

/// Nothing.
#[cfg(not(debug_assertions))]
#[doc(hidden)]
#[inline(always)]
pub fn planted(_: &str) {}
