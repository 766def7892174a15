use std::future::poll_fn;

use super::*;
use crate::upload::chunks;

/// A reader that answers each call with the next of its steps, and then with the end.
struct Script(VecDeque<Act>);

type Act = Box<dyn FnMut(&mut [u8]) -> io::Result<usize> + Send>;

impl Read for Script {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        match self.0.pop_front() {
            Some(mut step) => step(space),
            None => Ok(0),
        }
    }
}

fn some() -> Act {
    Box::new(|space| {
        space.fill(7);
        Ok(space.len())
    })
}

fn reader(steps: Vec<Act>) -> Supply {
    Supply::Reader(Box::new(Script(steps.into())))
}

async fn read(supply: Supply, size: Option<u64>) -> Result<Vec<u8>> {
    let pool = Pool::new(2);
    match gather(supply, size, &pool, &Hosts::patient()).await? {
        Gathered::Whole(bytes) => Ok(bytes.to_vec()),
        Gathered::Longer(stream) => read_on(Arc::new(stream)).await,
    }
}

async fn read_on(stream: Arc<Stream>) -> Result<Vec<u8>> {
    let mut pass = StreamPass::new(stream, Pool::new(2));
    let mut all = Vec::new();
    while let Some(chunk) = poll_fn(|cx| pass.poll_chunk(cx)).await {
        let chunk = chunk?;
        assert!((1..=BUFFER).contains(&chunk.len()));
        all.extend_from_slice(&chunk);
    }
    Ok(all)
}

fn many(bytes: usize) -> Supply {
    Supply::Reader(Box::new(io::repeat(7).take(bytes as u64)))
}

#[tokio::test]
async fn a_reader_must_give_exactly_what_was_announced() {
    for bytes in [1, BUFFER, 3 * BUFFER + 7] {
        let size = bytes as u64;
        assert_eq!(read(many(bytes), None).await.unwrap().len(), bytes);
        assert_eq!(read(many(bytes), Some(size)).await.unwrap().len(), bytes);
        for lie in [size - 1, size + 1] {
            let error = read(many(bytes), Some(lie)).await.unwrap_err();
            assert_eq!(error.code(), ErrorCode::SourceFailed, "{bytes} {lie}");
        }
    }
    let empty = read(many(0), None).await.unwrap_err();
    assert_eq!(empty.code(), ErrorCode::FileEmpty);
    let missing = read(many(0), Some(3)).await.unwrap_err();
    assert_eq!(missing.code(), ErrorCode::SourceFailed);
}

#[tokio::test]
async fn a_reader_that_fails_early_or_late_fails_the_source() {
    let fail = || -> Act { Box::new(|_| Err(io::Error::other("planted text"))) };
    let crash = || -> Act { Box::new(|_| panic!("planted panic")) };
    let overstate = || -> Act { Box::new(|space| Ok(space.len() + 1)) };
    for bad in [fail, crash as fn() -> Act, overstate as fn() -> Act] as [fn() -> Act; 3] {
        for before in [0, 2] {
            let mut steps: Vec<Act> = (0..before).map(|_| some()).collect();
            steps.push(bad());
            let error = read(reader(steps), None).await.unwrap_err();
            assert_eq!(error.code(), ErrorCode::SourceFailed);
            assert!(!error.message().contains("planted"));
        }
    }
}

#[tokio::test]
async fn a_hosts_own_error_comes_through_a_reader() {
    let steps: Vec<Act> = vec![Box::new(|_| {
        let own = Error::new(ErrorCode::CallbackFailed, "raised by the host");
        Err(io::Error::other(own))
    })];
    let error = read(reader(steps), None).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::CallbackFailed);
}

#[tokio::test]
async fn an_interrupted_read_is_repeated() {
    let steps: Vec<Act> = vec![
        Box::new(|_| Err(io::ErrorKind::Interrupted.into())),
        Box::new(|space| {
            space[0] = 1;
            Ok(1)
        }),
    ];
    assert_eq!(read(reader(steps), Some(1)).await.unwrap(), [1]);
}

#[tokio::test]
async fn a_short_stream_becomes_bytes_that_can_be_sent_again() {
    let pool = Pool::new(2);
    let gathered = gather(many(BUFFER - 1), None, &pool, &Hosts::patient())
        .await
        .unwrap();
    assert!(matches!(gathered, Gathered::Whole(bytes) if bytes.len() == BUFFER - 1));
    let (sender, receiver) = chunks();
    assert!(sender.send(Bytes::from_static(b"ab")).await);
    assert!(sender.send(Bytes::new()).await);
    assert!(sender.send(Bytes::from_static(b"c")).await);
    drop(sender);
    let gathered = gather(Supply::Chunks(receiver), None, &pool, &Hosts::patient())
        .await
        .unwrap();
    assert!(matches!(gathered, Gathered::Whole(bytes) if &bytes[..] == b"abc"));
}

#[tokio::test]
async fn a_long_stream_can_begin_again_until_more_than_its_head_was_taken() {
    let Gathered::Longer(stream) = gather(many(2 * BUFFER), None, &Pool::new(2), &Hosts::patient())
        .await
        .unwrap()
    else {
        panic!("two buffers are more than one");
    };
    let stream = Arc::new(stream);
    let mut broken = StreamPass::new(stream.clone(), Pool::new(2));
    let head = poll_fn(|cx| broken.poll_chunk(cx)).await.unwrap().unwrap();
    assert_eq!(head.len(), BUFFER);
    drop(broken);
    assert!(stream.repeatable());
    assert_eq!(read_on(stream.clone()).await.unwrap().len(), 2 * BUFFER);
    assert!(!stream.repeatable());
    assert_eq!(
        read_on(stream).await.unwrap_err().code(),
        ErrorCode::SourceFailed
    );
}

#[tokio::test]
async fn one_large_chunk_is_passed_on_in_pieces() {
    let (sender, receiver) = chunks();
    let large = Bytes::from(vec![7; 3 * BUFFER + 1]);
    assert!(sender.send(large.clone()).await);
    let supply = Supply::Chunks(receiver);
    drop(sender);
    assert!(read(supply, Some(large.len() as u64)).await.unwrap() == large);
}

#[tokio::test]
async fn a_sender_learns_that_nobody_listens_any_more() {
    let (sender, receiver) = chunks();
    drop(receiver);
    assert!(!sender.send(Bytes::from_static(b"late")).await);
}
