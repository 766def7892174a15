//! Every kind of source, with every kind of name, arrives at the upload host as it is, or is
//! refused with nothing sent.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by ending"
)]

mod upload_support;

use std::io::{self, Cursor, Read};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use filed_core::upload::{Source, UploadOptions, chunks};
use serde_json::{Value, json};
use upload_support::{Filed, code, content, named, same};

const BUFFER: usize = 256 * 1024;

#[tokio::test]
async fn files_of_every_size_arrive_with_an_exact_length() {
    let filed = Filed::start().await;
    let client = filed.customer();
    let dir = tempfile::tempdir().unwrap();
    let sizes = [1, BUFFER - 1, BUFFER, BUFFER + 1, 3 * BUFFER + 7];
    for (at, size) in sizes.into_iter().enumerate() {
        let bytes = content(size);
        let path = dir.path().join("w2.pdf");
        std::fs::write(&path, &bytes).unwrap();
        let uploads = client.uploads();
        let file = uploads.file(&path, UploadOptions::default()).await.unwrap();
        let arrived = &filed.uploads()[at];
        same(arrived, &file, &bytes);
        assert_eq!(arrived["chunked"], false);
        assert!(arrived["content_length"].as_u64().unwrap() > size as u64);
        assert_eq!(arrived["host"], "customer");
        assert_eq!(
            (&*file.file_name, &*file.mime_type),
            ("w2.pdf", "application/pdf")
        );
    }
}

#[tokio::test]
async fn a_file_arrives_over_tls() {
    let options = filed_sandbox::Options {
        tls: true,
        ..filed_sandbox::Options::default()
    };
    let filed = Filed::of(options).await;
    let bytes = content(5 * BUFFER + 3);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &bytes).unwrap();
    let uploads = filed.customer().uploads();
    let sent = uploads.file(file.path(), named("a.pdf")).await.unwrap();
    filed.received(&sent, &bytes);
}

#[tokio::test]
async fn bytes_and_readers_and_chunks_arrive() {
    let filed = Filed::start().await;
    let uploads = filed.customer().uploads();
    for size in [10, 3 * BUFFER + 7] {
        let bytes = content(size);
        let known = Some(size as u64);
        for (announced, chunked) in [(known, false), (None, size > BUFFER)] {
            let reader = Source::Reader {
                reader: Box::new(Cursor::new(bytes.clone())),
                size: announced,
            };
            let file = uploads.stream(reader, named("a.csv")).await.unwrap();
            let arrived = filed.uploads().pop().unwrap();
            same(&arrived, &file, &bytes);
            assert_eq!(arrived["chunked"], chunked, "{size} {announced:?}");

            let (sender, receiver) = chunks();
            let source = Source::Chunks {
                receiver,
                size: announced,
            };
            let supply = async {
                for piece in bytes.chunks(100_000) {
                    assert!(sender.send(piece.to_vec().into()).await);
                }
                drop(sender);
            };
            let (file, ()) = tokio::join!(uploads.stream(source, named("b.csv")), supply);
            let arrived = filed.uploads().pop().unwrap();
            same(&arrived, &file.unwrap(), &bytes);
            assert_eq!(arrived["chunked"], chunked, "{size} {announced:?}");
        }
        let file = uploads.bytes(bytes.clone(), named("c.csv")).await.unwrap();
        same(&filed.uploads().pop().unwrap(), &file, &bytes);
        assert_eq!(file.mime_type, "text/csv");
    }
}

#[tokio::test]
async fn a_partner_uploads_to_its_own_host_with_its_own_token() {
    let filed = Filed::start().await;
    let bytes = content(1000);
    let uploads = filed.partner().uploads();
    let file = uploads.bytes(bytes.clone(), named("a.pdf")).await.unwrap();
    assert_eq!(filed.received(&file, &bytes)["host"], "partner");
    assert_eq!(filed.requests("loginViaPersonalApiToken"), 0);
}

#[tokio::test]
async fn a_partner_without_a_partner_token_is_refused_before_anything_is_sent() {
    let filed = Filed::start().await;
    let mut config = filed.partner_config();
    config.partner_token = None;
    let client = filed_core::Client::new(config).unwrap();
    let sent = client.uploads().bytes(content(10), named("a.pdf")).await;
    assert_eq!(code(&sent.unwrap_err()), "ROLE_MISMATCH");
    assert_eq!(filed.control().state(true)["requests"], json!([]));
}

