//! Files that are added again after they changed on disk: before they were sent, and after.

use std::path::Path;

use filed_core::ErrorCode;
use filed_core::push::{ClientKey, EventKind, PushState};
use serde_json::json;

use crate::support::*;

const SENT: &[u8] = b"%PDF as it was sent";
const OTHER: &[u8] = b"%PDF other content";

/// A run that sends one file and ends.
async fn sent(world: &World, path: &Path) -> ClientKey {
    let push = world.push().await;
    let key = add(&push, 0).await;
    push.add_file(key, file("return", path)).await.unwrap();
    seen(&push, EventKind::FileUploaded, 1).await;
    key
}

#[tokio::test]
async fn a_file_that_changed_after_it_was_sent_is_told_when_it_is_added_again() {
    let world = world().await;
    let path = world.write("return.pdf", SENT);
    let key = sent(&world, &path).await;

    world.write("return.pdf", OTHER);
    let fresh = world.write("fresh.pdf", b"%PDF fresh");
    let push = world.push().await;
    let both = vec![file("fresh", &fresh), file("return", &path)];
    let error = push.add_files(key, both).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::FileChanged);
    assert_eq!(error.external_id(), Some("return"));
    assert_eq!(error.path(), Some(path.as_path()));
    for told in ["sent already", "stays as it is", "new external id"] {
        assert!(error.message().contains(told), "{error}");
    }
    assert_eq!(push.progress().files.total, 1, "all or none");

    push.add_file(key, file("return-2", &path)).await.unwrap();
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();
    let hashes = [("return", SENT), ("return-2", OTHER)].map(|(id, data)| (id.into(), hash(data)));
    world.assert_exactly_once(1, &Hashes::from(hashes));
}

#[tokio::test]
async fn a_file_that_only_got_a_new_time_is_the_same_file() {
    let world = world().await;
    let path = world.write("return.pdf", SENT);
    let key = sent(&world, &path).await;

    let touched = std::fs::File::options().write(true).open(&path).unwrap();
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(3600);
    touched.set_modified(later).unwrap();
    let push = world.push().await;
    push.add_file(key, file("return", &path)).await.unwrap();
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();
    // Also once it is done, and when the file is gone: nobody needs it any more.
    push.add_file(key, file("return", &path)).await.unwrap();
    std::fs::remove_file(&path).unwrap();
    push.add_file(key, file("return", &path)).await.unwrap();
    assert_eq!(push.progress().state, PushState::Done);
    world.assert_exactly_once(1, &Hashes::from([("return".into(), hash(SENT))]));
}

#[tokio::test]
async fn a_file_that_changed_before_it_was_sent_is_sent_anew_once_it_is_added_again() {
    let world = world().await;
    world.plan(json!({"on": "upload", "delay_ms": 5000, "times": 0}));
    let path = world.write("return.pdf", SENT);
    let push = world.push().await;
    let key = add(&push, 0).await;
    push.add_file(key, file("return", &path)).await.unwrap();
    seen(&push, EventKind::FileUploading, 1).await;
    drop(push);
    world.write("return.pdf", OTHER);
    world.sandbox.control().clear_faults();

    // Until its host says that the new one is meant, it is not the file that was added.
    let push = world.push().await;
    seen(&push, EventKind::FileFailed, 1).await;
    push.add_file(key, file("return", &path)).await.unwrap();
    assert_eq!(push.progress().bytes_total, OTHER.len() as u64);
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();
    world.assert_exactly_once(1, &Hashes::from([("return".into(), hash(OTHER))]));
}

#[tokio::test]
async fn in_a_committed_push_the_new_one_is_sent_by_the_next_run() {
    let world = world().await;
    let missing = world.folder.path().join("later.pdf");
    let push = world.push().await;
    let key = add(&push, 0).await;
    push.add_file(key, file("later", &missing)).await.unwrap();
    assert_eq!(code(push.commit()).await, ErrorCode::PushIncomplete);
    world.write("later.pdf", OTHER);
    push.add_file(key, file("later", &missing)).await.unwrap();
    assert_eq!(push.progress().files.failed, 1, "this run has ended");
    drop(push);

    let push = world.resume().await.unwrap();
    push.wait(None).await.unwrap();
    world.assert_exactly_once(1, &Hashes::from([("later".into(), hash(OTHER))]));
}
