//! Pushes that are killed: at every write of the journal, at every request, by power cuts, at
//! random; then resumed to the end, and compared with what the sandbox holds.
//!
//! | module | what lives there |
//! | --- | --- |
//! | `season` | what is pushed, and its content |
//! | `job`, `drive` | what a process is told to do; doing it through the public surface |
//! | `victim` | the process that does it and is killed |
//! | `oplog`, `power` | what was written to the journal; what a power cut leaves of it |
//! | `judge` | what the sandbox must hold in the end |
//! | `points` | every point of a scripted push, one after the other |
//! | `property` | random pushes under random faults, killed and resumed at random |

pub mod drive;
pub mod job;
pub mod judge;
pub mod oplog;
pub mod points;
pub mod power;
pub mod property;
pub mod season;
pub mod victim;
