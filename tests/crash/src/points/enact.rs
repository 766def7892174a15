//! How a strike is carried out: by what watches the journal, or by a fault of the sandbox.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::strike::{Moment, Strike};
use crate::victim::{Die, On, Watch};

/// What watches the journal, for a strike at one of its operations. A power cut needs the log of
/// them all.
pub fn watch(strike: &Strike, log: PathBuf) -> Watch {
    let die = |on, at, torn, after| {
        Some(Die {
            on,
            at,
            torn,
            after,
        })
    };
    match strike {
        Strike::Write { at, torn } => Watch {
            log: None,
            die: die(On::Write, *at, *torn, None),
        },
        Strike::Late { at } => Watch {
            log: None,
            die: die(On::Write, *at, at % 5 == 0, Some("client_attached")),
        },
        Strike::Sync { at, loss } => Watch {
            log: loss.map(|_| log),
            die: die(On::Sync, *at, false, None),
        },
        Strike::Request { .. } | Strike::Compared { .. } => Watch::default(),
    }
}

/// The fault with which the sandbox kills a process, for a strike at a request.
pub fn fault(strike: &Strike, pid: Option<u32>) -> Option<Value> {
    match strike {
        Strike::Request {
            operation,
            skip,
            moment,
        } => {
            let mut fault = json!({"on": operation, "skip": skip, "kill_pid": pid?});
            match moment {
                Moment::Before => {}
                Moment::Effect => fault["effect"] = true.into(),
                Moment::Answered(ms) => fault["kill_after_ms"] = (*ms).into(),
            }
            Some(fault)
        }
        // In a run without trouble, the one read of all works of the job.
        Strike::Compared { ms } => Some(json!({
            "on": "jobWorks", "match": "\"filters\":{\"connectionJobIds\"", "kill_pid": pid?, "kill_after_ms": ms,
        })),
        Strike::Write { .. } | Strike::Late { .. } | Strike::Sync { .. } => None,
    }
}
