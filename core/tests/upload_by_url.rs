//! Uploads by URL: Filed fetches the file; nothing of it passes through here.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so by ending"
)]

mod upload_support;

use serde_json::{Value, json};
use upload_support::{Filed, blake3, code, content};

#[tokio::test]
async fn filed_fetches_the_file_and_its_type() {
    let filed = Filed::start().await;
    let bytes = content(5000);
    let control = filed.control();
    let url = control.host_file("w2.pdf", Some("application/pdf"), bytes.clone().into());
    let uploads = filed.customer().uploads();
    let file = uploads.url(&url, None).await.unwrap();
    assert_eq!(
        (&*file.file_name, &*file.mime_type),
        ("w2.pdf", "application/pdf")
    );
    assert_eq!((file.size, file.blake3), (None, None));
    let told = uploads.url(&url, Some("image/png".into())).await.unwrap();
    assert_eq!(told.mime_type, "image/png");
    let arrived = filed.uploads();
    assert!(
        arrived
            .iter()
            .all(|upload| upload["blake3"] == blake3(&bytes))
    );
    assert_eq!((arrived.len(), &arrived[0]["host"]), (2, &json!("url")));
}

#[tokio::test]
async fn the_profile_decides_the_parameters_and_their_encoding() {
    for encoding in ["json", "form"] {
        let by_url = json!({"field": "source", "mime_field": "kind", "encoding": encoding});
        let filed = Filed::with(json!({"url_upload": by_url})).await;
        let profile = json!({"upload": {
            "url_field": "source", "mime_type_field": "kind", "url_encoding": encoding,
        }});
        let client = filed.profiled(filed.customer_config(), &profile);
        let url = filed
            .control()
            .host_file("a b&c.csv", None, content(9).into());
        let url = url.replace(' ', "%20");
        let sent = client.uploads().url(&url, Some("text/csv".into())).await;
        assert_eq!(sent.unwrap().mime_type, "text/csv", "{encoding}");

        let plain = filed.customer().uploads().url(&url, None).await;
        assert_eq!(code(&plain.unwrap_err()), "REQUEST_REJECTED", "{encoding}");
    }
}

#[tokio::test]
async fn partners_are_refused_unless_the_profile_says_otherwise() {
    let filed = Filed::with(json!({"partner_by_url": true})).await;
    let url = filed.control().host_file("a.pdf", None, content(9).into());
    let refused = filed.partner().uploads().url(&url, None).await.unwrap_err();
    assert_eq!(code(&refused), "ROLE_MISMATCH");
    assert_eq!(filed.control().state(true)["requests"], json!([]));

    let profile = json!({"upload": {"partner_by_url": true}});
    let client = filed.profiled(filed.partner_config(), &profile);
    client.uploads().url(&url, None).await.unwrap();
    assert_eq!(filed.uploads().len(), 1);
}

#[tokio::test]
async fn a_url_that_filed_must_not_fetch_is_refused_here() {
    let filed = Filed::start().await;
    let uploads = filed.customer().uploads();
    for url in [
        "",
        "w2.pdf",
        "http://files.example/planted.pdf",
        "ftp://files.example/planted.pdf",
        "file:///etc/planted",
        "https://user:planted@files.example/a.pdf",
    ] {
        let error = uploads.url(url, None).await.unwrap_err();
        assert_eq!(code(&error), "INVALID_ARGUMENT", "{url}");
        assert!(!format!("{error} {error:?}").contains("planted"));
    }
    assert_eq!(filed.control().state(true)["requests"], json!([]));
}

#[tokio::test]
async fn a_url_that_filed_cannot_fetch_is_rejected_once() {
    let filed = Filed::start().await;
    let ready = filed.control().ready();
    let missing = format!("{}/planted.pdf", ready.hosted_url);
    let error = filed
        .customer()
        .uploads()
        .url(missing, None)
        .await
        .unwrap_err();
    assert_eq!(code(&error), "REQUEST_REJECTED");
    assert_eq!(error.http_status(), Some(422));
    assert!(!format!("{error} {error:?}").contains("planted"));
    assert_eq!(filed.requests("uploadByUrl"), 1);
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again() {
    let filed = Filed::start().await;
    let url = filed.control().host_file("a.pdf", None, content(9).into());
    filed.fault(json!({"on": "uploadByUrl", "reset": true, "effect": true}));
    filed.fault(json!({"on": "uploadByUrl", "status": 503}));
    let file = filed.customer().uploads().url(url, None).await.unwrap();
    let uploads = filed.uploads();
    assert_eq!(uploads.len(), 2, "the first is an orphan");
    assert_eq!(
        uploads.last().map(|upload| &upload["file_url"]),
        Some(&Value::from(file.file_url))
    );
}
