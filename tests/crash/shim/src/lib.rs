//! A library for `LD_PRELOAD` (Linux): it watches what a program does to one SQLite file and its
//! side files, and kills the program at the operation it was told.
//!
//! Every write, truncation and sync of a watched file goes through one of the C library's functions
//! below, which stand in front of the real ones. Nothing in the watched program knows about it.
//!
//! | variable | meaning |
//! | --- | --- |
//! | `CRASH_JOURNAL` | the file; `-wal` and `-journal` beside it are watched too |
//! | `CRASH_LOG` | where operations are logged, with their bytes |
//! | `CRASH_ON` | which operations are counted: `write` (with truncations) or `sync` |
//! | `CRASH_AT` | the program is killed before the operation with this number, from 1 |
//! | `CRASH_AFTER` | counting begins after a write that holds this text |
//! | `CRASH_TORN` | set: half of that write is done first |
//! | `CRASH_NAMES_WITH_PORT` | host names are not found while nobody listens to this port |

#[cfg(target_os = "linux")]
mod hooks;
#[cfg(target_os = "linux")]
mod names;
#[cfg(target_os = "linux")]
mod plan;
#[cfg(target_os = "linux")]
mod real;
#[cfg(target_os = "linux")]
mod watched;
