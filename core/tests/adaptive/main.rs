//! A push that finds its speed, and sits out what passes: rate limits, outages, noise, dead hosts.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by ending"
)]

#[allow(dead_code, reason = "shared with the other tests of pushes")]
#[path = "../push/support.rs"]
mod support;

mod dead_host;
mod door;
mod noise;
mod outage;
mod rate_limit;
