//! What breaks on the way to the upload host is repeated when that is safe and otherwise reported
//! as what it is; a truncated file is never taken for a whole one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by ending"
)]

mod upload_support;

use std::io::{Cursor, Write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use filed_core::upload::{Source, UploadOptions};
use filed_core::{Client, Config, PartnerToken, PartnerTokenSource, Result};
use serde_json::{Value, json};
use upload_support::{Filed, blake3, code, content, named, same};

const BUFFER: usize = 256 * 1024;
/// More than the socket buffers of both ends hold.
const LARGE: usize = 16 << 20;

#[tokio::test]
async fn whatever_breaks_an_attempt_the_file_arrives_whole() {
    let filed = Filed::start().await;
    let uploads = filed.customer().uploads();
    let bytes = content(3 * BUFFER);
    let faults = [
        (json!({"on": "upload", "reset": true}), 1),
        (json!({"on": "upload", "reset": true, "effect": true}), 2),
        (json!({"on": "upload", "close": true}), 1),
        (
            json!({"on": "upload", "status": 503, "headers": {"retry-after": "0"}}),
            1,
        ),
        (
            json!({"on": "upload", "status": 502, "body": "<html>", "effect": true}),
            2,
        ),
        (json!({"on": "upload", "truncate": 10, "effect": true}), 2),
        (
            json!({"on": "upload", "malformed": "json", "effect": true}),
            2,
        ),
        (
            json!({"on": "upload", "malformed": "utf8", "effect": true}),
            2,
        ),
        (
            json!({"on": "upload", "malformed": "empty", "effect": true}),
            2,
        ),
        (
            json!({"on": "upload", "malformed": "html", "effect": true}),
            2,
        ),
        (
            json!({"on": "upload", "early_reset_after_bytes": 100_000}),
            1,
        ),
        (json!({"on": "upload", "early_answer": {"status": 503}}), 1),
        (json!({"on": "upload", "expire_tokens": true}), 1),
    ];
    for (fault, arrived) in faults {
        let before = filed.uploads().len();
        filed.fault(fault.clone());
        let sent = uploads.bytes(bytes.clone(), named("a.pdf")).await;
        let file = sent.unwrap_or_else(|error| panic!("{fault}: {error:?}"));
        let all = filed.uploads();
        assert_eq!(all.len(), before + arrived, "{fault}");
        same(all.last().unwrap(), &file, &bytes);
        assert_eq!(all[before]["blake3"], blake3(&bytes), "{fault}");
    }
}

#[tokio::test]
async fn answers_that_another_attempt_cannot_mend_end_the_upload() {
    let filed = Filed::start().await;
    let uploads = filed.customer().uploads();
    let answer = |fields: Value| json!({"on": "upload", "replace": fields});
    let with_url = |url: &str| answer(json!({"fileUrl": url, "fileName": "a", "mimeType": "b/c"}));
    let long = format!("https://files.example/{}", "a".repeat(64 * 1024));
    let faults = [
        (
            answer(json!({"fileName": "a", "mimeType": "b/c"})),
            "PROTOCOL_ERROR",
        ),
        (with_url("/files/1"), "PROTOCOL_ERROR"),
        (with_url("http://files.example/1"), "PROTOCOL_ERROR"),
        (with_url(&long), "PROTOCOL_ERROR"),
        (json!({"on": "upload", "status": 413}), "REQUEST_REJECTED"),
        (json!({"on": "upload", "status": 403}), "PERMISSION_DENIED"),
    ];
    for (at, (fault, expected)) in faults.into_iter().enumerate() {
        filed.fault(fault.clone());
        let error = uploads
            .bytes(content(10), named("a.pdf"))
            .await
            .unwrap_err();
        assert_eq!(code(&error), expected, "{fault}");
        assert_eq!(error.attempts(), 1);
        assert_eq!(filed.requests("upload"), at + 1, "sent once");
    }
}

#[tokio::test]
async fn an_early_answer_is_read_while_the_body_is_still_being_sent() {
    let filed = Filed::start().await;
    let uploads = filed.customer().uploads();
    for status in [400, 413, 422] {
        filed.fault(json!({"on": "upload", "early_answer": {"status": status}}));
        let error = uploads
            .bytes(content(LARGE), named("a.pdf"))
            .await
            .unwrap_err();
        assert_eq!(code(&error), "REQUEST_REJECTED");
        assert_eq!(error.http_status(), Some(status));
    }
    filed.fault(json!({"on": "upload", "early_answer": {"status": 503}}));
    let bytes = content(LARGE);
    let file = uploads.bytes(bytes.clone(), named("a.pdf")).await.unwrap();
    filed.received(&file, &bytes);
}

#[tokio::test]
async fn a_stream_is_sent_again_only_while_its_beginning_is_all_that_was_taken() {
    let filed = Filed::start().await;
    let uploads = filed.customer().uploads();
    let reader = |size: usize| Source::Reader {
        reader: Box::new(Cursor::new(content(size))),
        size: None,
    };
    filed.fault(json!({"on": "upload", "reset": true}));
    let file = uploads
        .stream(reader(BUFFER - 1), named("a.pdf"))
        .await
        .unwrap();
    filed.received(&file, &content(BUFFER - 1));

    filed.fault(json!({"on": "upload", "status": 503}));
    let error = uploads
        .stream(reader(LARGE), named("b.pdf"))
        .await
        .unwrap_err();
    assert_eq!(code(&error), "SERVER_ERROR");
    assert_eq!(error.http_status(), Some(503));
    assert!(error.message().contains("cannot be read again"));
    assert_eq!(filed.uploads().len(), 1);
}

#[tokio::test]
async fn one_renewal_serves_all_uploads_whose_token_expired() {
    let filed = Filed::start().await;
    let client = filed.customer();
    client
        .uploads()
        .bytes(content(1), named("first.pdf"))
        .await
        .unwrap();
    filed.control().expire_tokens(false);
    let uploads: Vec<_> = (0..8).map(|_| client.uploads()).collect();
    let sent = uploads.iter().map(|u| u.bytes(content(5), named("a.pdf")));
    for file in futures_util::future::join_all(sent).await {
        file.unwrap();
    }
    assert_eq!(filed.uploads().len(), 9);
    assert_eq!(filed.requests("loginViaPersonalApiToken"), 2);
}

/// Asks the sandbox for a partner token each time.
struct Fresh {
    control: filed_sandbox::Control,
    asked: AtomicUsize,
}

impl PartnerTokenSource for Fresh {
    fn token(
        &self,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<secrecy::SecretString>> + Send + '_>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        Box::pin(async { Ok(self.control.partner_token().into()) })
    }
}

#[tokio::test]
async fn a_partners_refused_token_is_asked_for_again_once() {
    let filed = Filed::start().await;
    let source = Arc::new(Fresh {
        control: filed.control().clone(),
        asked: AtomicUsize::new(0),
    });
    let client = Client::new(Config {
        partner_token: Some(PartnerToken::Source(source.clone())),
        ..filed.partner_config()
    });
    let uploads = client.unwrap().uploads();
    uploads.bytes(content(5), named("a.pdf")).await.unwrap();
    filed.control().expire_tokens(true);
    uploads.bytes(content(5), named("b.pdf")).await.unwrap();
    assert_eq!(source.asked.load(Ordering::Relaxed), 2);

    filed.fault(json!({"on": "upload", "status": 401, "times": 0}));
    let error = uploads.bytes(content(5), named("c.pdf")).await.unwrap_err();
    assert_eq!(code(&error), "AUTHENTICATION_FAILED");
    assert_eq!(source.asked.load(Ordering::Relaxed), 3, "no loop");
}

#[tokio::test]
async fn the_other_roles_host_refuses_and_that_is_final() {
    let filed = Filed::start().await;
    let ready = filed.control().ready();
    let client = Client::new(Config {
        upload_url: Some(ready.partner_upload_url.clone()),
        ..filed.customer_config()
    });
    let sent = client
        .unwrap()
        .uploads()
        .bytes(content(5), named("a.pdf"))
        .await;
    assert_eq!(code(&sent.unwrap_err()), "PERMISSION_DENIED");
    assert_eq!(filed.uploads(), Vec::<Value>::new());
}

/// Uploads a large file and meddles with it once the first piece was read.
async fn meddled(filed: &Filed, path: &Path, meddle: impl FnOnce() + Send + 'static) -> String {
    std::fs::write(path, content(LARGE)).unwrap();
    let meddle = Mutex::new(Some(meddle));
    let options = UploadOptions {
        progress: Some(Arc::new(move |_, _| {
            if let Some(meddle) = meddle.lock().unwrap().take() {
                meddle();
            }
        })),
        ..UploadOptions::default()
    };
    let error = filed
        .customer()
        .uploads()
        .file(path, options)
        .await
        .unwrap_err();
    assert_eq!(error.path(), Some(path));
    assert!(!format!("{error} {error:?}").contains("planted"));
    code(&error).to_owned()
}

#[tokio::test]
async fn a_file_that_changes_on_the_way_is_not_accepted_by_anybody() {
    let filed = Filed::start().await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("planted.pdf");
    let file = path.clone();
    let grow = move || {
        let mut file = std::fs::OpenOptions::new().append(true).open(file).unwrap();
        file.write_all(b"more").unwrap();
    };
    assert_eq!(meddled(&filed, &path, grow).await, "FILE_CHANGED");
    let file = path.clone();
    let shrink = move || {
        let file = std::fs::OpenOptions::new().write(true).open(file).unwrap();
        file.set_len(1 << 20).unwrap();
    };
    assert_eq!(meddled(&filed, &path, shrink).await, "FILE_CHANGED");
    let (other, file) = (dir.path().join("other"), path.clone());
    std::fs::write(&other, content(LARGE)).unwrap();
    let replace = move || std::fs::rename(other, file).unwrap();
    assert_eq!(meddled(&filed, &path, replace).await, "FILE_CHANGED");
    let file = path.clone();
    let delete = move || std::fs::remove_file(file).unwrap();
    assert_eq!(meddled(&filed, &path, delete).await, "FILE_CHANGED");
    assert_eq!(filed.uploads(), Vec::<Value>::new());
}

#[tokio::test]
async fn no_more_uploads_run_at_once_than_allowed() {
    let filed = Filed::start().await;
    let client = Client::new(Config {
        max_concurrency: Some(3),
        ..filed.customer_config()
    });
    let client = client.unwrap();
    filed.fault(json!({"on": "upload", "delay_ms": 20, "times": 0}));
    let uploads: Vec<_> = (0..20).map(|_| client.uploads()).collect();
    let sent = uploads
        .iter()
        .map(|u| u.bytes(content(500), named("a.pdf")));
    for file in futures_util::future::join_all(sent).await {
        file.unwrap();
    }
    let most = filed.control().state(false)["max_in_flight"]["upload"].as_u64();
    assert_eq!(most, Some(3));
}
