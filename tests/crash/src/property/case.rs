//! One random push: what is pushed, what goes wrong, and when it is ended.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::job::Way;
use crate::season::Season;

/// A push with all its bad luck. As JSON it can be run again, whatever the strategies have become.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Case {
    /// What is pushed.
    pub season: Season,
    /// Whether what failed may be left out.
    pub allow_partial: bool,
    /// Whether what exists already is taken as ours.
    pub adopt: bool,
    /// Every run is a process of its own, and killed outright; else one process forgets everything.
    pub processes: bool,
    /// How the sandbox behaves as long as there are faults.
    pub settings: Value,
    /// Runs with faults. After them there are none, and the push must come to its end.
    pub runs: Vec<Run>,
}

/// One run with faults.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Run {
    /// By the host's program or by the journal.
    pub way: Way,
    /// What the sandbox does wrong.
    pub faults: Vec<Value>,
    /// When it is ended; else it runs to its own end.
    pub end: Option<End>,
}

/// When a run is ended from outside.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct End {
    /// Events it has told of, or requests that came of it, before that.
    pub after: u64,
    /// Killed at a request: between its effect and its answer, rather than before.
    pub effect: bool,
}
