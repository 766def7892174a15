//! The gateway's operations and the transport beneath them, against the sandbox and against
//! servers that misbehave in ways the sandbox does not.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so by ending"
)]

mod faults;
mod h2;
mod hostile;
mod late;
mod network;
mod operations;
mod refusals;
mod secrets;
mod support;
mod tls;
mod tokens;
