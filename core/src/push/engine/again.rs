//! Sending to the gateway, with more patience than one request has: an outage is sat out, and what
//! fails alone is tried again for a few rounds.

use std::future::Future;

use super::classify;
use super::line::GivenUp;
use crate::Result;
use crate::push::pace::Gaps;
use crate::push::run::Run;

/// Sends a request again as long as it certainly had no effect and the trouble may pass.
pub(in crate::push) async fn again<T, F>(run: &Run, mut send: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let mut gaps = Gaps::new(run.pace.again, run.pace.again * 16);
    let mut left = run.pace.rounds;
    loop {
        let passing = |e: &_| classify::passing(e) && !run.stop.is_cancelled();
        let sent = run.gateway_line.carry(&run.pace, None, passing, &mut send);
        match sent.await {
            Ok(value) => return Ok(value),
            Err(GivenUp::Alone(e)) if passing(&e) && left > 0 => {
                left -= 1;
                if run.pause(gaps.next()).await.is_err() {
                    // It had no effect, which is worth more to know than that the push is stopped.
                    return Err(e);
                }
            }
            Err(given_up) => return Err(given_up.into_error()),
        }
    }
}
