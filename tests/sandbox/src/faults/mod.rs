//! Faults: what a test plans to go wrong, and picking the one that strikes a request.

mod delivery;
mod kill;
mod plan;

pub(crate) use delivery::{Delivery, enact, send};
pub(crate) use kill::kill;
pub(crate) use plan::{Fault, FaultPlan, Moment, Request};
