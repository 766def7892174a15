//! The pull API over HTTP, asked by an ordinary client.

#![cfg(feature = "pull")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by ending"
)]

mod access;
mod connections;
mod documents;
mod downloads;
mod lists;
mod notes;
mod once;
mod receive;
mod support;
mod tricks;
mod tus;
