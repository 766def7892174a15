//! A server that is away in the middle of a push, and comes back.

use std::time::{Duration, Instant};

use filed_core::ErrorCode;
use filed_core::push::{EventKind, PushState};
use serde_json::json;

use crate::door::{Door, Mode};
use crate::support::*;

const CLIENTS: usize = 30;
const FILES: usize = 5;

/// Files that take a while, so that the outage comes in the middle.
async fn slow_world() -> World {
    world_with(json!({"upload_bytes_per_second": 100_000}), |c| c).await
}

async fn sits_out(mode: Mode, away: Duration) -> u64 {
    let mut world = slow_world().await;
    let door = Door::to(&world).await;
    world.client = door.client(&world, |config| filed_core::Config {
        timeout: Some(Duration::from_secs(1)),
        ..config
    });
    let push = world.push().await;
    let hashes = world.add_season(&push, CLIENTS, FILES).await;
    seen(&push, EventKind::FileUploaded, 10).await;
    door.turn(mode);
    tokio::time::sleep(away).await;
    let came = door.came();
    assert_ne!(push.progress().state, PushState::Failed, "{mode:?}");
    door.turn(Mode::Open);
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();
    world.assert_exactly_once(CLIENTS, &hashes);
    let events = all_events(&push).await;
    assert_eq!(count(&events, EventKind::FileUploaded), CLIENTS * FILES);
    came
}

// The outage lasts many times the longest gap of this pace (a third of a second), as two minutes
// last many times the longest gap of the real one.
#[tokio::test]
async fn an_outage_in_the_middle_of_a_push_is_sat_out_with_few_requests() {
    let away = Duration::from_secs(6);
    let (refusing, resetting, hanging, unavailable) = tokio::join!(
        sits_out(Mode::Refusing, away),
        sits_out(Mode::Resetting, away),
        sits_out(Mode::Hanging, away),
        sits_out(Mode::Unavailable, away),
    );
    println!(
        "requests in {} s of outage, {} files waiting: resetting {resetting}, hanging {hanging}, \
         unavailable {unavailable}",
        away.as_secs(),
        CLIENTS * FILES
    );
    assert_eq!(refusing, 0, "nobody listened");
    for came in [resetting, hanging, unavailable] {
        // Two hosts: what was under way, a budget of a hundred repetitions, one try at a time.
        assert!((1..=2 * (16 + 100) + 40).contains(&came), "{came} requests");
    }
}

#[tokio::test]
async fn two_real_minutes_are_sat_out() {
    if std::env::var_os("FILED_TEST_LONG").is_none() {
        println!("skipped: FILED_TEST_LONG is not set");
        return;
    }
    let mut world = slow_world().await;
    world.pace = filed_core::push::Pace::default();
    let push = world.push().await;
    let hashes = world.add_season(&push, CLIENTS, FILES).await;
    seen(&push, EventKind::FileUploaded, 10).await;
    let away = Duration::from_secs(120);
    world.sandbox.control().leave(away).await;
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();
    world.assert_exactly_once(CLIENTS, &hashes);
}

#[tokio::test]
async fn an_outage_beyond_patience_ends_the_push_and_its_journal_can_be_resumed() {
    let mut world = slow_world().await;
    let door = Door::to(&world).await;
    world.client = door.client(&world, |config| config);
    world.pace.outage = Duration::from_millis(500);
    let push = world.push().await;
    let hashes = world.add_season(&push, CLIENTS, FILES).await;
    seen(&push, EventKind::FileUploaded, 10).await;
    door.turn(Mode::Refusing);
    let error = push.commit().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::ConnectFailed, "{error}");
    let report = push.report().await.unwrap();
    assert_eq!(report.files.failed, 0, "no file is to blame");
    drop(push);

    door.turn(Mode::Open);
    let push = world.resume().await.unwrap();
    push.wait(None).await.unwrap();
    world.assert_exactly_once(CLIENTS, &hashes);
}

#[tokio::test]
async fn an_outage_does_not_keep_a_push_from_being_cancelled() {
    let mut world = slow_world().await;
    let door = Door::to(&world).await;
    world.client = door.client(&world, |config| config);
    world.pace.again = Duration::from_secs(60);
    let push = world.push().await;
    world.add_season(&push, CLIENTS, FILES).await;
    seen(&push, EventKind::FileUploaded, 10).await;
    door.turn(Mode::Resetting);
    eventually("the outage was noticed", || door.came() > 0).await;
    let asked = Instant::now();
    push.cancel();
    let events = all_events(&push).await;
    assert_eq!(events.last().unwrap().kind, EventKind::PushCancelled);
    // A second is promised; a machine that runs everything at once gets a few.
    assert!(
        asked.elapsed() < Duration::from_secs(5),
        "{:?}",
        asked.elapsed()
    );
    assert_eq!(push.progress().state, PushState::Cancelled);
}
