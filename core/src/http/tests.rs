//! Bodies on their way: opened anew for every attempt, watched, ended for lack of progress.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use http_body::Frame;
use http_body_util::StreamBody;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::Config;

type Content = Vec<(Duration, Result<Bytes>)>;

/// Takes `take` bytes of each connection's request, then answers and lets the rest be.
async fn host(take: usize, answers: Vec<&'static str>) -> (Url, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/upload", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    tokio::spawn(async move {
        for answer in answers.into_iter().cycle() {
            let (stream, _) = listener.accept().await.unwrap();
            counter.fetch_add(1, Ordering::SeqCst);
            // A client that goes away ends only its own connection.
            tokio::spawn(async move { exchange(stream, take, answer).await.ok() });
        }
    });
    (url.parse().unwrap(), count)
}

async fn exchange(mut stream: TcpStream, take: usize, answer: &str) -> io::Result<()> {
    let mut taken = 0;
    let mut piece = vec![0; 16 * 1024];
    while taken < take {
        let most = piece.len().min(take - taken);
        match stream.read(&mut piece[..most]).await? {
            0 => return Ok(()),
            read => taken += read,
        }
    }
    stream.write_all(answer.as_bytes()).await?;
    std::future::pending().await
}

fn http(url: &Url, adjust: impl FnOnce(&mut Config)) -> Http {
    let mut config = Config {
        api_key: Some("key".into()),
        source_platform: Some("tests".into()),
        gateway_url: Some(url.to_string()),
        upload_url: Some(url.to_string()),
        stall_timeout: Some(Duration::from_millis(200)),
        timeout: Some(Duration::from_secs(5)),
        max_attempts: Some(2),
        ..Config::default()
    };
    adjust(&mut config);
    Http::new(Arc::new(config.check().unwrap())).unwrap()
}

fn opened(content: Content, length: Option<u64>) -> Opened {
    let stream = futures_util::stream::unfold(content.into_iter(), |mut rest| async move {
        let (gap, piece) = rest.next()?;
        tokio::time::sleep(gap).await;
        Some((piece.map(Frame::data), rest))
    });
    Opened {
        content: Box::pin(StreamBody::new(stream)),
        length,
    }
}

/// A factory that can open its content `times` times, and how often it did.
fn factory(times: usize, content: Content, length: Option<u64>) -> (Payload, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    let content = Arc::new(content);
    let open: Open = Arc::new(move || {
        let made = counter.fetch_add(1, Ordering::SeqCst);
        let body = (made < times).then(|| opened(content.to_vec(), length));
        let opening: Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(async move { Ok(body) });
        opening
    });
    (Payload::Factory(open), count)
}

async fn upload(http: &Http, url: &Url, payload: Payload) -> Result<Answer> {
    let kind = HeaderValue::from_static("application/octet-stream");
    let lane = Lane::Upload;
    let request = Request::new(
        lane,
        Class::OrphanTolerant,
        url.clone(),
        kind,
        None,
        payload,
    )?;
    http.send(request, |answer| status::judge(answer, lane))
        .await
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
const BUSY: &str = "HTTP/1.1 503 Busy\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
const REFUSED: &str = "HTTP/1.1 413 Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

fn at_once(bytes: usize) -> Content {
    vec![(Duration::ZERO, Ok(Bytes::from(vec![7; bytes])))]
}

#[tokio::test]
async fn a_body_is_opened_anew_for_every_attempt() {
    let (url, connections) = host(1000, vec![BUSY, BUSY, OK]).await;
    let (payload, count) = factory(9, at_once(1000), Some(1000));
    let answer = upload(&http(&url, |_| ()), &url, payload).await.unwrap();
    assert_eq!(answer.body, "{}");
    assert_eq!(count.load(Ordering::SeqCst), 3, "max_attempts + 1");
    assert_eq!(connections.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_body_that_is_gone_ends_with_what_broke_before() {
    let (url, _) = host(1000, vec![BUSY]).await;
    let (payload, _) = factory(1, at_once(1000), Some(1000));
    let client = http(&url, |_| ());
    let error = upload(&client, &url, payload.clone()).await.unwrap_err();
    assert_eq!(
        (error.code(), error.http_status()),
        (ErrorCode::ServerError, Some(503))
    );
    let error = upload(&client, &url, payload).await.unwrap_err();
    assert_eq!(
        error.code(),
        ErrorCode::SourceFailed,
        "nothing broke before"
    );
}

#[tokio::test]
async fn the_sources_own_error_is_the_error() {
    let (url, connections) = host(1 << 20, vec![OK]).await;
    let changed = Error::new(ErrorCode::FileChanged, "it shrank").with_path("/planted");
    let mut content = at_once(1000);
    content.push((Duration::ZERO, Err(changed)));
    for length in [Some(5000), None] {
        let (payload, _) = factory(9, content.clone(), length);
        let error = upload(&http(&url, |_| ()), &url, payload)
            .await
            .unwrap_err();
        assert_eq!(error.code(), ErrorCode::FileChanged, "{error}");
        assert!(error.path().is_some());
    }
    assert_eq!(connections.load(Ordering::SeqCst), 2, "not tried again");
}

#[tokio::test]
async fn a_host_that_stops_taking_a_body_is_given_up() {
    let (url, _) = host(100_000, vec![""]).await;
    let (payload, count) = factory(9, at_once(64 << 20), Some(64 << 20));
    let error = upload(&http(&url, |_| ()), &url, payload)
        .await
        .unwrap_err();
    assert_eq!((error.code(), error.attempts()), (ErrorCode::Stalled, 3));
    assert_eq!(count.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_slow_body_that_moves_is_left_alone() {
    let (url, connections) = host(20, vec![OK]).await;
    let content = (0..20).map(|_| (Duration::from_millis(50), Ok(Bytes::from_static(b"x"))));
    let (payload, _) = factory(1, content.collect(), Some(20));
    // A second in all, far beyond both time-outs.
    let client = http(&url, |config| {
        config.timeout = Some(Duration::from_millis(300))
    });
    upload(&client, &url, payload).await.unwrap();
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn silence_after_the_body_is_measured_from_its_end() {
    let (url, _) = host(usize::MAX, vec![OK]).await;
    let (payload, _) = factory(9, at_once(100), Some(100));
    let client = http(&url, |config| {
        config.timeout = Some(Duration::from_millis(200))
    });
    let error = upload(&client, &url, payload).await.unwrap_err();
    assert_eq!((error.code(), error.attempts()), (ErrorCode::TimedOut, 3));
}

#[tokio::test]
async fn an_answer_that_comes_before_the_body_is_over_counts() {
    let (url, connections) = host(100, vec![REFUSED]).await;
    let (payload, _) = factory(9, at_once(64 << 20), Some(64 << 20));
    let error = upload(&http(&url, |_| ()), &url, payload)
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.http_status()),
        (ErrorCode::RequestRejected, Some(413))
    );
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_upload_follows_a_redirect_only_with_a_body_to_send_again() {
    let moved =
        "HTTP/1.1 307 x\r\nLocation: /elsewhere\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    let (url, _) = host(100, vec![moved, OK]).await;
    let (payload, count) = factory(2, at_once(100), Some(100));
    upload(&http(&url, |_| ()), &url, payload).await.unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 2);
    let (payload, _) = factory(1, at_once(100), Some(100));
    let error = upload(&http(&url, |_| ()), &url, payload)
        .await
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::SourceFailed);
}
