//! Stopping: by cancel, by closing the client, by dropping, and by dropping a future only.

use std::time::{Duration, Instant};

use filed_core::push::{EventKind, PushState};
use filed_core::{Client, ErrorCode};
use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn cancel_takes_effect_within_a_second_and_the_journal_resumes() {
    for on in [
        "upload",
        "createJobWorks",
        "createJobWorkArtifacts",
        "jobWorks",
    ] {
        let world = world().await;
        world.plan(json!({"on": on, "hang_ms": 20_000, "times": 0}));
        let push = world.push().await;
        let hashes = world.add_season(&push, 2, 2).await;
        let commit = tokio::spawn({
            let push = push.clone();
            async move { push.commit().await }
        });
        eventually("a request hangs", || world.count(on) > 0).await;
        let begun = Instant::now();
        push.cancel();
        let error = commit.await.unwrap().unwrap_err();
        assert!(
            begun.elapsed() < Duration::from_secs(1),
            "{:?}",
            begun.elapsed()
        );
        assert_eq!(error.code(), ErrorCode::Cancelled);
        assert_eq!(push.progress().state, PushState::Cancelled);
        assert_eq!(push.report().await.unwrap().state, PushState::Cancelled);
        let events = all_events(&push).await;
        assert_eq!(events.last().unwrap().kind, EventKind::PushCancelled);
        assert_eq!(code(push.add_client(client(9))).await, ErrorCode::Cancelled);
        assert_eq!(code(push.wait(None)).await, ErrorCode::Cancelled);
        assert_eq!(world.count("initiateTaxPrepsImport"), 0);
        drop(push);

        world.sandbox.control().clear_faults();
        let push = world.resume().await.unwrap();
        push.commit().await.unwrap();
        push.wait(None).await.unwrap();
        world.assert_exactly_once(2, &hashes);
    }
}

#[tokio::test]
async fn dropping_a_future_stops_nothing() {
    let world = world().await;
    let push = world.push().await;
    let hashes = world.add_season(&push, 2, 2).await;
    for _ in 0..3 {
        let tick = tokio::time::timeout(Duration::from_millis(5), push.commit());
        drop(tick.await);
    }
    push.commit().await.unwrap();
    drop(tokio::time::timeout(Duration::from_millis(5), push.wait(None)).await);
    push.wait(None).await.unwrap();
    world.assert_exactly_once(2, &hashes);
}

#[tokio::test]
async fn the_engine_ends_with_the_last_handle_and_not_before() {
    let world = world().await;
    let push = world.push().await;
    let hashes = world.add_season(&push, 1, 1).await;
    let other = push.clone();
    let mut events = push.events();
    drop(push);
    other.commit().await.unwrap();
    other.wait(None).await.unwrap();
    world.assert_exactly_once(1, &hashes);
    drop(other);
    while events.next().await.unwrap_or(None).is_some() {}
}

#[tokio::test]
async fn closing_the_client_stops_its_pushes() {
    let world = world().await;
    let client = Client::new(config(world.ready())).unwrap();
    let open = filed_core::push::Push::open_paced(client.clone(), world.options(), hasty());
    let push = client.generation().run(open).await.unwrap();
    world.plan(json!({"on": "upload", "hang_ms": 20_000, "times": 0}));
    let hashes = world.add_season(&push, 1, 1).await;
    let commit = tokio::spawn({
        let push = push.clone();
        async move { push.commit().await }
    });
    seen(&push, EventKind::FileUploading, 1).await;
    client.close();
    assert_eq!(commit.await.unwrap().unwrap_err().code(), ErrorCode::Closed);
    drop(push);
    world.sandbox.control().clear_faults();
    let push = world.resume().await.unwrap();
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();
    world.assert_exactly_once(1, &hashes);
}

/// Which of the engine's tasks notices first is chance.
#[tokio::test]
async fn whatever_notices_first_that_the_client_was_closed_says_so() {
    let world = world().await;
    world.plan(json!({"on": "jobWorks", "hang_ms": 20_000, "times": 0}));
    for round in 1..=20 {
        let client = Client::new(config(world.ready())).unwrap();
        let options = filed_core::push::PushOptions {
            journal: None,
            ..world.options()
        };
        let open = filed_core::push::Push::open_paced(client.clone(), options, hasty());
        let push = client.generation().run(open).await.unwrap();
        add_season_in(world.folder.path(), &push, 1, 1).await;
        let commit = tokio::spawn({
            let push = push.clone();
            async move { push.commit().await }
        });
        eventually("the list is read", || world.count("jobWorks") >= round).await;
        client.close();
        let error = commit.await.unwrap().unwrap_err();
        assert_eq!(error.code(), ErrorCode::Closed, "round {round}: {error}");
    }
}

#[tokio::test]
async fn a_request_to_initiate_that_was_broken_off_is_not_sent_again() {
    for effect in [true, false] {
        let mut world = world().await;
        world.pace.evidence = Duration::from_millis(300);
        world.plan(json!({
            "on": "initiateTaxPrepsImport", "hang_ms": 20_000, "effect": effect
        }));
        let push = world.push().await;
        let hashes = world.add_season(&push, 2, 1).await;
        let commit = tokio::spawn({
            let push = push.clone();
            async move { push.commit().await }
        });
        eventually("the request is on its way", || {
            world.count("initiateTaxPrepsImport") > 0
        })
        .await;
        push.cancel();
        let error = commit.await.unwrap().unwrap_err();
        assert_eq!(error.code(), ErrorCode::Cancelled);
        drop(push);

        let push = world.resume().await.unwrap();
        if effect {
            push.commit().await.unwrap();
            push.wait(None).await.unwrap();
            world.assert_exactly_once(2, &hashes);
        } else {
            let unknown = ErrorCode::ImportOutcomeUnknown;
            assert_eq!(code(push.commit()).await, unknown);
        }
        assert_eq!(world.count("initiateTaxPrepsImport"), 1);
    }
}

/// How a push goes on whose run was cancelled: whether it had to look for anything.
async fn resumed_without_a_doubt(world: &World, hashes: &Hashes) {
    let push = world.resume().await.unwrap();
    push.commit().await.unwrap();
    let report = push.wait(None).await.unwrap();
    let doubts = report.notes.iter().filter(|note| note.contains("was lost"));
    assert_eq!(doubts.count(), 0, "{:?}", report.notes);
    world.assert_exactly_once(1, hashes);
}

#[tokio::test]
async fn what_was_claimed_and_never_sent_is_not_looked_for_later() {
    let mut world = world().await;
    world.pace.grace = Duration::from_secs(30);
    world.plan(json!({"on": "createConnectionJob", "delay_ms": 300}));
    let push = world.push().await;
    let hashes = world.add_season(&push, 1, 1).await;
    eventually("a job is asked for", || {
        world.count("createConnectionJob") > 0
    })
    .await;
    push.cancel();
    all_events(&push).await;
    assert_eq!(world.count("createJobWorks"), 0);
    drop(push);
    resumed_without_a_doubt(&world, &hashes).await;
}

#[tokio::test]
async fn a_cancel_at_any_moment_before_the_job_leaves_nothing_in_doubt() {
    for moment in 0..20 {
        let mut world = world().await;
        world.pace.quiet = Duration::ZERO;
        let push = world.push().await;
        let hashes = world.add_season(&push, 1, 1).await;
        for _ in 0..moment {
            tokio::task::yield_now().await;
        }
        push.cancel();
        all_events(&push).await;
        drop(push);
        if world.count("createJobWorks") == 0 {
            resumed_without_a_doubt(&world, &hashes).await;
        }
    }
}
