//! Downloads: whole and in ranges, of files and of what a provider gives in chunks.

use std::sync::Arc;

use bytes::Bytes;
use filed_core::pull::{
    Caller, Chunks, ClientQuery, Content, FileQuery, Incoming, Listing, NewFile, NewNote, Note,
    OpenedFile, Outcome, Provider, ProviderError, PullClient, PullFile, async_trait,
};
use reqwest::Method;
use reqwest::header::{
    CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_RANGE, RANGE,
};

use crate::support::*;

async fn url(world: &World) -> String {
    let file = world.file("Ada Lovelace", "1099.txt").await;
    file["downloadUrl"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_file_comes_whole_with_its_name_and_type() {
    let world = world().await;
    let file = world.file("Ada Lovelace", ".pdf").await;
    let response = ok(world.get(file["downloadUrl"].as_str().unwrap())).await;
    let headers = response.headers();
    assert_eq!(headers[CONTENT_TYPE], "application/pdf");
    assert_eq!(headers[CONTENT_LENGTH], CONTENT.len().to_string().as_str());
    assert_eq!(
        headers[CONTENT_DISPOSITION],
        "attachment; filename=\"W-2 f_r Ada _.pdf\"; \
         filename*=UTF-8''W-2%20f%C3%BCr%20Ada%20%F0%9F%A7%BE.pdf"
    );
    assert_eq!(response.text().await.unwrap(), CONTENT);
}

#[tokio::test]
async fn head_says_what_get_would() {
    let world = world().await;
    let url = url(&world).await;
    let get = ok(world.get(&url)).await;
    let head = ok(world.bare(Method::HEAD, &url).bearer_auth(KEY)).await;
    for name in [CONTENT_LENGTH, CONTENT_TYPE, ETAG, CONTENT_DISPOSITION] {
        assert_eq!(head.headers()[&name], get.headers()[&name]);
    }
    assert_eq!(head.text().await.unwrap(), "");
}

#[tokio::test]
async fn ranges_are_parts_of_the_file() {
    let world = world().await;
    let url = url(&world).await;
    for (range, status, text, of) in [
        ("bytes=0-3", 206, "0123", "bytes 0-3/10"),
        ("bytes=7-", 206, "789", "bytes 7-9/10"),
        ("bytes=-2", 206, "89", "bytes 8-9/10"),
        ("bytes=5-99", 206, "56789", "bytes 5-9/10"),
        ("bytes=0-1,4-5", 200, "0123456789", ""),
        ("lines=1-2", 200, "0123456789", ""),
        ("bytes=x-2", 200, "0123456789", ""),
    ] {
        let response = ok(world.get(&url).header(RANGE, range)).await;
        assert_eq!(response.status(), status, "{range}");
        let found = response
            .headers()
            .get(CONTENT_RANGE)
            .map(|v| v.to_str().unwrap());
        assert_eq!(found.unwrap_or(""), of, "{range}");
        assert_eq!(response.text().await.unwrap(), text, "{range}");
    }
    let beyond = world
        .get(&url)
        .header(RANGE, "bytes=10-")
        .send()
        .await
        .unwrap();
    assert_eq!(beyond.headers()[CONTENT_RANGE], "bytes */10");
    assert_eq!(beyond.status(), 416);
}

#[tokio::test]
async fn a_range_of_a_file_that_changed_is_the_whole_new_file() {
    let world = world().await;
    let url = url(&world).await;
    let etag = ok(world.get(&url)).await.headers()[ETAG].clone();
    let rest = || {
        world
            .get(&url)
            .header(RANGE, "bytes=5-")
            .header(IF_RANGE, &etag)
    };
    assert_eq!(ok(rest()).await.text().await.unwrap(), "56789");
    write(
        world.folder.path(),
        "Ada Lovelace/2025/1099.txt",
        b"changed meanwhile",
    );
    let response = ok(rest()).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.text().await.unwrap(), "changed meanwhile");
}

/// One file of which a provider says one thing and gives another.
struct InChunks {
    said: u64,
    chunks: Vec<Outcome<Bytes>>,
}

struct Given(std::vec::IntoIter<Outcome<Bytes>>);

#[async_trait]
impl Chunks for Given {
    async fn next(&mut self) -> Outcome<Option<Bytes>> {
        self.0.next().transpose()
    }
}

#[async_trait]
impl Provider for InChunks {
    async fn list_clients(&self, _: &Caller, _: &ClientQuery) -> Outcome<Listing<PullClient>> {
        panic!("a provider's defect")
    }

    async fn list_files(&self, _: &Caller, _: &str, _: &FileQuery) -> Outcome<Listing<PullFile>> {
        std::future::pending().await
    }

    async fn open_file(&self, _: &Caller, id: &str) -> Outcome<OpenedFile> {
        let file = serde_json::from_value(serde_json::json!({
            "id": id, "name": id, "size": self.said, "mimeType": "application/octet-stream",
        }));
        Ok(OpenedFile {
            file: file.unwrap(),
            version: Some("1".into()),
            content: Content::Chunks(Box::new(Given(self.chunks.clone().into_iter()))),
        })
    }

    async fn add_note(&self, _: &Caller, _: &str, _: NewNote) -> Outcome<Note> {
        Err(ProviderError::Unavailable(None))
    }

    async fn receive_file(
        &self,
        _: &Caller,
        _: &str,
        _: NewFile,
        _: &mut Incoming,
    ) -> Outcome<PullFile> {
        Err(ProviderError::Failed)
    }
}

async fn in_chunks(said: u64, chunks: &[Outcome<&'static str>]) -> World {
    let chunks = chunks
        .iter()
        .cloned()
        .map(|one| one.map(Bytes::from))
        .collect();
    let mut config = config();
    config.limits.provider = std::time::Duration::from_millis(300);
    served(config, Arc::new(InChunks { said, chunks })).await
}

#[tokio::test]
async fn a_range_is_cut_out_of_chunks_that_cannot_skip() {
    let world = in_chunks(10, &[Ok("012"), Ok("3456"), Ok(""), Ok("789")]).await;
    let whole = ok(world.get("/api/v1/files/a/download")).await;
    assert_eq!(whole.text().await.unwrap(), "0123456789");
    let part = world
        .get("/api/v1/files/a/download")
        .header(RANGE, "bytes=4-7");
    assert_eq!(ok(part).await.text().await.unwrap(), "4567");
}

#[tokio::test]
async fn a_name_with_line_breaks_begins_no_header() {
    let world = in_chunks(4, &[Ok("0123")]).await;
    let name = "a%0D%0ASet-Cookie:%20x%3Dy%0D%0A%0D%0A%22%00%0A.txt";
    let response = ok(world.get(&format!("/api/v1/files/{name}/download"))).await;
    let headers = response.headers();
    assert!(!headers.contains_key("set-cookie"));
    assert_eq!(
        headers[CONTENT_DISPOSITION],
        "attachment; filename=\"aSet-Cookie: x=y_.txt\"; \
         filename*=UTF-8''aSet-Cookie%3A%20x%3Dy%22.txt"
    );
    assert_eq!(response.text().await.unwrap(), "0123");
}

#[tokio::test]
async fn content_that_is_not_what_was_said_never_looks_whole() {
    for chunks in [
        &[Ok("0123456789"), Ok("and more")][..],
        &[Ok("0123456789and more")],
        &[Ok("0123")],
        &[Ok("0123"), Err(ProviderError::Failed)],
    ] {
        let world = in_chunks(10, chunks).await;
        let text = async {
            let request = world.get("/api/v1/files/a/download");
            request.send().await?.text().await
        };
        // What is longer than was said and only in a chunk that is no longer looked at ends well.
        let longer_later = chunks.len() == 2 && chunks[1].is_ok();
        assert_eq!(text.await.is_ok(), longer_later);
    }
}

#[tokio::test]
async fn a_provider_that_fails_fails_only_its_own_request() {
    let world = in_chunks(4, &[Ok("0123")]).await;
    refused(world.get("/api/v1/clients"), 500, "PROVIDER_FAILED").await;
    refused(
        world.get("/api/v1/clients/a/files"),
        504,
        "PROVIDER_TIMEOUT",
    )
    .await;
    let note = world.post("/api/v1/clients/a/notes");
    let note = note
        .header("content-type", "application/json")
        .body(r#"{"text":"x"}"#);
    refused(note, 503, "UNAVAILABLE").await;
    let file = world.post("/api/v1/clients/a/files?name=a.pdf").body("x");
    refused(file, 500, "PROVIDER_FAILED").await;
    ok(world.get("/api/v1/files/a/download")).await;
}
