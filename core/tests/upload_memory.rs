//! A large file passes through in a few buffers. A program of its own: it measures the process.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so by ending"
)]

mod upload_support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use filed_core::upload::UploadOptions;
use serde_json::json;
use upload_support::{Filed, content};

const FILE: u64 = 512 << 20;
const ALLOWED: u64 = 64 << 20;
const PAGE: u64 = 4096;

/// Resident bytes of this process that are its own. Pages of files, such as of the program itself,
/// come and go with what is run.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let mut fields = statm
        .split(' ')
        .skip(1)
        .map(|field| field.parse::<u64>().unwrap());
    let (all, shared) = (fields.next().unwrap(), fields.next().unwrap());
    (all - shared) * PAGE
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_file_is_sent_in_little_memory() {
    let filed = Filed::with(json!({"upload_discard": true})).await;
    let client = filed.customer();
    let warm = UploadOptions {
        file_name: Some("warm.pdf".into()),
        ..UploadOptions::default()
    };
    client
        .uploads()
        .bytes(content(1 << 20), warm)
        .await
        .unwrap();

    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(FILE).unwrap();
    let idle = resident();
    let most = Arc::new(AtomicU64::new(0));
    let note = most.clone();
    let options = UploadOptions {
        file_name: Some("large.pdf".into()),
        progress: Some(Arc::new(move |_, _| {
            note.fetch_max(resident(), Ordering::Relaxed);
        })),
        ..UploadOptions::default()
    };
    let sent = client.uploads().file(file.path(), options).await.unwrap();
    let arrived = filed.uploads().pop().unwrap();
    assert_eq!(arrived["size"], FILE);
    assert_eq!(arrived["blake3"], sent.blake3.unwrap());
    let grown = most.load(Ordering::Relaxed).saturating_sub(idle);
    assert!(grown < ALLOWED, "{grown} bytes above idle");
}
