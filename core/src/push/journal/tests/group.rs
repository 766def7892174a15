//! Group commit: what is waiting goes in together, and each caller gets its own answer.

use std::sync::mpsc;

use futures_util::future::BoxFuture;

use super::*;
use crate::ErrorCode;

/// Keeps the journal's thread busy until the returned sender is dropped.
fn hold(journal: &std::sync::Arc<Journal>) -> mpsc::Sender<()> {
    let (release, held) = mpsc::channel::<()>();
    let (started, running) = mpsc::channel();
    let journal = journal.clone();
    tokio::spawn(async move {
        let wait = move |_: &Db| {
            started.send(()).unwrap();
            Ok(held.recv().is_err())
        };
        journal.run(wait).await.unwrap();
    });
    tokio::task::block_in_place(|| running.recv().unwrap());
    release
}

/// Hands a call over without waiting for it: it is in the queue before the thread is let go.
fn queue<'a, T>(call: impl Future<Output = T> + Send + 'a) -> BoxFuture<'a, T> {
    let mut call: BoxFuture<'a, T> = Box::pin(call);
    let waker = futures_util::task::noop_waker();
    let polled = call
        .as_mut()
        .poll(&mut std::task::Context::from_waker(&waker));
    assert!(polled.is_pending());
    call
}

/// Transactions in the write-ahead log: a frame that ends one says how large the database is.
fn commits(journal: &Journal) -> usize {
    const HEADER: usize = 32;
    const FRAME: usize = 24 + 4096;
    let mut name = journal.path().as_os_str().to_owned();
    name.push("-wal");
    let log = std::fs::read(name).unwrap();
    let salt = &log[16..24];
    log[HEADER..]
        .chunks_exact(FRAME)
        .take_while(|frame| &frame[8..16] == salt)
        .filter(|frame| frame[4..8] != [0; 4])
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_waiting_is_committed_together_and_a_refusal_undoes_only_itself() {
    let folder = tempfile::tempdir().unwrap();
    let journal = std::sync::Arc::new(journal(&folder.path().join("push.filed")).await);
    let key = journal.run(|db| client(db, "c-1")).await.unwrap();
    let release = hold(&journal);
    let calls: Vec<_> = (0..100)
        .map(|n| {
            queue(journal.run(move |db| {
                let added = file(db, key, &format!("f-{n}"))?;
                match n % 10 {
                    3 => Err(crate::Error::new(ErrorCode::InvalidArgument, "no").into()),
                    _ => Ok(added),
                }
            }))
        })
        .collect();
    let before = commits(&journal);
    drop(release);
    let results = futures_util::future::join_all(calls).await;

    assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 90);
    for (n, result) in results.iter().enumerate() {
        assert_eq!(result.is_err(), n % 10 == 3);
    }
    // The call that held the thread wrote nothing; all that waited went in at once.
    assert_eq!(commits(&journal) - before, 1);
    assert_eq!(journal.tally().files.total, 90);
    assert_tally(&journal).await;
}

/// SQLite would write what a savepoint brings back to a temporary file: names in a place that is not
/// the journal's.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_to_a_temporary_file() {
    const ALL: usize = 2000;
    let folder = tempfile::tempdir().unwrap();
    let journal = std::sync::Arc::new(journal(&folder.path().join("push.filed")).await);
    let add = |db: &Db| (0..ALL).try_for_each(|n| client(db, &format!("c-{n}")).map(drop));
    journal.run(add).await.unwrap();
    let release = hold(&journal);
    let rename = |db: &Db| {
        let renamed = db.sql().execute("UPDATE client SET name = 'other'", [])?;
        Ok((renamed, temporary_files()))
    };
    let calls = [queue(journal.run(rename)), queue(journal.run(rename))];
    drop(release);
    for result in futures_util::future::join_all(calls).await {
        assert_eq!(result.unwrap(), (ALL, Vec::<std::path::PathBuf>::new()));
    }
}

/// Those that this process has open, made without a name or with SQLite's.
#[cfg(target_os = "linux")]
fn temporary_files() -> Vec<std::path::PathBuf> {
    let open = std::fs::read_dir("/proc/self/fd").unwrap();
    open.filter_map(|one| std::fs::read_link(one.ok()?.path()).ok())
        .filter(|path| {
            ["/#", "/etilqs"]
                .iter()
                .any(|name| path.to_string_lossy().contains(name))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_nobody_waits_for_is_done_all_the_same() {
    let journal = std::sync::Arc::new(temporary().await);
    let release = hold(&journal);
    drop(queue(journal.run(|db| client(db, "c-1"))));
    drop(release);
    journal.run(|_| Ok(())).await.unwrap();
    assert_eq!(journal.tally().clients.total, 1);
}

#[tokio::test]
async fn whoever_has_the_answer_finds_it_in_the_snapshot_and_among_the_events() {
    let journal = temporary().await;
    let sequence = journal.sequence();
    for n in 1..=20 {
        journal
            .run(move |db| client(db, &format!("c-{n}")))
            .await
            .unwrap();
        assert_eq!(journal.tally().clients.total, n);
        assert_eq!(*sequence.borrow(), n);
    }
}
