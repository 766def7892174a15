//! Resumable uploads, by requests as the protocol has them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use filed_core::pull::ApiKey;
use reqwest::header::{CONTENT_TYPE, LOCATION};
use reqwest::{Method, RequestBuilder, Response};
use sha2::Digest;

use crate::support::*;

const CHUNK: &str = "application/offset+octet-stream";

impl World {
    fn tus(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.bare(method, path).header("x-api-key", KEY);
        request.header("tus-resumable", "1.0.0")
    }

    async fn create(&self, length: usize) -> RequestBuilder {
        let id = self.client_id("Ada Lovelace").await;
        let metadata = format!(
            "filename {},filetype {}",
            STANDARD.encode("Rückgabe.pdf"),
            STANDARD.encode("application/pdf")
        );
        self.tus(Method::POST, &format!("/api/v1/clients/{id}/files/tus"))
            .header("upload-length", length)
            .header("upload-metadata", metadata)
    }

    fn patch(&self, url: &str, offset: usize, bytes: &'static [u8]) -> RequestBuilder {
        self.tus(Method::PATCH, url)
            .header("upload-offset", offset)
            .header(CONTENT_TYPE, CHUNK)
            .body(bytes)
    }

    fn received(&self) -> Option<Vec<u8>> {
        let path = "Ada Lovelace/From Filed/Rückgabe.pdf";
        std::fs::read(self.folder.path().join(path)).ok()
    }
}

fn location(response: &Response) -> String {
    response.headers()[LOCATION].to_str().unwrap().to_owned()
}

fn offset(response: &Response) -> &str {
    response.headers()["upload-offset"].to_str().unwrap()
}

#[tokio::test]
async fn an_upload_comes_in_pieces_and_becomes_a_file() {
    let world = world().await;
    let created = ok(world.create(10).await).await;
    assert_eq!(created.status(), 201);
    assert!(created.headers().contains_key("upload-expires"));
    let url = location(&created);
    let first = ok(world.patch(&url, 0, b"0123")).await;
    assert_eq!((first.status().as_u16(), offset(&first)), (204, "4"));
    let head = ok(world.tus(Method::HEAD, &url)).await;
    assert_eq!(
        (offset(&head), &head.headers()["upload-length"]),
        ("4", &"10".parse().unwrap())
    );
    assert_eq!(head.headers()["cache-control"], "no-store");
    assert!(
        head.headers()["upload-metadata"]
            .to_str()
            .unwrap()
            .starts_with("filename ")
    );
    assert!(world.received().is_none());

    let last = ok(world.patch(&url, 4, b"456789")).await;
    let file = last.headers()["filed-file-id"].to_str().unwrap().to_owned();
    assert_eq!(world.received().unwrap(), b"0123456789");
    let back = ok(world.get(&format!("/api/v1/files/{file}/download"))).await;
    assert_eq!(back.text().await.unwrap(), "0123456789");
    let state = world.json(&url).await;
    assert_eq!(
        (&state["status"], &state["file"]["id"]),
        (&"received".into(), &file.into())
    );
}

#[tokio::test]
async fn the_first_bytes_may_come_with_the_creation_and_a_file_may_be_empty() {
    let world = world().await;
    let with = world
        .create(4)
        .await
        .header(CONTENT_TYPE, CHUNK)
        .body("0123");
    let created = ok(with).await;
    assert_eq!(offset(&created), "4");
    assert_eq!(world.received().unwrap(), b"0123");
    let empty = ok(world.create(0).await).await;
    assert!(empty.headers().contains_key("filed-file-id"));
}

#[tokio::test]
async fn every_answer_says_its_version_and_another_one_is_refused() {
    let world = world().await;
    let url = location(&ok(world.create(4).await).await);
    let old = world
        .bare(Method::HEAD, &url)
        .header("x-api-key", KEY)
        .header("tus-resumable", "0.2.2");
    let refused = old.send().await.unwrap();
    assert_eq!(refused.status(), 412);
    assert_eq!(refused.headers()["tus-version"], "1.0.0");
    assert_eq!(refused.headers()["tus-resumable"], "1.0.0");
    let id = world.client_id("Ada Lovelace").await;
    let options = world.bare(Method::OPTIONS, &format!("/api/v1/clients/{id}/files/tus"));
    let options = ok(options).await;
    assert_eq!(options.headers()["tus-version"], "1.0.0");
    let extensions = options.headers()["tus-extension"].to_str().unwrap();
    for extension in [
        "creation",
        "creation-with-upload",
        "expiration",
        "termination",
        "checksum",
    ] {
        assert!(extensions.split(',').any(|one| one == extension));
    }
}

