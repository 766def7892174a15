//! Tricks in ids and names, as they come over the line: no byte and no name gets out, and no header
//! gets in.

use std::path::Path;
use std::sync::Arc;

use filed_core::pull::FolderProvider;
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::*;

const OUTSIDE: &str = "what lies beside the folder";

/// A folder of clients with something beside it, and something hidden in it.
async fn beside() -> (World, TempDir) {
    let place = tempfile::tempdir().unwrap();
    let clients = place.path().join("clients");
    write(&clients, "Ada Lovelace/1099.txt", CONTENT.as_bytes());
    write(&clients, ".filed/api-key", OUTSIDE.as_bytes());
    write(&clients, "Ada Lovelace/.hidden.txt", OUTSIDE.as_bytes());
    write(place.path(), "outside.txt", OUTSIDE.as_bytes());
    #[cfg(unix)]
    for (link, to) in [("file.txt", "outside.txt"), ("folder", "")] {
        let to = place.path().join(to);
        std::os::unix::fs::symlink(to, clients.join("Ada Lovelace").join(link)).unwrap();
    }
    let mut config = config();
    config.limits.failures = u32::MAX;
    config.limits.rate = None;
    let provider = FolderProvider::open(&clients).unwrap();
    (served(config, Arc::new(provider)).await, place)
}

/// The whole answer to a request line that no client would send.
async fn answer(world: &World, line: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(world.server.address()).await.unwrap();
    let request = format!("{line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut all = Vec::new();
    stream.read_to_end(&mut all).await.unwrap();
    String::from_utf8_lossy(&all).into_owned()
}

/// Ways to name what has no id.
fn ids(client: &str, file: &str) -> Vec<String> {
    let mut ids: Vec<String> = [
        "..",
        "../outside.txt",
        "../../outside.txt",
        "..%2foutside.txt",
        "%2e%2e%2foutside.txt",
        "%2e%2e/outside.txt",
        "..%5coutside.txt",
        "..%252foutside.txt",
        "%c0%ae%c0%ae%c0%afoutside.txt",
        "Ada%20Lovelace%2f.hidden.txt",
        "Ada%20Lovelace%2ffile.txt",
        "Ada%20Lovelace%2ffolder%2foutside.txt",
        "Ada%20Lovelace/1099.txt",
        "Ada%20Lovelace",
        ".filed",
        ".filed%2fapi-key",
        "%00",
        "*",
        "%",
        "%zz",
        "%ff%fe",
        "%0d%0aX-Injected:%20yes",
        "//",
        ".;/",
    ]
    .map(str::to_owned)
    .into();
    for id in [client, file] {
        let other = id.to_ascii_uppercase();
        ids.extend([
            format!("{id}%00"),
            format!("{id}%20"),
            format!("{id}%2f"),
            format!("{id}%2f..%2f{id}"),
            format!("..%2f{id}"),
            format!("{id},{id}"),
            // An id without letters is its own capital.
            if other == id { format!("{id}0") } else { other },
        ]);
    }
    ids
}

#[tokio::test]
async fn no_id_leads_out_of_the_folder_or_to_what_is_hidden() {
    let (world, _place) = beside().await;
    let client = world.client_id("Ada Lovelace").await;
    let file = world.file("Ada Lovelace", "1099.txt").await;
    let file = file["id"].as_str().unwrap();
    let key = format!("x-api-key: {KEY}\r\n");
    for id in ids(&client, file) {
        let download = format!("/api/v1/files/{id}/download");
        for line in [
            format!("GET /api/v1/clients/{id}/files"),
            format!("GET {download}"),
            format!("HEAD {download}"),
            format!("GET {download}?expires=4102444800&signature=AAAA"),
            format!("GET http://x{download}"),
            format!("GET /api/v1/files/{id}"),
            format!("GET /{id}"),
        ] {
            tells_nothing(&line, &answer(&world, &line, &key).await);
        }
        let line = format!("GET {download}");
        tells_nothing(&line, &answer(&world, &line, "").await);
    }
}

fn tells_nothing(line: &str, answer: &str) {
    let status = answer.split(' ').nth(1).unwrap_or_default();
    let refused = ["400", "401", "403", "404", "405"].contains(&status);
    assert!(refused, "{line}: {answer}");
    for secret in NAMES.iter().chain([&OUTSIDE, &CONTENT, &KEY]) {
        assert!(!answer.contains(secret), "{line}: {answer}");
    }
    assert!(!answer.to_lowercase().contains("\nx-injected"), "{answer}");
}

#[tokio::test]
async fn hidden_files_and_links_are_not_listed() {
    let (world, _place) = beside().await;
    let id = world.client_id("Ada Lovelace").await;
    let page = world.json(&format!("/api/v1/clients/{id}/files")).await;
    let names: Vec<_> = page["data"].as_array().unwrap().iter().collect();
    assert_eq!(names.len(), 1);
    assert_eq!(names[0]["name"], "1099.txt");
    let clients = world.json("/api/v1/clients").await;
    assert_eq!(clients["data"].as_array().unwrap().len(), 1);
}

/// Names that a system has and a header does not; line breaks are in `downloads`.
#[cfg(unix)]
#[tokio::test]
async fn a_file_s_name_stays_in_its_header() {
    let (world, place) = beside().await;
    let names = [
        "a\"; filename=\"b.txt",
        "';alert(1);'.txt",
        "a\\\".txt",
        "%0d%0aX: y.txt",
        "\u{202e}fdp.exe",
        "a;b=c,d.txt",
    ];
    let folder = place.path().join("clients/Grace Hopper");
    for name in names {
        write(&folder, name, b"0123456789");
    }
    let id = world.client_id("Grace Hopper").await;
    let page = world.json(&format!("/api/v1/clients/{id}/files")).await;
    let files = page["data"].as_array().unwrap();
    assert_eq!(files.len(), names.len());
    for file in files {
        let response = ok(world.get(file["downloadUrl"].as_str().unwrap())).await;
        let headers = response.headers();
        assert!(!headers.contains_key("set-cookie"));
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers.get_all(CONTENT_DISPOSITION).iter().count(), 1);
        let value = headers[CONTENT_DISPOSITION].to_str().unwrap();
        assert!(value.starts_with("attachment; filename=\""), "{value}");
        assert_eq!(value.matches('"').count(), 2, "{value}");
        assert_eq!(response.text().await.unwrap(), "0123456789");
    }
}

