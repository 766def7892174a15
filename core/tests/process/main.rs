//! What becomes of a process around us: its descriptors, threads, clock, processors, folder and
//! environment. Each test runs again as a process of its own, for what it does strikes everybody;
//! the simulated Filed stays in the one that watches.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by ending"
)]

mod child;
mod clock;
mod crowd;
mod descriptors;
mod signals;
#[allow(dead_code, reason = "shared with the tests of pushes")]
#[path = "../push/support.rs"]
mod support;
mod surroundings;
mod threads;
