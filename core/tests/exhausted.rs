//! A process that has no file descriptors left. In a process of its own: the limit is everybody's.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by ending"
)]

#[allow(dead_code, reason = "shared with the tests of pushes")]
#[path = "push/support.rs"]
mod support;

use std::fs::File;
use std::time::{Duration, Instant};

use filed_core::push::EventKind;
use filed_core::upload::UploadOptions;
use filed_core::{Client, Effect, ErrorCode};
use filed_sandbox::{Options, Ready, Sandbox};
use serde_json::json;
use support::{add_season_in, config, hasty, seen};

const CHILD: &str = "FILED_TEST_CHILD";

/// Runs `test` of this program in a process of its own, with a sandbox in this one.
async fn in_a_child(test: &str) {
    let settings = json!({"upload_bytes_per_second": 10_000});
    let options = Options {
        settings: Some(settings),
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.unwrap();
    let child = tokio::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, serde_json::to_string(sandbox.ready()).unwrap())
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success(), "{said}");
}

fn child() -> Option<Ready> {
    let ready = std::env::var(CHILD).ok()?;
    Some(serde_json::from_str(&ready).unwrap())
}

/// Takes every descriptor there is.
fn hog() -> Vec<File> {
    let limit = libc::rlimit {
        rlim_cur: 200,
        rlim_max: 200,
    };
    // SAFETY: the struct outlives the call.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) }, 0);
    std::iter::from_fn(|| File::open("/dev/null").ok()).collect()
}

#[tokio::test]
async fn a_file_is_not_to_blame_for_missing_descriptors() {
    let Some(ready) = child() else {
        return in_a_child("a_file_is_not_to_blame_for_missing_descriptors").await;
    };
    let client = Client::new(config(&ready)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("planted.pdf");
    std::fs::write(&path, "%PDF").unwrap();
    let uploads = client.uploads();
    let send = || uploads.file(&path, UploadOptions::default());
    send().await.unwrap();

    let fresh = Client::new(config(&ready)).unwrap();
    let hogged = hog();
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
        return in_a_child("a_push_goes_on_when_descriptors_are_back").await;
    };
    let client = Client::new(config(&ready)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let options = filed_core::push::PushOptions {
        connection_id: ready.connection_id.clone(),
        workspace_id: ready.workspace_id.clone(),
        job_name: "Season".into(),
        journal: Some(folder.path().join("season.filed")),
        ..filed_core::push::PushOptions::default()
    };
    let open = filed_core::push::Push::open_paced(client.clone(), options, hasty());
    let push = client.generation().run(open).await.unwrap();
    add_season_in(folder.path(), &push, 40, 8).await;
    seen(&push, EventKind::FileUploaded, 5).await;

    drop(hog_until_still(&push).await);
    push.commit().await.unwrap();
    let report = push.wait(None).await.unwrap();
    assert_eq!((report.files.imported, report.files.failed), (320, 0));
}

/// Takes every descriptor, and those that uploads under way give back, until nothing is sent.
async fn hog_until_still(push: &filed_core::push::Push) -> Vec<File> {
    let sent = || push.progress().files.sent;
    let mut hogged = hog();
    let (mut before, mut since) = (sent(), Instant::now());
    while since.elapsed() < Duration::from_secs(1) {
        hogged.extend(hog());
        tokio::time::sleep(Duration::from_millis(5)).await;
        if sent() != before {
            (before, since) = (sent(), Instant::now());
        }
    }
    assert!(
        before < 320,
        "everything was sent before the descriptors were gone"
    );
    hogged
}
