//! The hot parts by themselves, for the micro-benchmarks of `tests/bench` alone: no part of the
//! library's surface, and not in its builds.

pub use crate::push::bench::Firm;
pub use crate::upload::bench::{Uploads, read_answer};
