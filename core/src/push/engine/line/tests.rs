//! Outages in virtual time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::*;

/// A host that is away until `back`, and counts what reaches it.
struct Host {
    line: Line,
    pace: Pace,
    code: ErrorCode,
    back: Instant,
    asked: AtomicU32,
}

impl Host {
    fn away_for(seconds: u64, code: ErrorCode) -> Arc<Self> {
        Arc::new(Self {
            line: Line::default(),
            pace: Pace::default(),
            code,
            back: Instant::now() + Duration::from_secs(seconds),
            asked: AtomicU32::new(0),
        })
    }

    async fn ask(&self) -> Result<()> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        match Instant::now() >= self.back {
            true => Ok(()),
            false => Err(Error::new(self.code, "away")),
        }
    }

    async fn carry(&self, item: Option<Key>) -> Result<(), GivenUp> {
        let passing = |error: &Error| error.retryable();
        self.line
            .carry(&self.pace, item, passing, || self.ask())
            .await
    }

    /// Sixteen files at once.
    async fn carry_all(self: &Arc<Self>) -> Vec<Result<(), GivenUp>> {
        let each = (0..16).map(|item| {
            let host = self.clone();
            tokio::spawn(async move { host.carry(Some(item)).await })
        });
        let ended = futures_util::future::join_all(each.collect::<Vec<_>>()).await;
        ended.into_iter().map(|joined| joined.unwrap()).collect()
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }
}

#[tokio::test(start_paused = true)]
async fn two_minutes_are_sat_out_with_one_request_at_a_time() {
    let host = Host::away_for(120, ErrorCode::ConnectFailed);
    host.line.got_through();
    assert!(host.carry_all().await.iter().all(Result::is_ok));
    let asked = host.asked();
    // The first that found out, one at a time until it was back, then all of them.
    assert!((20..=30).contains(&asked), "{asked} requests");
    assert!(
        host.back.elapsed() < Duration::from_secs(20),
        "back too late"
    );
}

#[tokio::test(start_paused = true)]
async fn patience_has_an_end() {
    let host = Host::away_for(3600, ErrorCode::ServerError);
    host.line.got_through();
    let begun = Instant::now();
    let host_too = host.clone();
    let one = tokio::select! {
        ended = host.carry(None) => ended,
        ended = host_too.carry(None) => ended,
    };
    assert!(matches!(one, Err(GivenUp::Away(_))));
    let waited = begun.elapsed();
    assert!(waited >= host.pace.outage, "{waited:?}");
    assert!(
        waited < host.pace.outage + Duration::from_secs(60),
        "{waited:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_host_that_never_answered_is_given_up_soon() {
    let host = Host::away_for(3600, ErrorCode::ConnectFailed);
    let begun = Instant::now();
    assert!(matches!(host.carry(Some(1)).await, Err(GivenUp::Away(_))));
    assert!(begun.elapsed() < Duration::from_secs(60));
}

#[tokio::test(start_paused = true)]
async fn one_file_that_fails_alone_is_no_outage() {
    let host = Host::away_for(3600, ErrorCode::ServerError);
    for _ in 0..3 {
        assert!(matches!(host.carry(Some(7)).await, Err(GivenUp::Alone(_))));
    }
    assert_eq!(host.asked(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_fails_while_others_get_through_is_no_outage() {
    let line = Line::default();
    let send = || async {
        line.got_through();
        Err::<(), _>(Error::new(ErrorCode::ConnectFailed, "mine alone"))
    };
    let pace = Pace::default();
    let ended = line.carry(&pace, Some(1), Error::retryable, send).await;
    assert!(matches!(ended, Err(GivenUp::Alone(_))));
}

#[tokio::test(start_paused = true)]
async fn what_does_not_pass_is_not_waited_for() {
    let host = Host::away_for(3600, ErrorCode::PermissionDenied);
    assert!(matches!(host.carry(None).await, Err(GivenUp::Alone(_))));
    assert_eq!(host.asked(), 1);
}
