//! Answers that come when nobody waits for them any more, and answers that are cut off anywhere.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use filed_core::{Client, Config, Effect, ErrorCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Reply, Rogue, Seen};

const PATIENCE: Duration = Duration::from_millis(400);

fn me(id: &str) -> Vec<u8> {
    let body =
        format!(r#"{{"data":{{"me":{{"id":"{id}","email":"e","name":null,"role":"user"}}}}}}"#);
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    [head, body].concat().into_bytes()
}

/// Answers the first query of a connection long after its time, and all others at once; the
/// connection stays open throughout.
async fn answers_late(mut stream: TcpStream) {
    let mut late = true;
    let mut bytes = [0; 64 * 1024];
    while let Ok(read) = stream.read(&mut bytes).await
        && read > 0
    {
        let login = String::from_utf8_lossy(&bytes[..read]).contains("loginViaPersonalApiToken");
        if login {
            let body = r#"{"data":{"loginViaPersonalApiToken":{"accessToken":"t"}}}"#;
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
            stream
                .write_all(&[head.as_bytes(), body.as_bytes()].concat())
                .await
                .unwrap();
            continue;
        }
        let id = if late { "late" } else { "in-time" };
        if late {
            tokio::time::sleep(PATIENCE * 2).await;
        }
        late = false;
        // Who gave up has hung up.
        let _ = stream.write_all(&me(id)).await;
    }
}

async fn server() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut first = true;
        while let Ok((mut stream, _)) = listener.accept().await {
            if std::mem::take(&mut first) {
                tokio::spawn(answers_late(stream));
                continue;
            }
            tokio::spawn(async move {
                let mut bytes = [0; 64 * 1024];
                while stream.read(&mut bytes).await.is_ok_and(|read| read > 0) {
                    stream.write_all(&me("in-time")).await.unwrap();
                }
            });
        }
    });
    address
}

#[tokio::test]
async fn a_late_answer_is_not_taken_for_that_of_the_next_request() {
    let client = Client::new(Config {
        api_key: Some("key".into()),
        source_platform: Some("transport-tests".into()),
        gateway_url: Some(format!("http://{}/", server().await)),
        timeout: Some(PATIENCE),
        max_attempts: Some(1),
        ..Config::default()
    })
    .unwrap();
    let error = client.me().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::TimedOut, "{error}");
    // Before the late answer, while it comes, and after it.
    for _ in 0..8 {
        assert_eq!(client.me().await.unwrap().id, "in-time");
        tokio::time::sleep(PATIENCE / 4).await;
    }
}

#[tokio::test]
async fn an_answer_that_is_cut_off_anywhere_leaves_the_effect_open() {
    let body = r#"{"data":{"createJobWorks":[{"id":"j-é-🧾","workId":"w","jobId":"j"}]}}"#;
    let whole = Reply::with_headers(
        "200 OK",
        "Content-Type: application/json\r\n",
        body.as_bytes(),
    );
    let length = whole.bytes.len();
    let rogue = Rogue::start(move |seen: &Seen| Reply::raw(&whole.bytes[..seen.number])).await;
    let client = rogue.client(|config| config);
    for cut in 0..length {
        let work = filed_core::gateway::NewWork {
            name: "Client".into(),
            external_id: "c-1".into(),
        };
        let error = client.jobs().add_works("j", vec![work]).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::OutcomeUnknown, "{cut}: {error}");
        assert_eq!(error.effect(), Effect::Unknown);
        assert_eq!(rogue.seen().len(), cut + 1, "sent once");
    }
}
