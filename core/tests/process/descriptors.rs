//! A process that has no file descriptors left.

use std::fs::File;
use std::time::{Duration, Instant};

use filed_core::push::EventKind;
use filed_core::upload::UploadOptions;
use filed_core::{Effect, ErrorCode};
use serde_json::json;

use crate::child::{child, client, in_a_child, open};
use crate::support::{add_season_in, seen};

/// As long as this lives, nothing new can be opened; what is open stays open.
struct NoneLeft(libc::rlimit);

fn none_left() -> NoneLeft {
    let mut before = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the struct outlives the call.
    assert_eq!(
        unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut before) },
        0
    );
    // The three of every program, which are in use.
    let none = libc::rlimit {
        rlim_cur: 3,
        ..before
    };
    // SAFETY: as above.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &none) }, 0);
    assert!(File::open("/dev/null").is_err());
    NoneLeft(before)
}

impl Drop for NoneLeft {
    fn drop(&mut self) {
        // SAFETY: as above.
        assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &self.0) }, 0);
    }
}

#[tokio::test]
async fn a_file_is_not_to_blame_for_missing_descriptors() {
    let Some(ready) = child() else {
        let name = "descriptors::a_file_is_not_to_blame_for_missing_descriptors";
        in_a_child(name, json!({"upload_bytes_per_second": 4_000})).await;
        return;
    };
    let client = client(&ready);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("planted.pdf");
    std::fs::write(&path, "%PDF").unwrap();
    let uploads = client.uploads();
    let send = || uploads.file(&path, UploadOptions::default());
    send().await.unwrap();

    let fresh = crate::child::client(&ready);
    let hogged = none_left();
    let error = send().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::OutOfResources, "{error}");
    assert!(error.message().contains("file descriptors"), "{error}");
    assert!(!error.message().contains("planted"), "{error}");
    assert_eq!(error.path(), Some(path.as_path()));
    assert!(error.retryable());
    let error = fresh.me().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::OutOfResources, "{error}");
    assert_eq!(error.effect(), Effect::NotApplied);

    drop(hogged);
    send().await.unwrap();
    fresh.me().await.unwrap();
}

#[tokio::test]
async fn a_push_goes_on_when_descriptors_are_back() {
    let Some(ready) = child() else {
        let name = "descriptors::a_push_goes_on_when_descriptors_are_back";
        in_a_child(name, json!({"upload_bytes_per_second": 4_000})).await;
        return;
    };
    let client = client(&ready);
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("season.filed");
    let push = open(&client, &ready, journal).await.unwrap();
    add_season_in(folder.path(), &push, 40, 8).await;
    seen(&push, EventKind::FileUploaded, 5).await;

    let hogged = none_left();
    still(&push).await;
    drop(hogged);
    push.commit().await.unwrap();
    let report = push.wait(None).await.unwrap();
    assert_eq!((report.files.imported, report.files.failed), (320, 0));
}

/// Waits until nothing was sent for a second.
async fn still(push: &filed_core::push::Push) {
    let sent = || push.progress().files.sent;
    let (mut before, mut since) = (sent(), Instant::now());
    while since.elapsed() < Duration::from_secs(1) {
        tokio::time::sleep(Duration::from_millis(5)).await;
        if sent() != before {
            (before, since) = (sent(), Instant::now());
        }
    }
    assert!(before < 320, "everything was sent without a new descriptor");
}