#[tokio::test]
async fn names_arrive_as_they_are() {
    let filed = Filed::start().await;
    let uploads = filed.customer().uploads();
    let long = format!("{}.pdf", "ü".repeat(125));
    let names = [
        "plain.pdf",
        "two  spaces; and=signs, (all) of them.pdf",
        "'single'.pdf",
        "naïve résumé.pdf",
        "🧾 receipts 🇫🇷.pdf",
        "\u{202e}fdp.exe",
        "%41.pdf",
        "...",
        &long,
    ];
    for name in names {
        let file = uploads.bytes(content(5), named(name)).await.unwrap();
        assert_eq!(file.file_name, name);
        assert_eq!(filed.uploads().pop().unwrap()["file_name"], name);
    }
    let quoted = uploads
        .bytes(content(5), named("a \"b\".pdf"))
        .await
        .unwrap();
    assert_eq!(quoted.file_name, "a %22b%22.pdf", "as a browser writes it");
}

#[tokio::test]
async fn a_name_that_cannot_be_sent_is_refused() {
    let filed = Filed::start().await;
    let uploads = filed.customer().uploads();
    let long = "a".repeat(256);
    for name in [
        "",
        "a\r\nX-Evil: 1.pdf",
        "a\0.pdf",
        "../a.pdf",
        "a\\b.pdf",
        "..",
        &long,
    ] {
        let error = uploads.bytes(content(5), named(name)).await.unwrap_err();
        assert_eq!(code(&error), "FILE_NAME_INVALID", "{name:?}");
        assert_eq!(error.operation(), Some("uploads.bytes"));
    }
    let nameless = uploads.bytes(content(5), UploadOptions::default()).await;
    assert_eq!(code(&nameless.unwrap_err()), "FILE_NAME_INVALID");
    assert_eq!(filed.control().state(true)["requests"], json!([]));
}

#[tokio::test]
async fn the_type_is_the_callers_then_the_names_then_the_contents() {
    let filed = Filed::start().await;
    let uploads = filed.customer().uploads();
    let pdf = b"%PDF-1.7 and so on".to_vec();
    let given = UploadOptions {
        mime_type: Some("application/x-own".into()),
        ..named("a.csv")
    };
    for (options, expected) in [
        (given, "application/x-own"),
        (named("a.csv"), "text/csv"),
        (named("a"), "application/pdf"),
    ] {
        let file = uploads.bytes(pdf.clone(), options).await.unwrap();
        assert_eq!(file.mime_type, expected);
    }
    let file = uploads.bytes(content(4), named("a")).await.unwrap();
    assert_eq!(file.mime_type, "application/octet-stream");
    let broken = UploadOptions {
        mime_type: Some("a/b\r\nX: y".into()),
        ..named("a")
    };
    let error = uploads.bytes(pdf, broken).await.unwrap_err();
    assert_eq!(code(&error), "INVALID_ARGUMENT");
}

#[cfg(unix)]
#[tokio::test]
async fn every_bad_file_is_refused_with_its_path_and_nothing_is_sent() {
    let filed = Filed::start().await;
    let uploads = filed.customer().uploads();
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(format!("planted-{name}"));
    std::fs::write(at("empty"), b"").unwrap();
    std::os::unix::fs::symlink(at("loop"), at("loop")).unwrap();
    let cases: [(PathBuf, &str); 5] = [
        (at("missing"), "FILE_NOT_FOUND"),
        (at("empty"), "FILE_EMPTY"),
        (at("loop"), "FILE_UNREADABLE"),
        (dir.path().into(), "FILE_NOT_REGULAR"),
        ("/dev/zero".into(), "FILE_NOT_REGULAR"),
    ];
    for (path, expected) in cases {
        let error = uploads
            .file(&path, UploadOptions::default())
            .await
            .unwrap_err();
        assert_eq!(code(&error), expected);
        assert_eq!(error.path(), Some(&*path));
        assert!(!format!("{error} {error:?}").contains("planted"));
    }
    let empty = uploads.bytes(Vec::new(), named("a")).await.unwrap_err();
    assert_eq!(code(&empty), "FILE_EMPTY");
    assert_eq!(filed.control().state(true)["requests"], json!([]));
}

/// Gives its bytes, then does something else.
struct Then<F>(Cursor<Vec<u8>>, F);

