use std::convert::Infallible;

use futures_util::stream;
use http_body::Body as _;
use http_body_util::BodyExt;
use proptest::prelude::*;

use super::super::pool::{BUFFER, Pool};
use super::super::source::Origin;
use super::super::{Source, chunks};
use super::*;
use crate::ErrorCode;
use crate::upload::hosts::Hosts;

fn patterned(size: usize) -> Bytes {
    (0..size)
        .map(|n| (n % 251) as u8)
        .collect::<Vec<_>>()
        .into()
}

fn hex(data: &[u8]) -> String {
    blake3::hash(data).to_hex().to_string()
}

struct Sent {
    bytes: Bytes,
    receipt: Receipt,
}

async fn send(origin: &Origin, envelope: &Envelope, pool: &Pool) -> Result<Sent> {
    let slip = Slip::default();
    let pass = origin.pass(pool).expect("can be read");
    let body = MultipartBody::new(envelope.clone(), pass, origin.size(), None, slip.clone());
    let (length, hint) = (body.length(), body.size_hint().exact());
    assert_eq!(length, hint);
    let bytes = body.collect().await?.to_bytes();
    if let Some(length) = length {
        assert_eq!(length, bytes.len() as u64);
    }
    let receipt = slip.receipt().expect("a whole body has a receipt");
    Ok(Sent { bytes, receipt })
}

async fn parse(envelope: &Envelope, body: Bytes) -> (String, String, String, Bytes) {
    let boundary = multer::parse_boundary(envelope.content_type()).unwrap();
    let whole = stream::iter([Ok::<_, Infallible>(body)]);
    let mut form = multer::Multipart::new(whole, boundary);
    let part = form.next_field().await.unwrap().unwrap();
    let name = part.name().unwrap().to_owned();
    let file_name = part.file_name().unwrap().to_owned();
    let kind = part.content_type().unwrap().to_string();
    let content = part.bytes().await.unwrap();
    assert!(form.next_field().await.unwrap().is_none());
    (name, file_name, kind, content)
}

fn sources(data: &Bytes, dir: &std::path::Path) -> Vec<Source> {
    let path = dir.join("source");
    std::fs::write(&path, data).unwrap();
    let reader = |size| Source::Reader {
        reader: Box::new(std::io::Cursor::new(data.clone())),
        size,
    };
    vec![
        Source::Path(path),
        Source::Bytes(data.clone()),
        reader(Some(data.len() as u64)),
        reader(None),
    ]
}

#[tokio::test]
async fn every_source_of_every_size_arrives_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let pool = Pool::new(4);
    let envelope = Envelope::new("file", "w2.pdf", "application/pdf");
    for size in [1, BUFFER - 1, BUFFER, BUFFER + 1, 3 * BUFFER + 7] {
        let data = patterned(size);
        for source in sources(&data, dir.path()) {
            let origin = Origin::open(source, &pool, &Hosts::patient())
                .await
                .unwrap();
            let sent = send(&origin, &envelope, &pool).await.unwrap();
            assert_eq!(sent.receipt.size, size as u64);
            assert_eq!(sent.receipt.blake3, hex(&data));
            let (name, file_name, kind, content) = parse(&envelope, sent.bytes).await;
            assert_eq!((&*name, &*file_name), ("file", "w2.pdf"));
            assert_eq!(kind, "application/pdf");
            assert!(content == data, "{size} bytes");
        }
    }
}

#[tokio::test]
async fn a_second_attempt_sends_the_same_again() {
    let dir = tempfile::tempdir().unwrap();
    let pool = Pool::new(4);
    let envelope = Envelope::new("file", "a", "a/b");
    let data = patterned(2 * BUFFER + 1);
    for source in sources(&data, dir.path()).into_iter().take(2) {
        let origin = Origin::open(source, &pool, &Hosts::patient())
            .await
            .unwrap();
        let first = send(&origin, &envelope, &pool).await.unwrap();
        let second = send(&origin, &envelope, &pool).await.unwrap();
        assert_eq!(first.receipt, second.receipt);
        assert!(first.bytes == second.bytes);
    }
}

#[tokio::test]
async fn progress_rises_to_the_total() {
    let pool = Pool::new(4);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let note = seen.clone();
    let progress: ProgressFn =
        Arc::new(move |sent, total| note.lock().unwrap().push((sent, total)));
    let size = 2 * BUFFER as u64 + 3;
    let origin = Origin::Bytes(patterned(2 * BUFFER + 3));
    let pass = origin.pass(&pool).unwrap();
    let envelope = Envelope::new("file", "a", "a/b");
    let body = MultipartBody::new(
        envelope,
        pass,
        origin.size(),
        Some(progress),
        Slip::default(),
    );
    body.collect().await.unwrap();
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 3);
    assert!(seen.windows(2).all(|pair| pair[0].0 < pair[1].0));
    assert_eq!(seen.last(), Some(&(size, Some(size))));
}

