//! Who may open a journal: one writer at a time, and the owner alone.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::opening::refusal;
use super::*;
use crate::ErrorCode;

#[tokio::test]
async fn a_second_opener_is_refused_until_the_first_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("push.filed");
    let first = journal(&path).await;
    assert_eq!(refusal(&path, Expect::Any).await, ErrorCode::JournalLocked);
    assert!(path.exists(), "the refused opener leaves the file alone");

    first.closing();
    drop(first);
    assert!(Journal::open(Some(path), Expect::Any).await.is_ok());
}

#[tokio::test]
async fn another_process_is_refused_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("push.filed");
    let mut holder = in_another_process(&path, 0o022);
    assert_eq!(refusal(&path, Expect::Any).await, ErrorCode::JournalLocked);
    holder.kill().unwrap();
    holder.wait().unwrap();
    let journal = Journal::open(Some(path), Expect::Existing).await.unwrap();
    assert_eq!(
        journal.tally().clients.total,
        1,
        "nothing was lost by the kill"
    );
}

/// A POSIX lock goes with the first descriptor of the file that its process closes.
#[tokio::test]
async fn a_second_opener_here_does_not_let_another_process_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("push.filed");
    let first = journal(&path).await;
    let roundabout = folder.path().join(".").join("push.filed");
    for again in [&path, &roundabout] {
        assert_eq!(refusal(again, Expect::Any).await, ErrorCode::JournalLocked);
    }
    let other = child("try_in_another_process", &path, 0o022)
        .stdout(Stdio::piped())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&other.stdout).into_owned();
    assert!(said.contains("code JOURNAL_LOCKED"), "{said}");
    first.run(|db| client(db, "c-1")).await.unwrap();
}

#[tokio::test]
#[ignore = "the other process of the test above"]
async fn try_in_another_process() {
    let Some(path) = std::env::var_os("TEST_JOURNAL_PATH") else {
        return;
    };
    let opened = Journal::open(Some(path.into()), Expect::Existing).await;
    println!(
        "code {}",
        opened.err().map_or("none", |e| e.code().info().name)
    );
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_it_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt;
    for umask in [0o000, 0o777] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("push.filed");
        let mut holder = in_another_process(&path, umask);
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(
                mode,
                0o600,
                "{} under umask {umask:o}",
                entry.path().display()
            );
        }
        assert!(folder.path().join("push.filed-wal").exists());
        holder.kill().unwrap();
        holder.wait().unwrap();
    }
}

fn child(test: &str, path: &Path, umask: u32) -> Command {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child
        .args(["--exact", "--ignored", "--nocapture"])
        .arg(format!("push::journal::tests::owners::{test}"))
        .env("TEST_JOURNAL_PATH", path)
        .env("TEST_JOURNAL_UMASK", umask.to_string());
    child
}

/// Runs [`hold_for_another_process`] in a child and returns once it has the journal open.
fn in_another_process(path: &Path, umask: u32) -> Child {
    let mut child = child("hold_for_another_process", path, umask)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(
        lines.any(|line| line.unwrap().contains("journal is open")),
        "the child ended early"
    );
    child
}

#[cfg(unix)]
#[tokio::test]
#[ignore = "the other process of the tests above"]
async fn hold_for_another_process() {
    let Some(path) = std::env::var_os("TEST_JOURNAL_PATH") else {
        return;
    };
    let umask: u32 = std::env::var("TEST_JOURNAL_UMASK")
        .unwrap()
        .parse()
        .unwrap();
    unsafe { libc::umask(umask as libc::mode_t) };
    let journal = journal(Path::new(&path)).await;
    journal.run(|db| client(db, "c-1")).await.unwrap();
    println!("journal is open");
    // Until the parent kills this process or goes away.
    std::io::stdin().lines().for_each(drop);
}
