//! `filed.pull`: the pull API served from a provider written in Python.
//!
//! The runtime never calls Python. `host` puts each question to the provider into a queue; threads
//! of Python's take it out as a [`call::PullCall`], run the host's function and answer. Streams go
//! the same way, a chunk at a time: `chunks` on their way out, `incoming` on their way in.

pub mod call;
pub mod check;
mod chunks;
mod descriptor;
pub mod docs;
pub mod folder;
mod host;
pub mod incoming;
mod plain;
pub mod questions;
pub mod server;
mod settings;
