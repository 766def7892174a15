//! A server that dies in the middle of a push, for good: how often it is still asked.

use std::time::Duration;

use filed_core::push::EventKind;
use serde_json::json;

use crate::door::{Door, Mode};
use crate::support::*;

const CLIENTS: usize = 40;
const FILES: usize = 10;

/// What may be asked of each of two hosts: what was under way, and as many repetitions as the
/// budget pays for. Then one try at a time, at most as often as the pace's gaps allow.
const BOUND: u64 = 2 * (16 + 100) + 40;

async fn asked_when_dead(mode: Mode) -> u64 {
    let slow = json!({"upload_bytes_per_second": 100_000});
    let mut world = world_with(slow, |c| c).await;
    let door = Door::to(&world).await;
    world.client = door.client(&world, |config| filed_core::Config {
        timeout: Some(Duration::from_millis(500)),
        ..config
    });
    world.pace.outage = Duration::from_secs(3);
    let push = world.push().await;
    world.add_season(&push, CLIENTS, FILES).await;
    seen(&push, EventKind::FileUploaded, 10).await;
    door.turn(mode);
    let error = push.commit().await.unwrap_err();
    assert!(error.retryable(), "{error}");
    door.came()
}

#[tokio::test]
async fn a_dead_host_is_asked_a_bounded_number_of_times_in_a_whole_push() {
    let (resetting, hanging, unavailable) = tokio::join!(
        asked_when_dead(Mode::Resetting),
        asked_when_dead(Mode::Hanging),
        asked_when_dead(Mode::Unavailable),
    );
    println!(
        "requests to a dead host, {} files in the push: resetting {resetting}, hanging {hanging}, \
         unavailable {unavailable}; at most {BOUND}",
        CLIENTS * FILES
    );
    for asked in [resetting, hanging, unavailable] {
        assert!((1..=BOUND).contains(&asked), "{asked} requests");
    }
}
