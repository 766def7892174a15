//! The scenarios: from YAML to what runners read, and from their logs to a verdict.
//! The format is described in `tests/scenarios/README.md`.

pub mod compare;
mod events;
pub mod expect;
mod generate;
pub mod judge;
pub mod log;
mod mask;
mod pattern;
pub mod round;
pub mod source;
mod summary;

/// The sandbox's state as patterns see it.
pub fn summary(state: &serde_json::Value) -> serde_json::Value {
    summary::of(state)
}