impl<F: FnMut() -> io::Result<usize>> Read for Then<F> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        match self.0.read(space)? {
            0 => (self.1)(),
            read => Ok(read),
        }
    }
}

fn then(
    bytes: usize,
    size: Option<u64>,
    end: impl FnMut() -> io::Result<usize> + Send + 'static,
) -> Source {
    Source::Reader {
        reader: Box::new(Then(Cursor::new(content(bytes)), end)),
        size,
    }
}

#[tokio::test]
async fn a_source_that_lies_or_breaks_is_never_taken_for_a_whole_file() {
    let filed = Filed::start().await;
    let uploads = filed.customer().uploads();
    let long = 4 * BUFFER;
    let sources = [
        then(long, Some(long as u64 + 1), || Ok(0)),
        then(long, Some(long as u64 - 1), || Ok(0)),
        then(long, None, || Err(io::Error::other("planted"))),
        then(long, Some(long as u64 + 1), || panic!("planted")),
        then(10, Some(9), || Ok(0)),
        then(10, Some(11), || Ok(0)),
        then(10, None, || panic!("planted")),
    ];
    for source in sources {
        let error = uploads.stream(source, named("a.pdf")).await.unwrap_err();
        assert_eq!(code(&error), "SOURCE_FAILED");
        assert!(!error.message().contains("planted"));
    }
    assert_eq!(filed.uploads(), Vec::<Value>::new());
    let after = uploads.bytes(content(10), named("b.pdf")).await.unwrap();
    filed.received(&after, &content(10));
}

#[tokio::test]
async fn a_hosts_own_failure_comes_back_as_it_was_raised() {
    let filed = Filed::start().await;
    let uploads = filed.customer().uploads();
    let (sender, receiver) = chunks();
    let source = Source::Chunks {
        receiver,
        size: None,
    };
    let host = async {
        for _ in 0..3 {
            sender.send(content(BUFFER).into()).await;
        }
        let code = filed_core::ErrorCode::CallbackFailed;
        sender
            .fail(filed_core::Error::new(code, "the host's words"))
            .await;
    };
    let (sent, ()) = tokio::join!(uploads.stream(source, named("a.pdf")), host);
    let error = sent.unwrap_err();
    assert_eq!(
        (code(&error), error.message()),
        ("CALLBACK_FAILED", "the host's words")
    );
    assert_eq!(filed.uploads(), Vec::<Value>::new());
}

#[tokio::test]
async fn progress_rises_to_the_size() {
    let filed = Filed::start().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let note = seen.clone();
    let options = UploadOptions {
        progress: Some(Arc::new(move |sent, total| {
            note.lock().unwrap().push((sent, total))
        })),
        ..named("a.pdf")
    };
    let size = 5 * BUFFER + 1;
    filed
        .customer()
        .uploads()
        .bytes(content(size), options)
        .await
        .unwrap();
    let seen = seen.lock().unwrap();
    assert!(seen.windows(2).all(|pair| pair[0].0 < pair[1].0));
    assert_eq!(seen.last(), Some(&(size as u64, Some(size as u64))));
}

#[tokio::test]
async fn a_profile_names_the_part_and_the_answers_fields() {
    let filed = Filed::with(json!({"part_name": "document"})).await;
    let profile = json!({"upload": {"part_name": "document"}});
    let client = filed.profiled(filed.customer_config(), &profile);
    let file = client
        .uploads()
        .bytes(content(9), named("a.pdf"))
        .await
        .unwrap();
    filed.received(&file, &content(9));

    let plain = filed
        .customer()
        .uploads()
        .bytes(content(9), named("a.pdf"))
        .await;
    assert_eq!(code(&plain.unwrap_err()), "REQUEST_REJECTED");

    let profile = json!({"upload": {
        "part_name": "document", "file_url_field": "location",
        "file_name_field": "title", "answer_mime_type_field": "kind",
    }});
    let answer = json!({"location": "https://f.example/1", "title": "t", "kind": "a/b"});
    filed.fault(json!({"on": "upload", "replace": answer}));
    let client = filed.profiled(filed.customer_config(), &profile);
    let file = client
        .uploads()
        .bytes(content(9), named("a.pdf"))
        .await
        .unwrap();
    assert_eq!(file.file_url, "https://f.example/1");
    assert_eq!((&*file.file_name, &*file.mime_type), ("t", "a/b"));
}
