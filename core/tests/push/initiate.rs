//! The one request that must never be sent twice: what counts as evidence, and what is told when
//! there is none.

use std::time::Duration;

use filed_core::push::{EventKind, Push, PushState};
use filed_core::{Effect, ErrorCode};
use serde_json::json;

use crate::support::*;

const ON: &str = "initiateTaxPrepsImport";

fn committing(push: &Push) -> tokio::task::JoinHandle<filed_core::Result<()>> {
    let push = push.clone();
    tokio::spawn(async move { push.commit().await })
}

#[tokio::test]
async fn artifacts_that_move_on_their_own_are_no_evidence() {
    let world = world().await;
    let push = world.push().await;
    world.add_season(&push, 1, 1).await;
    seen(&push, EventKind::FileAttached, 1).await;
    // The request is lost without effect; meanwhile Filed fetches the file.
    world.plan(json!({"on": ON, "delay_ms": 200, "reset": true}));
    let commit = committing(&push);
    eventually("the request is on its way", || world.count(ON) > 0).await;
    let words = json!({"words": {"artifact": {"pending": "fetched"}}});
    world.sandbox.control().patch_settings(&words).unwrap();
    let error = commit.await.unwrap().unwrap_err();
    assert_eq!(error.code(), ErrorCode::ImportOutcomeUnknown);
    assert_eq!(world.count(ON), 1);
}

#[tokio::test]
async fn what_is_known_and_what_is_not_is_told_with_the_next_step() {
    let mut world = world().await;
    world.pace.evidence = Duration::from_millis(200);
    world.plan(json!({"on": ON, "reset": true}));
    let push = world.push().await;
    world.add_season(&push, 2, 2).await;
    let error = push.commit().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::ImportOutcomeUnknown);
    assert_eq!(error.effect(), Effect::Unknown);
    let job = push.job_id().unwrap();
    for known in [
        "Known: 2 clients and 4 files",
        "Not known: whether the import has begun",
        "Nothing else was touched",
        "never sent a second time",
        "Next: look at job",
        "resume",
        &job,
    ] {
        assert!(error.message().contains(known), "{}", error.message());
    }
}

#[tokio::test]
async fn an_import_that_was_initiated_already_is_watched() {
    let world = world_with(json!({"import_ms": 400}), |config| config).await;
    let push = world.push().await;
    let hashes = world.add_season(&push, 1, 2).await;
    seen(&push, EventKind::FileAttached, 2).await;
    let job = push.job_id().unwrap();
    world.client.jobs().initiate(job).await.unwrap();
    push.commit().await.unwrap();
    let report = push.wait(None).await.unwrap();
    assert_eq!((report.state, report.files.imported), (PushState::Done, 2));
    assert!(
        report
            .notes
            .iter()
            .any(|note| note.contains("initiated already"))
    );
    world.assert_exactly_once(1, &hashes);
}

#[tokio::test]
async fn a_job_that_can_no_longer_be_initiated_says_so() {
    let mut world = world().await;
    world.pace.evidence = Duration::from_millis(100);
    let push = world.push().await;
    world.add_season(&push, 1, 1).await;
    seen(&push, EventKind::FileAttached, 1).await;
    let job = push.job_id().unwrap();
    world
        .sandbox
        .control()
        .force_job(&job, "cancelled")
        .unwrap();
    let error = push.commit().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::JobClosed);
    for known in ["was not initiated", "stays there", "new push"] {
        assert!(error.message().contains(known), "{}", error.message());
    }
}

#[tokio::test]
async fn an_answer_of_the_wrong_shape_is_settled_by_evidence() {
    for answer in [
        json!({"on": ON, "replace": {"data": {ON: null}}, "effect": true}),
        json!({"on": ON, "malformed": "html", "effect": true}),
        json!({"on": ON, "graphql_error": {"code": "MYSTERY", "message": "?"}, "effect": true}),
    ] {
        let world = world().await;
        world.plan(answer);
        let push = world.push().await;
        let hashes = world.add_season(&push, 1, 1).await;
        push.commit().await.unwrap();
        push.wait(None).await.unwrap();
        world.assert_exactly_once(1, &hashes);
        assert_eq!(world.count(ON), 1);
    }
}

#[tokio::test]
async fn a_push_cancelled_before_it_was_initiated_says_that_nothing_was() {
    let world = world().await;
    let push = world.push().await;
    world.add_season(&push, 1, 1).await;
    push.cancel();
    let error = push.commit().await.unwrap_err();
    assert_eq!(
        (error.code(), error.effect()),
        (ErrorCode::Cancelled, Effect::NotApplied)
    );
    assert!(
        error.message().contains("nothing was initiated"),
        "{}",
        error.message()
    );
}

#[tokio::test]
async fn a_push_cancelled_while_the_request_is_on_its_way_does_not_say_that_nothing_was() {
    let world = world().await;
    world.plan(json!({"on": ON, "delay_ms": 3000}));
    let push = world.push().await;
    let hashes = world.add_season(&push, 1, 1).await;
    let commit = committing(&push);
    eventually("the request is on its way", || world.count(ON) > 0).await;
    push.cancel();
    let error = commit.await.unwrap().unwrap_err();
    assert_eq!(
        (error.code(), error.effect()),
        (ErrorCode::Cancelled, Effect::Unknown)
    );
    for known in ["on its way", "not known", "never sent a second time"] {
        assert!(error.message().contains(known), "{}", error.message());
    }
    drop(push);
    eventually("it took effect late", || {
        world.list("jobs")[0]["initiated"] == 1
    })
    .await;
    let push = world.resume().await.unwrap();
    push.wait(None).await.unwrap();
    world.assert_exactly_once(1, &hashes);
}

#[tokio::test]
async fn a_push_cancelled_while_it_is_watched_says_that_the_import_goes_on() {
    let world = world_with(json!({"import_ms": 60_000}), |config| config).await;
    let push = world.push().await;
    world.add_season(&push, 1, 1).await;
    push.commit().await.unwrap();
    push.cancel();
    let error = push.wait(None).await.unwrap_err();
    assert_eq!(
        (error.code(), error.effect()),
        (ErrorCode::Cancelled, Effect::Applied)
    );
    assert!(
        error.message().contains("goes on at Filed"),
        "{}",
        error.message()
    );
}