#[tokio::test]
async fn a_source_that_fails_never_gets_the_closing_boundary() {
    let pool = Pool::new(4);
    let (sender, receiver) = chunks();
    let host = async move {
        for _ in 0..3 {
            sender.send(patterned(BUFFER)).await;
        }
        let error = Error::new(ErrorCode::CallbackFailed, "the host's own words");
        sender.fail(error).await;
    };
    let attempt = async {
        let source = Source::Chunks {
            receiver,
            size: None,
        };
        let origin = Origin::open(source, &pool, &Hosts::patient())
            .await
            .unwrap();
        let slip = Slip::default();
        let envelope = Envelope::new("file", "a", "a/b");
        let pass = origin.pass(&pool).unwrap();
        let mut body = MultipartBody::new(envelope, pass, None, None, slip.clone());
        let mut frames = Vec::new();
        let error = loop {
            match body.frame().await.expect("an error before the end") {
                Ok(frame) => frames.push(frame.into_data().unwrap()),
                Err(error) => break error,
            }
        };
        assert!(body.frame().await.is_none());
        assert_eq!(error.code(), ErrorCode::CallbackFailed);
        assert_eq!(slip.receipt(), None);
        assert_eq!(frames.len(), 4, "the opening and three chunks");
        assert!(origin.pass(&pool).is_none(), "a stream is read once");
    };
    tokio::join!(host, attempt);
}

#[tokio::test]
async fn a_body_whose_attempt_is_over_breaks_off_and_signs_nothing() {
    let pool = Pool::new(4);
    let slip = Slip::default();
    let origin = Origin::Bytes(patterned(2 * BUFFER));
    let envelope = Envelope::new("file", "a", "a/b");
    let body = |slip: &Slip| {
        let pass = origin.pass(&pool).unwrap();
        MultipartBody::new(envelope.clone(), pass, origin.size(), None, slip.clone())
    };
    let mut old = body(&slip);
    assert!(old.frame().await.unwrap().is_ok());
    let new = body(&slip);
    let error = old.frame().await.unwrap().unwrap_err();
    assert_eq!(error.code(), ErrorCode::Cancelled);
    assert!(old.frame().await.is_none());
    assert_eq!(slip.receipt(), None);
    new.collect().await.unwrap();
    assert!(slip.receipt().is_some());
}

/// What `filename="…"` means to a reader that follows the form-data encoding of browsers.
fn unescaped(name: &str) -> String {
    name.replace("%22", "\"")
        .replace("%0D", "\r")
        .replace("%0A", "\n")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_legal_name_is_read_back_by_a_strict_parser(name in "[^/\\\\\\p{Cc}]{1,60}") {
        prop_assume!(super::super::name::check(&name).is_ok() && !name.contains('%'));
        let envelope = Envelope::new("file", &name, "a/b");
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (part, read, _, content) = runtime.block_on(async {
            let pool = Pool::new(1);
            let sent = send(&Origin::Bytes(Bytes::from_static(b"x")), &envelope, &pool).await;
            parse(&envelope, sent.unwrap().bytes).await
        });
        prop_assert_eq!(unescaped(&read), name);
        prop_assert_eq!(part, "file");
        prop_assert_eq!(&content[..], b"x");
    }

    #[test]
    fn no_name_at_all_can_break_out_of_its_header(name in any::<String>()) {
        let envelope = Envelope::new("file", &name, "a/b");
        let text = std::str::from_utf8(&envelope.prologue).unwrap();
        prop_assert_eq!(text.matches("\r\n").count(), 4);
        prop_assert_eq!(text.matches('"').count(), 4);
    }

    #[test]
    fn content_of_any_kind_and_cut_survives(
        pieces in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..2000), 1..8),
    ) {
        let data: Bytes = pieces.concat().into();
        prop_assume!(!data.is_empty());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time()
            .build().unwrap();
        let content = runtime.block_on(async {
            let pool = Pool::new(1);
            let (sender, receiver) = chunks();
            let supply = async move {
                for piece in pieces {
                    sender.send(piece.into()).await;
                }
            };
            let size = Some(data.len() as u64);
            let (source, hosts) = (Source::Chunks { receiver, size }, Hosts::patient());
            let (origin, ()) =
                tokio::join!(Origin::open(source, &pool, &hosts), supply);
            let envelope = Envelope::new("file", "a", "a/b");
            let sent = send(&origin.unwrap(), &envelope, &pool).await.unwrap();
            parse(&envelope, sent.bytes).await.3
        });
        prop_assert_eq!(content, data);
    }
}
