//! The list of planned faults: their shape, and which one strikes a request.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::kill;

/// One planned fault: when it strikes, and what happens then.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    /// Operation, `graphql`, `upload`, `uploadByUrl` or `*`.
    pub(crate) on: String,
    /// Matching requests that pass before the first strike.
    #[serde(default)]
    pub(crate) skip: u64,
    /// Strikes; 0 for ever.
    #[serde(default = "one")]
    pub(crate) times: u64,
    #[serde(default = "always")]
    pub(crate) probability: f64,
    #[serde(default = "one")]
    pub(crate) seed: u64,
    /// Text the request's body, or an upload's file name, must contain.
    #[serde(default, rename = "match")]
    pub(crate) matching: Option<String>,

    #[serde(default)]
    pub(crate) status: Option<u16>,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, Value>,
    #[serde(default)]
    pub(crate) body: Option<String>,
    #[serde(default)]
    pub(crate) delay_ms: u64,
    #[serde(default)]
    pub(crate) effect: bool,
    #[serde(default)]
    pub(crate) reset: bool,
    #[serde(default)]
    pub(crate) close: bool,
    #[serde(default)]
    pub(crate) hang_ms: Option<u64>,
    #[serde(default)]
    pub(crate) truncate: Option<usize>,
    #[serde(default)]
    pub(crate) malformed: Option<Malformed>,
    #[serde(default)]
    pub(crate) replace: Option<Value>,
    #[serde(default)]
    pub(crate) graphql_error: Option<GraphqlError>,
    #[serde(default)]
    pub(crate) with_data: bool,
    #[serde(default)]
    pub(crate) apply_first: Option<usize>,
    #[serde(default)]
    pub(crate) expire_tokens: bool,
    #[serde(default)]
    pub(crate) early_answer: Option<EarlyAnswer>,
    #[serde(default)]
    pub(crate) slow_body_bytes_per_second: Option<u64>,
    #[serde(default)]
    pub(crate) drop_items: Option<usize>,
    /// List to drop from, when it is not the one the operation answers with.
    #[serde(default)]
    pub(crate) drop_items_of: Option<String>,
    #[serde(default)]
    pub(crate) early_reset_after_bytes: Option<u64>,
    /// The connection is closed so long after the answer, without a word in it.
    #[serde(default)]
    pub(crate) close_after_ms: Option<u64>,
    /// Nobody listens from before the answer for so long.
    #[serde(default)]
    pub(crate) away_ms: Option<u64>,
    /// A process that is killed outright: instead of the answer, or with `kill_after_ms` after it.
    #[serde(default)]
    pub(crate) kill_pid: Option<u32>,
    #[serde(default)]
    pub(crate) kill_after_ms: Option<u64>,
}

