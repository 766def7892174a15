//! Host code that supplies content and is slow, stuck, broken, or calls back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by ending"
)]

mod upload_support;

use std::io::Read;
use std::sync::mpsc;
use std::time::Duration;

use filed_core::upload::{Source, UploadOptions, chunks};
use filed_core::{Client, Config};
use upload_support::{Filed, code, content, named};

/// Far more than anything here takes; a test that waits for it has failed.
const FOREVER: Duration = Duration::from_secs(30);

/// Gives nothing until it is let go, and then one byte.
struct Stuck {
    held: mpsc::Receiver<()>,
    over: bool,
}

impl Read for Stuck {
    fn read(&mut self, space: &mut [u8]) -> std::io::Result<usize> {
        if self.over {
            return Ok(0);
        }
        // Ends when the test lets go.
        let _ = self.held.recv();
        self.over = true;
        space[0] = 7;
        Ok(1)
    }
}

fn stuck() -> (mpsc::Sender<()>, Source) {
    let (hold, held) = mpsc::channel();
    let reader = Box::new(Stuck { held, over: false });
    (hold, Source::Reader { reader, size: None })
}

async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(FOREVER, work).await.expect("in time")
}

#[tokio::test]
async fn a_hundred_readers_that_block_hold_up_no_other_file() {
    let filed = Filed::start().await;
    let client = filed.customer();
    let (holds, uploads): (Vec<_>, Vec<_>) = (0..100)
        .map(|n| {
            let (hold, source) = stuck();
            let uploads = client.uploads();
            let upload = async move { uploads.stream(source, named(&format!("{n}.bin"))).await };
            (hold, tokio::spawn(upload))
        })
        .unzip();
    let folder = tempfile::tempdir().unwrap();
    for n in 0..20 {
        let path = folder.path().join(format!("scan-{n}.pdf"));
        std::fs::write(&path, content(600_000)).unwrap();
        let uploads = client.uploads();
        let sent = uploads.file(path, UploadOptions::default());
        within(sent).await.unwrap();
    }
    drop(holds);
    for upload in uploads {
        within(upload).await.unwrap().unwrap();
    }
}

/// A client that gives up on sources after two seconds.
fn impatient(filed: &Filed) -> Client {
    let config = Config {
        timeout: Some(Duration::from_millis(400)),
        ..filed.customer_config()
    };
    Client::new(config).unwrap()
}

#[tokio::test]
async fn a_source_that_gives_nothing_is_given_up() {
    let filed = Filed::start().await;
    let client = impatient(&filed);
    let (_hold, silent) = stuck();
    let (_sender, receiver) = chunks();
    let size = None;
    for source in [silent, Source::Chunks { receiver, size }] {
        let error = within(client.uploads().stream(source, named("a.bin"))).await;
        let error = error.unwrap_err();
        assert_eq!(code(&error), "SOURCE_FAILED");
        assert!(error.message().contains("nothing"), "{error}");
    }
    assert_eq!(filed.requests("upload"), 0);
}

#[tokio::test]
async fn a_source_that_stops_half_way_is_given_up() {
    let filed = Filed::start().await;
    let client = impatient(&filed);
    let (sender, receiver) = chunks();
    let upload = tokio::spawn(async move {
        let source = Source::Chunks {
            receiver,
            size: None,
        };
        client.uploads().stream(source, named("a.bin")).await
    });
    assert!(sender.send(content(400_000).into()).await);
    let error = within(upload).await.unwrap().unwrap_err();
    assert_eq!(code(&error), "SOURCE_FAILED");
    assert!(filed.uploads().is_empty());
}

/// A reader that needs the library to know what to give.
struct CallsBack(Option<Client>);

impl Read for CallsBack {
    fn read(&mut self, space: &mut [u8]) -> std::io::Result<usize> {
        let Some(client) = self.0.take() else {
            return Ok(0);
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime
            .block_on(client.me())
            .map_err(std::io::Error::other)?;
        space[0] = 7;
        Ok(1)
    }
}

#[tokio::test]
async fn a_reader_may_call_the_library() {
    let filed = Filed::start().await;
    let client = filed.customer();
    let uploads = (0..40).map(|n| {
        let reader = Box::new(CallsBack(Some(client.clone())));
        let source = Source::Reader { reader, size: None };
        let uploads = client.uploads();
        tokio::spawn(async move { uploads.stream(source, named(&format!("{n}.bin"))).await })
    });
    for upload in uploads.collect::<Vec<_>>() {
        within(upload).await.unwrap().unwrap();
    }
    assert_eq!(filed.requests("me"), 40);
}

/// A reader with a defect.
struct Panics;

impl Read for Panics {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        panic!("planted")
    }
}

#[tokio::test]
async fn a_reader_that_panics_fails_its_own_file() {
    let filed = Filed::start().await;
    let client = filed.customer();
    let broken = Source::Reader {
        reader: Box::new(Panics),
        size: None,
    };
    let error = within(client.uploads().stream(broken, named("a.bin"))).await;
    assert_eq!(code(&error.unwrap_err()), "SOURCE_FAILED");
    let uploads = client.uploads();
    let whole = uploads.bytes(content(1000), named("b.bin"));
    within(whole).await.unwrap();
    assert_eq!(filed.uploads().len(), 1);
}
