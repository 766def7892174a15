//! Suite `crash-points`: a push killed at every write of its journal and every request, resumed.
//! By default a spread of the points, with `--long` all of them.

use anyhow::Result;

use super::crash;
use crate::tally::Tally;

pub fn run(tally: &mut Tally) -> Result<()> {
    crash::run(tally, "points")
}
