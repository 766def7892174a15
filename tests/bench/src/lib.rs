//! What the micro-benchmarks share; the programs that are measured are beside it.

pub mod hot;
