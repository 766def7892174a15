//! Pushes against the sandbox: the main job, every way it can go wrong, and going on afterwards.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by ending"
)]

mod adopt;
mod changed;
mod events;
mod failures;
mod foreign;
mod initiate;
mod journey;
mod killed;
mod limits;
mod lost;
mod opening;
mod reconcile;
mod resume;
mod secrets;
mod stop;
mod support;
mod wire;
