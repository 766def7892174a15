//! Files that Filed sends.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::RequestBuilder;
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::*;

async fn send(world: &World, query: &str) -> RequestBuilder {
    let id = world.client_id("Ada Lovelace").await;
    world.post(&format!("/api/v1/clients/{id}/files{query}"))
}

fn form(parts: &[(&str, &str)]) -> (String, String) {
    let mut body = String::new();
    for (head, text) in parts {
        body.push_str(&format!(
            "--sep\r\ncontent-disposition: form-data; {head}\r\n\r\n{text}\r\n"
        ));
    }
    (
        "multipart/form-data; boundary=sep".into(),
        format!("{body}--sep--\r\n"),
    )
}

fn received(world: &World, name: &str) -> Vec<u8> {
    let path = world
        .folder
        .path()
        .join("Ada Lovelace/From Filed")
        .join(name);
    std::fs::read(path).unwrap()
}

#[tokio::test]
async fn a_raw_body_becomes_a_file_that_can_be_downloaded() {
    let world = world().await;
    let bytes = b"%PDF-1.7 prepared".repeat(20_000);
    let request = send(&world, "?description=Prepared").await;
    let request = request
        .header(CONTENT_TYPE, "application/pdf")
        .header(
            CONTENT_DISPOSITION,
            "attachment; filename*=UTF-8''Steuererkl%C3%A4rung.pdf",
        )
        .body(bytes.clone());
    let response = ok(request).await;
    assert_eq!(response.status(), 201);
    let location = response.headers()[LOCATION].to_str().unwrap().to_owned();
    let answer: Value = read(response).await;
    assert_eq!(answer["file"]["name"], "Steuererklärung.pdf");
    assert_eq!(answer["file"]["size"], bytes.len());
    assert_eq!(answer["status"], "received");
    let hash: String = Sha256::digest(&bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    assert_eq!(answer["sha256"], hash);
    let back = ok(world.get(&location)).await.bytes().await.unwrap();
    assert_eq!(back, bytes);
}

#[tokio::test]
async fn a_form_becomes_a_file() {
    let world = world().await;
    let (media_type, body) = form(&[
        ("name=\"description\"", "Prepared"),
        ("name=\"metadata\"", "{\"taxYear\": 2025}"),
        (
            "name=\"file\"; filename=\"Return.pdf\"\r\ncontent-type: application/pdf",
            "content",
        ),
    ]);
    let request = send(&world, "")
        .await
        .header(CONTENT_TYPE, media_type)
        .body(body);
    let answer: Value = read(ok(request).await).await;
    assert_eq!(answer["file"]["mimeType"], "application/pdf");
    assert_eq!(received(&world, "Return.pdf"), b"content");
}

#[tokio::test]
async fn the_query_names_a_form_s_file_unless_a_part_does() {
    let world = world().await;
    let file = ("name=\"file\"; filename=\"scan0001.pdf\"", "content");
    for (parts, name) in [
        (&[file][..], "Return.pdf"),
        (&[("name=\"name\"", "Letter.pdf"), file], "Letter.pdf"),
    ] {
        let (media_type, body) = form(parts);
        let request = send(&world, "?name=Return.pdf&description=Prepared").await;
        let request = request.header(CONTENT_TYPE, media_type).body(body);
        let answer: Value = read(ok(request).await).await;
        assert_eq!(answer["file"]["name"], name);
        assert_eq!(received(&world, name), b"content");
    }
}

/// A repetition of a request says the same of the file: so what was said shows.
#[tokio::test]
async fn the_query_describes_a_form_s_file_unless_a_part_does() {
    let world = world().await;
    let file = ("name=\"file\"; filename=\"a.pdf\"", "content");
    let described = [("name=\"description\"", "Prepared"), file];
    let with = async |key: &str, query: &str, parts: &[(&str, &str)]| {
        let (media_type, body) = form(parts);
        let request = send(&world, query).await.header("idempotency-key", key);
        request.header(CONTENT_TYPE, media_type).body(body)
    };
    ok(with("by-query", "?description=one", &[file]).await).await;
    let other = with("by-query", "?description=two", &[file]).await;
    refused(other, 409, "IDEMPOTENCY_KEY_REUSED").await;
    ok(with("by-part", "?description=one", &described).await).await;
    ok(with("by-part", "?description=two", &described).await).await;
}

#[tokio::test]
async fn what_the_query_says_is_checked_also_where_the_body_says_something_else() {
    let world = world().await;
    let long = format!("?description={}", "x".repeat(1001));
    let (media_type, body) = form(&[
        ("name=\"name\"", "a.pdf"),
        ("name=\"description\"", "short"),
        ("name=\"file\"; filename=\"a.pdf\"", "content"),
    ]);
    for query in ["?name=", "?name=a%C2%9Eb", "?name=..", &long] {
        let request = send(&world, query).await.body(body.clone());
        let request = request.header(CONTENT_TYPE, &media_type);
        refused(request, 400, "INVALID_PARAMETER").await;
        let request = send(&world, query).await.body("content");
        let request = request.header(CONTENT_DISPOSITION, "attachment; filename=a.pdf");
        refused(request, 400, "INVALID_PARAMETER").await;
    }
    assert!(!world.folder.path().join("Ada Lovelace/From Filed").exists());
}

#[tokio::test]
async fn forms_that_are_not_one_file_leave_nothing() {
    let world = world().await;
    let file = ("name=\"file\"; filename=\"a.pdf\"", "content");
    for parts in [
        &[][..],
        &[("name=\"name\"", "a.pdf")],
        &[file, ("name=\"description\"", "too late")],
        &[file, file],
        &[("name=\"metadata\"", "no JSON"), file],
        &[
            ("name=\"taxYear\"", "2025"),
            ("name=\"taxYear\"", "2024"),
            file,
        ],
        &[("name=\"tax year\"", "2025"), file],
        &[("name=\"name\"", ""), file],
        &[("name=\"mimeType\"", ""), file],
    ] {
        let (media_type, body) = form(parts);
        let request = send(&world, "")
            .await
            .header(CONTENT_TYPE, media_type)
            .body(body);
        refused(request, 400, "INVALID_BODY").await;
    }
    let (media_type, body) = form(&[file]);
    let request = send(&world, "").await;
    let cut = request
        .header(CONTENT_TYPE, media_type)
        .body(body[..body.len() - 12].to_owned());
    refused(cut, 400, "INVALID_BODY").await;
    assert!(!world.folder.path().join("Ada Lovelace/From Filed").exists());
}

#[tokio::test]
async fn a_name_cannot_leave_its_place() {
    let world = world().await;
    for name in ["..", "a%2Fb", "..%5Cb", "a%00b", "%0Aa", ""] {
        let request = send(&world, &format!("?name={name}")).await.body("x");
        refused(request, 400, "INVALID_PARAMETER").await;
    }
    assert!(!world.folder.path().join("Ada Lovelace/From Filed").exists());
    let request = send(&world, "?name=.hidden.pdf").await.body("x");
    ok(request).await;
    assert_eq!(received(&world, "_hidden.pdf"), b"x");
}

#[tokio::test]
async fn a_digest_is_checked_before_the_file_is_kept() {
    let world = world().await;
    let digest = |text: &[u8]| {
        let hash = STANDARD.encode(Sha256::digest(text));
        format!("sha-256=:{hash}:")
    };
    let wrong = send(&world, "?name=a.pdf").await;
    let wrong = wrong
        .header("repr-digest", digest(b"other"))
        .body("content");
    refused(wrong, 400, "DIGEST_MISMATCH").await;
    assert!(!world.folder.path().join("Ada Lovelace/From Filed").exists());
    let right = send(&world, "?name=a.pdf").await;
    ok(right
        .header("repr-digest", digest(b"content"))
        .body("content"))
    .await;
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_announced_or_not() {
    let mut config = config();
    config.limits.file = 100_000;
    let world = world_with(config).await;
    let announced = send(&world, "?name=a.pdf").await.body(vec![0; 200_000]);
    refused(announced, 413, "TOO_LARGE").await;
    let chunks = (0..12).map(|_| Ok::<_, std::io::Error>(vec![0; 10_000]));
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(chunks));
    let request = send(&world, "?name=a.pdf").await.body(body);
    refused(request, 413, "TOO_LARGE").await;
    ok(send(&world, "?name=a.pdf").await.body(vec![0; 100_000])).await;
}
