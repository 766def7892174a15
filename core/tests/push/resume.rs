//! Runs that end in the middle, and the runs after them.

use filed_core::ErrorCode;
use filed_core::push::{EventKind, PushState};
use serde_json::json;

use crate::support::*;

/// Drops a push at the first event of each kind in turn; the next run must finish it.
#[tokio::test]
async fn a_run_that_ends_anywhere_is_finished_by_the_next() {
    for kind in [
        EventKind::ClientAdded,
        EventKind::JobCreated,
        EventKind::ClientCreated,
        EventKind::FileUploading,
        EventKind::FileUploaded,
        EventKind::FileAttached,
        EventKind::PushCommitting,
        EventKind::ClientAttached,
        EventKind::PushInitiated,
        EventKind::FileImported,
        EventKind::PushDone,
    ] {
        let world = world_with(json!({"import_ms": 200}), |config| config).await;
        let push = world.push().await;
        let hashes = world.add_season(&push, 4, 3).await;
        let committed = tokio::spawn({
            let push = push.clone();
            async move { push.commit().await }
        });
        seen(&push, kind, 1).await;
        committed.abort();
        let _ = committed.await;
        drop(push);

        // By running the same program again.
        let push = world.push().await;
        world.add_season(&push, 4, 3).await;
        push.commit().await.unwrap();
        let report = push.wait(None).await.unwrap();
        assert_eq!(report.state, PushState::Done, "dropped at {kind:?}");
        assert_eq!(report.files.imported, 12, "dropped at {kind:?}");
        world.assert_exactly_once(4, &hashes);
    }
}

#[tokio::test]
async fn a_committed_push_goes_on_by_itself_when_it_is_resumed() {
    let world = world().await;
    world.plan(json!({"on": "upload", "delay_ms": 2000, "times": 0}));
    let push = world.push().await;
    let hashes = world.add_season(&push, 2, 2).await;
    {
        let commit = push.commit();
        tokio::pin!(commit);
        tokio::select! {
            _ = &mut commit => panic!("uploads take longer"),
            () = seen(&push, EventKind::PushCommitting, 1) => {}
        }
    }
    drop(push);
    world.sandbox.control().clear_faults();
    let push = world.resume().await.unwrap();
    seen(&push, EventKind::PushDone, 1).await;
    world.assert_exactly_once(2, &hashes);
    assert_eq!(push.progress().state, PushState::Done);
}

#[tokio::test]
async fn a_finished_push_stays_finished() {
    let world = world().await;
    let push = world.push().await;
    let hashes = world.add_season(&push, 1, 1).await;
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();
    drop(push);
    for _ in 0..2 {
        let push = world.resume().await.unwrap();
        push.commit().await.unwrap();
        assert_eq!(push.wait(None).await.unwrap().state, PushState::Done);
        assert_eq!(count(&all_events(&push).await, EventKind::PushDone), 1);
    }
    world.assert_exactly_once(1, &hashes);
}

#[tokio::test]
async fn bytes_in_memory_are_added_again_or_fail_when_the_push_is_committed() {
    let world = world().await;
    world.plan(json!({"on": "upload", "delay_ms": 5000, "times": 0}));
    let push = world.push().await;
    let key = add(&push, 0).await;
    for id in ["again", "lost"] {
        push.add_file(key, bytes(id, id.as_bytes())).await.unwrap();
    }
    seen(&push, EventKind::FileUploading, 2).await;
    drop(push);
    world.sandbox.control().clear_faults();

    let push = world.resume().await.unwrap();
    let key = add(&push, 0).await;
    let other = push
        .add_file(key, bytes("again", b"other"))
        .await
        .unwrap_err();
    assert_eq!(other.code(), ErrorCode::DuplicateExternalId);
    push.add_file(key, bytes("again", b"again")).await.unwrap();
    seen(&push, EventKind::FileUploaded, 1).await;
    assert_eq!(code(push.commit()).await, ErrorCode::PushIncomplete);
    let report = push.report().await.unwrap();
    assert_eq!(report.failed_files.len(), 1);
    assert_eq!(report.failed_files[0].external_id, "lost");
    let error = report.failed_files[0].error.as_ref().unwrap();
    assert_eq!(error.code(), ErrorCode::SourceUnavailable);
    drop(push);

    let push = world.push().await;
    push.add_file(key, bytes("lost", b"lost")).await.unwrap();
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();
    let hashes = ["again", "lost"].map(|id| (id.to_owned(), hash(id.as_bytes())));
    world.assert_exactly_once(1, &Hashes::from(hashes));
}

#[tokio::test]
async fn what_an_earlier_run_left_in_doubt_is_read_back_first() {
    for on in ["createJobWorks", "createJobWorkArtifacts"] {
        let world = world().await;
        // Takes effect, and the answer comes after the run has ended.
        world.plan(json!({"on": on, "delay_ms": 3000}));
        let push = world.push().await;
        let hashes = world.add_season(&push, 2, 2).await;
        eventually("the request is on its way", || world.count(on) > 0).await;
        drop(push);
        let push = world.push().await;
        world.add_season(&push, 2, 2).await;
        eventually("the late request took effect", || {
            world.state()["effects"][on].as_u64().unwrap_or(0) > 0
        })
        .await;
        let committed = push.commit().await;
        assert!(committed.is_ok(), "{:?}", push.report().await);
        push.wait(None).await.unwrap();
        world.assert_exactly_once(2, &hashes);
    }
}

#[tokio::test]
async fn an_import_that_never_ends_times_out_and_can_be_waited_for_later() {
    let world = world_with(json!({"stuck_artifacts": ["file-0-0"]}), |config| config).await;
    let push = world.push().await;
    let hashes = world.add_season(&push, 1, 2).await;
    push.commit().await.unwrap();
    let short = Some(std::time::Duration::from_millis(700));
    assert_eq!(code(push.wait(short)).await, ErrorCode::WaitTimedOut);
    assert_eq!(
        push.progress().state,
        PushState::Watching,
        "nothing was cancelled"
    );
    assert_eq!(push.progress().files.imported, 1);
    drop(push);

    let push = world.resume().await.unwrap();
    assert_eq!(code(push.wait(short)).await, ErrorCode::WaitTimedOut);
    assert_eq!(world.list("jobs")[0]["initiated"], 1);
    assert_eq!(world.list("artifacts").len(), hashes.len());
}

#[tokio::test]
async fn a_missing_file_and_a_source_that_moved_away_are_told_apart() {
    let world = world().await;
    world.plan(json!({"on": "upload", "delay_ms": 5000, "times": 0}));
    let push = world.push().await;
    world.add_season(&push, 1, 2).await;
    seen(&push, EventKind::FileUploading, 2).await;
    drop(push);
    world.sandbox.control().clear_faults();
    std::fs::remove_file(world.folder.path().join("file-0-0.pdf")).unwrap();
    world.write("file-0-1.pdf", b"%PDF something else");

    let push = world.resume().await.unwrap();
    assert_eq!(code(push.commit()).await, ErrorCode::PushIncomplete);
    let report = push.report().await.unwrap();
    let codes: Vec<_> = report
        .failed_files
        .iter()
        .map(|file| file.error.as_ref().unwrap().code())
        .collect();
    assert_eq!(codes, [ErrorCode::FileNotFound, ErrorCode::FileChanged]);
}