#[tokio::test]
async fn a_chunk_goes_only_where_it_belongs() {
    let world = world().await;
    let url = location(&ok(world.create(10).await).await);
    ok(world.patch(&url, 0, b"0123")).await;
    refused(world.patch(&url, 0, b"0123"), 409, "OFFSET_MISMATCH").await;
    refused(world.patch(&url, 5, b"5"), 409, "OFFSET_MISMATCH").await;
    refused(world.patch(&url, 4, b"4567890123"), 413, "TOO_LARGE").await;
    let plain = world
        .tus(Method::PATCH, &url)
        .header("upload-offset", 4)
        .body("4");
    refused(plain, 415, "MEDIA_TYPE").await;
    ok(world.patch(&url, 4, b"456789")).await;
    assert_eq!(world.received().unwrap(), b"0123456789");
}

#[tokio::test]
async fn a_chunk_that_does_not_match_its_checksum_does_not_count() {
    let world = world().await;
    let url = location(&ok(world.create(4).await).await);
    let sum = |text: &str| format!("sha256 {}", STANDARD.encode(sha2::Sha256::digest(text)));
    let wrong = world
        .patch(&url, 0, b"0123")
        .header("upload-checksum", sum("0124"));
    refused(wrong, 460, "CHECKSUM_MISMATCH").await;
    let unknown = world
        .patch(&url, 0, b"0123")
        .header("upload-checksum", "crc32 AAAA");
    refused(unknown, 400, "INVALID_PARAMETER").await;
    assert_eq!(offset(&ok(world.tus(Method::HEAD, &url)).await), "0");
    ok(world
        .patch(&url, 0, b"0123")
        .header("upload-checksum", sum("0123")))
    .await;
    assert_eq!(world.received().unwrap(), b"0123");
}

#[tokio::test]
async fn an_upload_ends_when_told_or_when_its_time_is_over() {
    let mut config = config();
    let world = world().await;
    let url = location(&ok(world.create(4).await).await);
    assert_eq!(ok(world.tus(Method::DELETE, &url)).await.status(), 204);
    refused(world.patch(&url, 0, b"0123"), 404, "UPLOAD_NOT_FOUND").await;

    config.limits.upload_lifetime = std::time::Duration::ZERO;
    let hasty = world_with(config).await;
    let url = location(&ok(hasty.create(4).await).await);
    let late = hasty.patch(&url, 0, b"0123").send().await.unwrap();
    assert!([404, 410].contains(&late.status().as_u16()));
}

#[tokio::test]
async fn nobody_else_touches_an_upload() {
    let mut config = config();
    config.keys.push(ApiKey {
        caller: "other".into(),
        key: "other-key-0123456789".into(),
        ..config.keys[0].clone()
    });
    let world = world_with(config).await;
    let url = location(&ok(world.create(4).await).await);
    for method in [Method::HEAD, Method::PATCH, Method::DELETE, Method::GET] {
        let request = world
            .bare(method.clone(), &url)
            .header("tus-resumable", "1.0.0");
        let request = request
            .header("upload-offset", 0)
            .header(CONTENT_TYPE, CHUNK);
        let bare = request.try_clone().unwrap().send().await.unwrap();
        assert_eq!(bare.status(), 401, "{method}");
        let other = request
            .bearer_auth("other-key-0123456789")
            .send()
            .await
            .unwrap();
        assert_eq!(other.status(), 404, "{method}");
    }
    let grace = world.client_id("Grace Hopper").await;
    let ada = world.client_id("Ada Lovelace").await;
    let elsewhere = url.replace(&ada, &grace);
    refused(world.patch(&elsewhere, 0, b"0123"), 404, "UPLOAD_NOT_FOUND").await;
    ok(world.patch(&url, 0, b"0123")).await;
}

#[tokio::test]
async fn bad_creations_leave_nothing() {
    let world = world().await;
    let id = world.client_id("Ada Lovelace").await;
    let path = format!("/api/v1/clients/{id}/files/tus");
    let make = || world.tus(Method::POST, &path);
    refused(make(), 400, "INVALID_PARAMETER").await;
    refused(
        make().header("upload-length", "-1"),
        400,
        "INVALID_PARAMETER",
    )
    .await;
    refused(
        make().header("upload-length", 3_u64 << 30),
        413,
        "TOO_LARGE",
    )
    .await;
    for name in ["../x", "a/b", "..", "a\0b"] {
        let metadata = format!("filename {}", STANDARD.encode(name));
        let request = make()
            .header("upload-length", 1)
            .header("upload-metadata", metadata);
        refused(request, 400, "INVALID_PARAMETER").await;
    }
    let nobody = world.tus(Method::POST, "/api/v1/clients/nobody/files/tus");
    refused(nobody.header("upload-length", 1), 404, "CLIENT_NOT_FOUND").await;
}
