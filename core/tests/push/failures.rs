//! Clients and files that fail, and what becomes of the rest.

use filed_core::ErrorCode;
use filed_core::push::{EventKind, ItemState, PushOptions, PushState};
use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn a_file_that_vanished_fails_alone_and_the_import_is_not_initiated() {
    let world = world().await;
    let push = world.push().await;
    world.add_season(&push, 2, 2).await;
    let key = add(&push, 0).await;
    let gone = world.folder.path().join("gone.pdf");
    push.add_file(key, file("gone", &gone)).await.unwrap();

    let error = push.commit().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::PushIncomplete);
    assert!(error.message().contains("gone"));
    assert!(error.message().contains("1 of 5 files"));
    assert_eq!(world.count("initiateTaxPrepsImport"), 0);
    let report = push.report().await.unwrap();
    assert_eq!(report.state, PushState::Failed);
    assert_eq!(report.failed_files.len(), 1);
    let failed = &report.failed_files[0];
    assert_eq!(failed.external_id, "gone");
    assert_eq!(failed.path.as_deref(), Some(gone.as_path()));
    let cause = failed.error.as_ref().unwrap();
    assert_eq!(cause.code(), ErrorCode::FileNotFound);
    assert_eq!(cause.path(), Some(gone.as_path()));
    assert_eq!(cause.external_id(), Some("gone"));
    assert_eq!(report.files.attached, 4, "the rest went on");
    assert_eq!(code(push.commit()).await, ErrorCode::PushIncomplete);
    assert_eq!(code(push.wait(None)).await, ErrorCode::PushIncomplete);
}

#[tokio::test]
async fn what_was_mended_goes_through_when_the_push_is_resumed() {
    let world = world().await;
    let push = world.push().await;
    let mut hashes = world.add_season(&push, 1, 1).await;
    let key = add(&push, 0).await;
    let gone = world.folder.path().join("gone.pdf");
    push.add_file(key, file("gone", &gone)).await.unwrap();
    assert_eq!(code(push.commit()).await, ErrorCode::PushIncomplete);
    drop(push);

    std::fs::write(&gone, document("gone")).unwrap();
    hashes.insert("gone".into(), hash(&document("gone")));
    let push = world.resume().await.unwrap();
    let report = push.wait(None).await.unwrap();
    assert_eq!(report.state, PushState::Done);
    world.assert_exactly_once(1, &hashes);
}

#[tokio::test]
async fn a_partial_push_imports_what_did_not_fail() {
    let world = world().await;
    let options = PushOptions {
        allow_partial: true,
        ..world.options()
    };
    let push = world.push_with(options).await.unwrap();
    let hashes = world.add_season(&push, 2, 2).await;
    let key = add(&push, 1).await;
    push.add_file(key, file("gone", "/nowhere/gone.pdf"))
        .await
        .unwrap();
    push.commit().await.unwrap();
    let report = push.wait(None).await.unwrap();
    assert_eq!(report.state, PushState::Done);
    assert_eq!((report.files.imported, report.files.failed), (4, 1));
    assert_eq!(report.clients.imported, 2);
    world.assert_exactly_once(2, &hashes);
}

#[tokio::test]
async fn an_incomplete_push_can_be_opened_again_as_a_partial_one() {
    let world = world().await;
    let push = world.push().await;
    let hashes = world.add_season(&push, 1, 1).await;
    let key = add(&push, 0).await;
    push.add_file(key, file("gone", "/nowhere/gone.pdf"))
        .await
        .unwrap();
    assert_eq!(code(push.commit()).await, ErrorCode::PushIncomplete);
    drop(push);
    let options = PushOptions {
        allow_partial: true,
        ..world.options()
    };
    let push = world.push_with(options).await.unwrap();
    push.commit().await.unwrap();
    assert_eq!(push.wait(None).await.unwrap().files.imported, 1);
    world.assert_exactly_once(1, &hashes);
}

#[tokio::test]
async fn a_partial_push_with_nothing_left_is_not_initiated() {
    let world = world_with(json!({"poison_external_ids": ["client-0"]}), |c| c).await;
    let options = PushOptions {
        allow_partial: true,
        ..world.options()
    };
    let push = world.push_with(options).await.unwrap();
    world.add_season(&push, 1, 2).await;
    assert_eq!(code(push.commit()).await, ErrorCode::PushIncomplete);
    assert_eq!(world.count("initiateTaxPrepsImport"), 0);
}

