//! Rounds above the attempts of one request: an outage may last longer than they do.

use std::future::Future;

use tokio::time::sleep;

use super::classify;
use crate::Result;
use crate::push::pace::Gaps;
use crate::push::run::Run;

/// Sends a request again, with gaps that grow, as long as it certainly had no effect and the
/// trouble may pass.
pub(super) async fn again<T, F>(run: &Run, mut send: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let mut gaps = Gaps::new(run.pace.again, run.pace.again * 16);
    for _ in 0..run.pace.rounds {
        match send().await {
            Err(e) if classify::passing(&e) && !run.stop.is_cancelled() => {
                sleep(gaps.next()).await;
            }
            result => return result,
        }
    }
    send().await
}
