//! A push that finds its speed, and sits out what passes: rate limits, outages, noise, dead hosts.

#[allow(dead_code, reason = "shared with the other tests of pushes")]
#[path = "../push/support.rs"]
mod support;

mod rate_limit;