/// What a fault can be planned on.
const ON: [&str; 20] = [
    "*",
    "graphql",
    "upload",
    "uploadByUrl",
    "me",
    "connections",
    "jobWorks",
    "clients",
    "files",
    "loginViaPersonalApiToken",
    "createWorkspace",
    "addUsersToTheWorkspace",
    "startProviderConnection",
    "collectProviderConnection",
    "createConnectionJob",
    "createJobWorks",
    "createJobWorkArtifacts",
    "initiateTaxPrepsImport",
    "uploadConnectionFile",
    "__schema",
];

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Malformed {
    Json,
    Utf8,
    Empty,
    Html,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GraphqlError {
    pub(crate) code: String,
    pub(crate) message: String,
    #[serde(default)]
    pub(crate) with_data: bool,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EarlyAnswer {
    pub(crate) status: u16,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, Value>,
    #[serde(default)]
    pub(crate) body: Option<String>,
}

fn one() -> u64 {
    1
}

fn always() -> f64 {
    1.0
}

impl Fault {
    /// Refuses a plan that could never strike or never do anything.
    pub(crate) fn checked(self) -> anyhow::Result<Self> {
        anyhow::ensure!(
            ON.contains(&self.on.as_str()),
            "on: {} is none of {}",
            self.on,
            ON.join(", ")
        );
        anyhow::ensure!(
            (0.0..=1.0).contains(&self.probability),
            "probability is not in 0..=1"
        );
        let statuses = [
            self.status,
            self.early_answer.as_ref().map(|answer| answer.status),
        ];
        kill::check(self.kill_pid, self.kill_after_ms)?;
        let odd = statuses
            .into_iter()
            .flatten()
            .find(|status| !(200..=999).contains(status));
        anyhow::ensure!(odd.is_none(), "status is not in 200..=999");
        let on_the_way = self.early_answer.is_some() || self.early_reset_after_bytes.is_some();
        let may_be_upload = matches!(self.on.as_str(), "upload" | "uploadByUrl" | "*");
        anyhow::ensure!(may_be_upload || !on_the_way, "early_… strikes uploads only");
        let too_late = self.early_answer.is_some() && self.matching.is_some();
        anyhow::ensure!(
            !too_late,
            "early_answer comes before there is anything to match"
        );
        let answers = !(self.reset || self.close || self.hang_ms.is_some());
        anyhow::ensure!(
            answers || self.away_ms.is_none(),
            "away_ms goes with an answer"
        );
        Ok(self)
    }

    /// Whether the answer to the request is not the real one.
    pub(crate) fn replaces_answer(&self) -> bool {
        self.status.is_some()
            || self.reset
            || self.close
            || self.hang_ms.is_some()
            || self.malformed.is_some()
            || self.replace.is_some()
            || self.graphql_error.is_some()
            || self.kills_instead().is_some()
    }

    /// The process that is killed instead of an answer.
    pub(crate) fn kills_instead(&self) -> Option<u32> {
        self.kill_pid.filter(|_| self.kill_after_ms.is_none())
    }

    /// Whether the request takes effect.
    pub(crate) fn applies(&self) -> bool {
        self.effect || self.shows_data() || self.apply_first.is_some() || !self.replaces_answer()
    }

    /// Whether the answer carries the real data beside an error.
    pub(crate) fn shows_data(&self) -> bool {
        self.graphql_error
            .as_ref()
            .is_some_and(|error| error.with_data || self.with_data)
    }
}

/// When in a request's life faults are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Everything there is to match against is known.
    Whole,
    /// Nothing but the operation is known: only faults without `match`.
    Arrival,
    /// The file's name has come: only faults with `match`.
    Named,
}

/// What a fault is matched against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'r> {
    pub(crate) operation: &'r str,
    pub(crate) is_graphql: bool,
    pub(crate) text: &'r str,
    pub(crate) moment: Moment,
}

impl Request<'_> {
    fn hit_by(&self, fault: &Fault) -> bool {
        let on = fault.on == self.operation
            || fault.on == "*"
            || (fault.on == "graphql" && self.is_graphql);
        on && match (&fault.matching, self.moment) {
            (Some(_), Moment::Arrival) | (None, Moment::Named) => false,
            (Some(text), _) => self.text.contains(text.as_str()),
            (None, _) => true,
        }
    }
}

/// The planned faults, in the order they were planned.
#[derive(Debug, Default)]
pub(crate) struct FaultPlan {
    armed: Mutex<Vec<Armed>>,
}

#[derive(Debug)]
struct Armed {
    fault: Fault,
    skipped: u64,
    struck: u64,
    dice: fastrand::Rng,
}

impl FaultPlan {
    fn armed(&self) -> MutexGuard<'_, Vec<Armed>> {
        self.armed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, faults: Vec<Fault>) {
        let arm = |fault: Fault| Armed {
            skipped: 0,
            struck: 0,
            dice: fastrand::Rng::with_seed(fault.seed),
            fault,
        };
        self.armed().extend(faults.into_iter().map(arm));
    }

    pub(crate) fn clear(&self) {
        self.armed().clear();
    }

    /// The planned faults with how often each has struck.
    pub(crate) fn list(&self) -> Vec<(Fault, u64)> {
        self.armed()
            .iter()
            .map(|armed| (armed.fault.clone(), armed.struck))
            .collect()
    }

    /// The first fault that strikes this request.
    pub(crate) fn strike(&self, request: Request<'_>) -> Option<Fault> {
        let mut armed = self.armed();
        let mut hit = armed
            .iter_mut()
            .filter(|armed| request.hit_by(&armed.fault));
        hit.find_map(Armed::strike)
    }
}

impl Armed {
    fn strike(&mut self) -> Option<Fault> {
        if self.fault.times != 0 && self.struck >= self.fault.times {
            return None;
        }
        if self.skipped < self.fault.skip {
            self.skipped += 1;
            return None;
        }
        if self.fault.probability < 1.0 && self.dice.f64() >= self.fault.probability {
            return None;
        }
        self.struck += 1;
        Some(self.fault.clone())
    }
}
