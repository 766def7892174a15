//! What a sink has taken so far, as it tells under `/counts`.

use serde::{Deserialize, Serialize};

/// Totals since the sink began.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Uploads that were answered.
    pub uploads: u64,
    /// Bytes of their bodies, envelopes included.
    pub bytes: u64,
    /// GraphQL calls that were answered.
    pub calls: u64,
}