#[tokio::test]
async fn a_poison_client_stands_alone_and_takes_only_its_own_files_along() {
    for atomic in [true, false] {
        let settings = json!({"poison_external_ids": ["client-7"], "batch_atomic": atomic});
        let world = world_with(settings, |config| config).await;
        let options = PushOptions {
            allow_partial: true,
            ..world.options()
        };
        let push = world.push_with(options).await.unwrap();
        let mut hashes = world.add_season(&push, 20, 1).await;
        push.commit().await.unwrap();
        let report = push.wait(None).await.unwrap();
        assert_eq!((report.clients.imported, report.clients.failed), (19, 1));
        assert_eq!(report.failed_clients[0].external_id, "client-7");
        assert_eq!(report.failed_files.len(), 1);
        let error = report.failed_files[0].error.as_ref().unwrap();
        assert_eq!(error.code(), ErrorCode::RequestRejected);
        assert_eq!(error.external_id(), Some("file-7-0"));
        hashes.remove("file-7-0");
        world.assert_exactly_once(19, &hashes);
    }
}

#[tokio::test]
async fn a_poison_file_stands_alone() {
    for atomic in [true, false] {
        let settings = json!({"poison_external_ids": ["file-0-5"], "batch_atomic": atomic});
        let world = world_with(settings, |config| config).await;
        let options = PushOptions {
            allow_partial: true,
            ..world.options()
        };
        let push = world.push_with(options).await.unwrap();
        let mut hashes = world.add_season(&push, 1, 12).await;
        push.commit().await.unwrap();
        let report = push.wait(None).await.unwrap();
        assert_eq!((report.files.imported, report.files.failed), (11, 1));
        assert_eq!(report.failed_files[0].external_id, "file-0-5");
        hashes.remove("file-0-5");
        world.assert_exactly_once(1, &hashes);
    }
}

#[tokio::test]
async fn a_batch_that_is_too_large_is_split() {
    let world = world_with(json!({"max_batch": 3}), |config| config).await;
    let push = world.push().await;
    let hashes = world.add_season(&push, 10, 4).await;
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();
    world.assert_exactly_once(10, &hashes);
}

#[tokio::test]
async fn an_import_can_fail_per_file_and_says_why_without_names() {
    let settings = json!({"fail_artifacts": ["file-0-0"], "terminated_artifacts": ["file-0-1"]});
    let world = world_with(settings, |config| config).await;
    let push = world.push().await;
    world.add_season(&push, 1, 3).await;
    push.commit().await.unwrap();
    let report = push.wait(None).await.unwrap();
    assert_eq!(report.state, PushState::Done);
    assert_eq!(
        (
            report.files.imported,
            report.files.failed,
            report.files.cancelled
        ),
        (1, 1, 1)
    );
    let by_id = |id: &str| {
        let file = report.failed_files.iter().find(|f| f.external_id == id);
        file.unwrap().clone()
    };
    let failed = by_id("file-0-0");
    assert_eq!(failed.state, ItemState::Failed);
    assert_eq!(failed.error.unwrap().code(), ErrorCode::ImportFailed);
    let ended = by_id("file-0-1");
    assert_eq!(ended.state, ItemState::Cancelled);
    assert_eq!(ended.error.unwrap().code(), ErrorCode::ImportTerminated);
}

#[tokio::test]
async fn a_file_that_changed_since_it_was_added_is_not_sent_as_if_it_had_not() {
    let world = world_with(json!({}), |config| filed_core::Config {
        max_concurrency: Some(1),
        ..config
    })
    .await;
    let push = world.push().await;
    let key = add(&push, 0).await;
    // The first upload holds the only place until the second file was changed.
    world.plan(json!({"on": "upload", "delay_ms": 300}));
    let first = world.write("first.pdf", &document("first"));
    push.add_file(key, file("first", first)).await.unwrap();
    seen(&push, EventKind::FileUploading, 1).await;
    let second = world.write("second.pdf", &document("second"));
    push.add_file(key, file("second", &second)).await.unwrap();
    std::fs::write(&second, b"%PDF another document").unwrap();
    assert_eq!(code(push.commit()).await, ErrorCode::PushIncomplete);
    let report = push.report().await.unwrap();
    let error = report.failed_files[0].error.as_ref().unwrap();
    assert_eq!(error.code(), ErrorCode::FileChanged);
    assert_eq!(error.path(), Some(second.as_path()));
    for told in [
        "changed after it was added",
        "Nothing of it was sent",
        "stays",
        "resume",
    ] {
        assert!(error.message().contains(told), "{error}");
    }
    assert_eq!(world.count("upload"), 1, "the changed one was not sent");
}

#[tokio::test]
async fn an_upload_the_host_rejects_fails_its_file() {
    let world = world().await;
    world.plan(
        json!({"on": "upload", "match": "file-0-1", "times": 0, "status": 422,
                      "body": "{\"error\":\"unsupported\"}"}),
    );
    let push = world.push().await;
    world.add_season(&push, 1, 3).await;
    assert_eq!(code(push.commit()).await, ErrorCode::PushIncomplete);
    let report = push.report().await.unwrap();
    assert_eq!(report.failed_files.len(), 1);
    let error = report.failed_files[0].error.as_ref().unwrap();
    assert_eq!(error.code(), ErrorCode::RequestRejected);
    assert_eq!(error.http_status(), Some(422));
}
