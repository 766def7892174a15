//! The controller against simulated lines, and the turns it grants.

use std::sync::Arc;

use super::*;
use crate::Error;
use crate::http::Sent;

const MIB: f64 = 1024.0 * 1024.0;

/// A line and the host behind it.
struct Line {
    bytes_per_second: f64,
    latency: f64,
    /// Requests that the host works on at once; more of them wait.
    host: f64,
}

impl Line {
    /// Uploads that end in a second when `limit` run at once.
    fn ends_per_second(&self, limit: usize, size: f64) -> f64 {
        let by_latency = (limit as f64).min(self.host) / self.latency;
        by_latency.min(self.bytes_per_second / size)
    }

    /// Runs uploads of `size` for `seconds` and returns the numbers that were in force.
    fn run(&self, controller: &mut Controller, size: f64, seconds: f64) -> Vec<usize> {
        let mut now = controller.round.since;
        let end = now + Duration::from_secs_f64(seconds);
        let mut limits = vec![controller.limit];
        while now < end {
            now += Duration::from_secs_f64(1.0 / self.ends_per_second(controller.limit, size));
            controller.ended(size as u64, true, now);
            if limits.last() != Some(&controller.limit) {
                limits.push(controller.limit);
            }
        }
        limits
    }
}

fn controller(ceiling: Option<usize>) -> Controller {
    Controller::new(ceiling, Instant::now())
}

fn failure(code: ErrorCode) -> Failure {
    Failure::new(Error::new(code, ""), Sent::Maybe, true)
}

#[tokio::test]
async fn latency_is_filled_with_uploads_up_to_the_bound() {
    let line = Line {
        bytes_per_second: 1000.0 * MIB,
        latency: 0.05,
        host: 1000.0,
    };
    let limits = line.run(&mut controller(None), 50_000.0, 20.0);
    assert_eq!(limits, [16, 24, 36, 54, 64]);
}

#[tokio::test]
async fn a_slow_line_gets_no_more_uploads_than_it_began_with() {
    let line = Line {
        bytes_per_second: MIB,
        latency: 0.05,
        host: 1000.0,
    };
    let mut controller = controller(None);
    let limits = line.run(&mut controller, 500_000.0, 600.0);
    assert!(limits.iter().all(|limit| *limit <= 24), "{limits:?}");
    let tries = limits.iter().filter(|limit| **limit == 24).count();
    assert!(tries < 12, "{tries} tries in ten minutes: {limits:?}");
}

#[tokio::test]
async fn growth_ends_where_the_host_gets_no_faster() {
    let line = Line {
        bytes_per_second: 1000.0 * MIB,
        latency: 0.05,
        host: 30.0,
    };
    let limits = line.run(&mut controller(None), 50_000.0, 3.0);
    assert_eq!(limits, [16, 24, 36, 54, 36]);
}

#[tokio::test]
async fn one_push_back_halves_the_number_for_all_that_were_under_way() {
    let mut controller = controller(None);
    let now = Instant::now();
    let begun = Begun(controller.cuts);
    for _ in 0..16 {
        controller.pushed_back(begun, now);
    }
    assert_eq!(controller.limit, 8);
    for _ in 0..9 {
        controller.pushed_back(Begun(controller.cuts), now);
    }
    assert_eq!(controller.limit, LEAST);
}

#[tokio::test]
async fn after_a_push_back_the_number_recovers_while_that_pays() {
    let mut controller = controller(None);
    controller.pushed_back(Begun(0), Instant::now());
    let line = Line {
        bytes_per_second: 1000.0 * MIB,
        latency: 0.05,
        host: 1000.0,
    };
    let limits = line.run(&mut controller, 50_000.0, 20.0);
    assert_eq!(limits.first(), Some(&8));
    assert!(limits.last() > Some(&FIRST), "{limits:?}");
}

#[tokio::test]
async fn a_hosts_own_number_is_never_exceeded() {
    let line = Line {
        bytes_per_second: 1000.0 * MIB,
        latency: 0.05,
        host: 1000.0,
    };
    for ceiling in [1, 3, 100] {
        let mut controller = controller(Some(ceiling));
        assert_eq!(line.run(&mut controller, 50_000.0, 20.0), [ceiling]);
        for _ in 0..9 {
            controller.pushed_back(Begun(controller.cuts), Instant::now());
        }
        assert_eq!(controller.limit, ceiling.min(LEAST));
        let limits = line.run(&mut controller, 50_000.0, 60.0);
        assert_eq!(limits.iter().max(), Some(&ceiling), "{limits:?}");
    }
}

#[tokio::test]
async fn a_client_with_little_to_do_learns_nothing() {
    let mut controller = controller(None);
    let mut now = Instant::now();
    for n in 1..1000 {
        now += Duration::from_millis(20);
        controller.ended(n * 1000, false, now);
    }
    assert_eq!(controller.limit, FIRST);
}

#[test]
fn push_backs_are_told_from_other_failures() {
    for code in [
        ErrorCode::RateLimited,
        ErrorCode::TimedOut,
        ErrorCode::Stalled,
    ] {
        assert!(pushes_back(&failure(code)), "{code}");
    }
    let status = |status| {
        let error = Error::new(ErrorCode::ServerError, "").with_http_status(status);
        pushes_back(&Failure::new(error, Sent::Maybe, true))
    };
    assert!(status(503));
    assert!(!status(500));
    assert!(!pushes_back(&failure(ErrorCode::ConnectionLost)));
}

#[tokio::test]
async fn turns_are_granted_up_to_the_limit_and_handed_on() {
    let load = Arc::new(Load::new(Some(2)));
    let (first, _second) = (load.turn().await, load.turn().await);
    let waiting = tokio::spawn({
        let load = load.clone();
        async move { drop(load.turn().await) }
    });
    let gone = tokio::time::timeout(Duration::from_millis(1), load.turn()).await;
    assert!(gone.is_err(), "a third turn must wait");
    drop(first);
    waiting.await.unwrap();
}

#[tokio::test]
async fn a_number_that_grew_lets_in_all_it_has_room_for() {
    let load = Arc::new(Load::new(None));
    load.state().controller.limit = 1;
    let held = load.turn().await;
    let all = Arc::new(tokio::sync::Barrier::new(4));
    let waiting: Vec<_> = (0..4)
        .map(|_| {
            let (load, all) = (load.clone(), all.clone());
            tokio::spawn(async move {
                let _turn = load.turn().await;
                all.wait().await;
            })
        })
        .collect();
    load.state().controller.limit = 4;
    drop(held);
    for task in waiting {
        task.await.unwrap();
    }
}
