//! Connections: slow ones are cut off, those that run at the end finish, TLS where there is a
//! certificate.

use std::time::Duration;

use filed_core::pull::{PullConfig, TlsIdentity};
use reqwest::Version;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::*;

/// More than the buffers between two ends hold.
const LARGE: u64 = 64 << 20;

/// A file of zeros that takes no room.
async fn large(world: &World) -> String {
    let path = world.folder.path().join("Ada Lovelace/large.bin");
    std::fs::File::create(path).unwrap().set_len(LARGE).unwrap();
    let file = world.file("Ada Lovelace", "large.bin").await;
    file["downloadUrl"].as_str().unwrap().to_owned()
}

/// A connection on which this much of a request was sent.
async fn begun(world: &World, head: &str, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(world.server.address()).await.unwrap();
    let request = format!("{head} HTTP/1.1\r\nhost: x\r\nx-api-key: {KEY}\r\n{body}");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

async fn download(world: &World) -> TcpStream {
    let url = large(world).await;
    let path = url.strip_prefix(world.server.url()).unwrap();
    let mut stream = begun(world, &format!("GET {path}"), "\r\n").await;
    let mut start = [0; 12];
    stream.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 200");
    stream
}

/// Everything that still comes, and whether that ended well.
async fn rest(stream: &mut TcpStream) -> (Vec<u8>, bool) {
    let mut all = Vec::new();
    let ended = stream.read_to_end(&mut all).await.is_ok();
    (all, ended)
}

fn hasty(connections: usize) -> PullConfig {
    let mut config = config();
    config.limits.stall = Duration::from_millis(200);
    config.limits.connections = connections;
    config
}

#[tokio::test]
async fn a_download_that_nobody_reads_gives_its_place_up() {
    let mut world = world_with(hasty(1)).await;
    // Its own idle connection would keep the only place.
    world.http = trusting(rustls::RootCertStore::empty(), |builder| {
        builder.pool_max_idle_per_host(0)
    });
    let mut stream = download(&world).await;
    ok(world.get("/api/v1/clients")).await;
    let (bytes, _) = rest(&mut stream).await;
    assert!((bytes.len() as u64) < LARGE, "all of it was sent");
}

#[tokio::test]
async fn an_upload_that_does_not_go_on_is_refused_and_leaves_nothing() {
    let world = world_with(hasty(8)).await;
    let id = world.client_id("Ada Lovelace").await;
    let form = "content-type: multipart/form-data; boundary=x\r\n";
    let json = "content-type: application/json\r\n";
    let stopped =
        [("files?name=a.pdf", ""), ("files", form), ("notes", json)].map(async |(path, more)| {
            let head = format!("POST /api/v1/clients/{id}/{path}");
            let body = format!("{more}content-length: 1000\r\nconnection: close\r\n\r\n--x\r\n");
            let mut stream = begun(&world, &head, &body).await;
            let (answer, _) = rest(&mut stream).await;
            let answer = String::from_utf8(answer).unwrap();
            assert!(answer.starts_with("HTTP/1.1 408 "), "{path}: {answer}");
            assert!(answer.contains("REQUEST_TIMEOUT"), "{answer}");
        });
    futures_util::future::join_all(stopped).await;
    assert!(!world.folder.path().join("Ada Lovelace/From Filed").exists());
}

#[tokio::test]
async fn a_transfer_that_runs_at_the_end_finishes() {
    let world = world().await;
    let mut download = download(&world).await;
    let id = world.client_id("Ada Lovelace").await;
    let path = format!("POST /api/v1/clients/{id}/files?name=late.pdf");
    let length = "content-length: 4\r\nexpect: 100-continue\r\n\r\n";
    let mut upload = begun(&world, &path, length).await;
    // It says so once the body is wanted: the request runs.
    let mut wanted = [0; 25];
    upload.read_exact(&mut wanted).await.unwrap();
    assert_eq!(&wanted, b"HTTP/1.1 100 Continue\r\n\r\n");
    upload.write_all(b"la").await.unwrap();
    let address = world.server.address();
    let folder = world.folder;
    // What waits for a next request ends with the server.
    drop(world.http);
    let ending = tokio::spawn(world.server.shutdown(Duration::from_secs(60)));
    until_refused(address).await;

    upload.write_all(b"te").await.unwrap();
    let (answer, _) = rest(&mut upload).await;
    assert!(answer.starts_with(b"HTTP/1.1 201 "));
    let (bytes, ended) = rest(&mut download).await;
    assert!(ended && bytes.len() as u64 > LARGE, "{} bytes", bytes.len());
    assert!(ending.await.unwrap(), "it says that something was cut off");
    let kept = folder.path().join("Ada Lovelace/From Filed/late.pdf");
    assert_eq!(std::fs::read(kept).unwrap(), b"late");
}

#[tokio::test]
async fn a_transfer_that_does_not_finish_is_cut_off_in_the_end() {
    let world = world().await;
    let mut stream = download(&world).await;
    drop(world.http);
    assert!(!world.server.shutdown(Duration::from_millis(50)).await);
    let (bytes, _) = rest(&mut stream).await;
    assert!((bytes.len() as u64) < LARGE, "all of it was sent");
}

async fn until_refused(address: std::net::SocketAddr) {
    while TcpStream::connect(address).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn tls_is_spoken_where_there_is_a_certificate_and_nothing_else() {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".into()]).unwrap();
    let config = PullConfig {
        tls: Some(TlsIdentity {
            certificates: made.cert.pem().into_bytes(),
            key: made.signing_key.serialize_pem().into(),
        }),
        ..config()
    };
    let mut world = world_with(config).await;
    assert!(world.server.url().starts_with("https://127.0.0.1:"));
    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    world.http = trusting(roots, |builder| builder);
    let answer = ok(world.get("/api/v1/clients")).await;
    assert_eq!(answer.version(), Version::HTTP_2);
    let file = world.file("Ada Lovelace", "1099.txt").await;
    let url = file["downloadUrl"].as_str().unwrap();
    assert!(url.starts_with(world.server.url()));
    assert_eq!(ok(world.get(url)).await.text().await.unwrap(), "0123456789");

    let mut plain = begun(&world, "GET /api/v1/clients", "\r\n").await;
    let (answer, _) = rest(&mut plain).await;
    assert!(!answer.starts_with(b"HTTP/"), "it speaks plain HTTP");
    world.http = client();
    assert!(world.get("/api/v1/clients").send().await.is_err());
}

/// A byte now and then is never a stall, and still no head takes for ever.
#[tokio::test]
async fn a_head_that_comes_in_drops_has_half_a_minute() {
    if std::env::var_os("FILED_TEST_LONG").is_none() {
        println!("skipped: FILED_TEST_LONG is not set");
        return;
    }
    let world = world_with(config()).await;
    let mut stream = begun(&world, "GET /api/v1/clients", "x-slow: ").await;
    let drops = async {
        while stream.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), drops)
        .await
        .expect("the connection is closed");
}