#[tokio::test]
async fn a_name_that_is_sent_leads_nowhere_else() {
    let (world, place) = beside().await;
    let id = world.client_id("Ada Lovelace").await;
    let path = format!("/api/v1/clients/{id}/files");
    let form = |name: &str| {
        let head = format!("content-disposition: form-data; name=\"file\"; filename=\"{name}\"");
        let body = format!("--sep\r\n{head}\r\n\r\n{OUTSIDE}\r\n--sep--\r\n");
        let request = world.post(&path).body(body);
        request.header(CONTENT_TYPE, "multipart/form-data; boundary=sep")
    };
    let raw = |value: &str| {
        let request = world.post(&path).body(OUTSIDE);
        request.header(CONTENT_DISPOSITION, value)
    };
    for request in [
        form("../sent.txt"),
        form("/tmp/sent.txt"),
        form(".."),
        form("a\\\\..\\\\sent.txt"),
        raw("attachment; filename=\"../sent.txt\""),
        raw("attachment; filename*=UTF-8''..%2F..%2Fsent.txt"),
        raw("attachment; filename*=UTF-8''sent.txt%00.pdf"),
        raw("attachment; filename*=UTF-8''sent%0D%0A.txt"),
    ] {
        refused(request, 400, "INVALID_PARAMETER").await;
    }
    assert_eq!(sent(place.path()), Vec::<String>::new());
    // One that only looks like a folder's is a file like any other.
    ok(raw("attachment; filename*=UTF-8''..sent.txt")).await;
    assert_eq!(sent(place.path()).len(), 1);
}

/// Files below a folder that were sent.
fn sent(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        match entry.file_type().unwrap().is_dir() {
            true => found.extend(sent(&entry.path())),
            false if name.contains("sent") => found.push(name),
            false => {}
        }
    }
    found
}
