//! Settling by reading what cannot be known otherwise: whether a request whose answer was lost, or
//! did not say enough, took effect.
//!
//! Entries are matched by external id within the push's own job. What may have been created is
//! looked for at least twice, with a growing gap, before it is taken for missing: the server may
//! act after we gave up, and a read may come from a copy that lags behind.
//!
//! | file | what lives there |
//! | --- | --- |
//! | `looks` | how long to look, by how the answer was lost |
//! | `pass` | one reading of a list from its start to its end, whatever happens on the way |
//! | `works`, `artifacts` | the two kinds of entries, matched and recorded |
//! | `adopt` | what is there before the push has a job: refused, or taken over |

mod adopt;
mod artifacts;
mod looks;
mod pass;
mod works;

pub(super) use adopt::{existing, refuse};
pub(super) use artifacts::{LookedFiles, artifacts};
pub(super) use looks::Patience;
pub(super) use pass::{Pass, reworded};
pub(super) use works::{left_in_doubt, works};

use super::journal::head;
use super::run::Run;
use crate::{Error, ErrorCode, Result};

/// Two entries of the push's own job that carry one external id.
fn twice(external_id: &str, first: &str, second: &str) -> Error {
    Error::new(
        ErrorCode::VerifyFailed,
        format!(
            "the push's job holds two entries with this external id (`{first}` and `{second}`): \
             one of them came of a request whose answer was lost and that took effect late, or of \
             somebody else. Nothing was initiated and neither was touched: have one of them \
             removed at Filed, then resume the push"
        ),
    )
    .with_external_id(external_id)
}

/// Notes for the report that an answer was lost, and what reading back showed.
async fn note(run: &Run, operation: &str, found: usize, missing: usize) -> Result<()> {
    let text = format!(
        "the answer to {operation} was lost; reading back showed {found} of its entries created \
         and {missing} to be created again"
    );
    run.journal.run(move |db| head::note(db, &text)).await
}
