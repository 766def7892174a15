//! A power cut at any moment: what was answered is there, what was not is there whole or not at
//! all.

use super::*;
use crate::ErrorCode;

/// A log shorter than this holds nothing: the last one to write never left it so.
const ONE_PAGE: usize = 32 + 24 + 4096;

fn copy(from: &Path, to: &Path, log_bytes: Option<usize>) {
    std::fs::copy(from, to).unwrap();
    let side = |path: &Path| {
        let mut name = path.as_os_str().to_owned();
        name.push("-wal");
        std::path::PathBuf::from(name)
    };
    let log = std::fs::read(side(from)).unwrap();
    let kept = log_bytes.unwrap_or(log.len()).min(log.len());
    std::fs::write(side(to), &log[..kept]).unwrap();
}

#[tokio::test]
async fn a_copy_of_the_files_holds_everything_that_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("push.filed");
    let journal = journal(&path).await;
    let key = journal.run(|db| client(db, "c-1")).await.unwrap();
    for n in 1..=50_u64 {
        journal
            .run(move |db| file(db, key, &format!("f-{n}")))
            .await
            .unwrap();
        if n % 10 == 0 {
            let image = folder.path().join(format!("image-{n}"));
            copy(&path, &image, None);
            let opened = Journal::open(Some(image), Expect::Existing).await.unwrap();
            assert_eq!(opened.tally().files.total, n);
        }
    }
}

#[tokio::test]
async fn a_log_cut_anywhere_gives_a_whole_number_of_transactions() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("push.filed");
    let journal = journal(&path).await;
    let key = journal.run(|db| client(db, "c-1")).await.unwrap();
    for n in 0..8 {
        // A pair in each transaction: half of one must never show.
        let pair = move |db: &Db| {
            file(db, key, &format!("f-{n}-a"))?;
            file(db, key, &format!("f-{n}-b"))
        };
        journal.run(pair).await.unwrap();
    }
    let log = std::fs::metadata(folder.path().join("push.filed-wal")).unwrap();
    let length = usize::try_from(log.len()).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for cut in (0..=length).step_by(length / 97) {
        let image = folder.path().join(format!("image-{cut}"));
        copy(&path, &image, Some(cut));
        if cut < ONE_PAGE {
            let refused = super::opening::refusal(&image, Expect::Existing).await;
            assert_eq!(refused, ErrorCode::JournalCorrupt, "cut at byte {cut}");
            continue;
        }
        let opened = Journal::open(Some(image), Expect::Existing).await.unwrap();
        assert!(opened.is_torn());
        let tally = opened.tally();
        assert_eq!(tally.files.total % 2, 0, "half a transaction at byte {cut}");
        assert_tally(&opened).await;
        seen.insert(tally.files.total);
    }
    assert!(
        seen.len() > 4,
        "the cuts fell between transactions: {seen:?}"
    );
}

#[tokio::test]
async fn a_log_that_is_gone_or_damaged_at_its_start_is_not_taken_for_an_empty_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("push.filed");
    let journal = journal(&path).await;
    journal.run(|db| client(db, "c-1")).await.unwrap();

    let gone = folder.path().join("gone");
    std::fs::copy(&path, &gone).unwrap();
    let refused = super::opening::refusal(&gone, Expect::Any).await;
    assert_eq!(refused, ErrorCode::JournalCorrupt);

    let flipped = folder.path().join("flipped");
    copy(&path, &flipped, None);
    let log = folder.path().join("flipped-wal");
    let mut bytes = std::fs::read(&log).unwrap();
    bytes[17] ^= 1;
    std::fs::write(&log, &bytes).unwrap();
    let refused = super::opening::refusal(&flipped, Expect::Any).await;
    assert_eq!(refused, ErrorCode::JournalCorrupt);
    assert_eq!(std::fs::read(&log).unwrap(), bytes, "it is left as it is");
}

#[tokio::test]
async fn a_journal_that_was_closed_can_be_opened_without_a_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("push.filed");
    let first = journal(&path).await;
    first.run(|db| client(db, "c-1")).await.unwrap();
    super::opening::drop_and_wait(first).await;
    assert!(!folder.path().join("push.filed-wal").exists());
    let again = Journal::open(Some(path.clone()), Expect::Existing)
        .await
        .unwrap();
    assert!(!again.is_torn());
    assert_eq!(again.tally().clients.total, 1);
    super::opening::drop_and_wait(again).await;

    // Stopped while being opened: the first mark stands, the log is empty, nothing was lost.
    let sql = rusqlite::Connection::open(&path).unwrap();
    sql.execute("UPDATE session SET stage = 1", []).unwrap();
    drop(sql);
    let again = Journal::open(Some(path), Expect::Existing).await.unwrap();
    assert!(!again.is_torn());
    assert_eq!(again.tally().clients.total, 1);
}

#[tokio::test]
async fn a_first_page_that_a_power_cut_took_comes_back_from_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("push.filed");
    let journal = journal(&path).await;
    let key = journal.run(|db| client(db, "c-1")).await.unwrap();
    // Makes the first page part of the log, as growing does.
    journal
        .run(move |db| {
            db.sql().execute_batch("CREATE TABLE t (a); DROP TABLE t")?;
            file(db, key, "f-1")
        })
        .await
        .unwrap();
    let image = folder.path().join("image");
    copy(&path, &image, None);
    let mut bytes = std::fs::read(&image).unwrap();
    bytes[..4096].fill(0);
    std::fs::write(&image, bytes).unwrap();
    let opened = Journal::open(Some(image), Expect::Existing).await.unwrap();
    assert_eq!(opened.tally().files.total, 1);
}

#[tokio::test]
async fn a_journal_whose_making_was_cut_short_is_made_anew_but_not_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("push.filed");
    // As far as SQLite comes before the first transaction: a page that says nothing.
    let sql = rusqlite::Connection::open(&path).unwrap();
    sql.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))
        .unwrap();
    drop(sql);
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 4096);

    let resumed = Journal::open(Some(path.clone()), Expect::Existing).await;
    let error = resumed.err().expect("there is nothing to resume");
    assert_eq!(error.code(), ErrorCode::JournalCorrupt);
    assert!(error.message().contains("open the push again"));

    let again = journal(&path).await;
    assert!(again.is_fresh());
    let key = again.run(|db| client(db, "c-1")).await.unwrap();
    again.run(move |db| file(db, key, "f-1")).await.unwrap();
}

#[tokio::test]
async fn a_journal_that_never_said_whose_it_is_is_not_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("push.filed");
    let made = Journal::open(Some(path.clone()), Expect::Any)
        .await
        .unwrap();
    let error = made.run(head::get).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::JournalCorrupt);
    assert!(error.message().contains("open the push again"));
}

#[tokio::test]
async fn a_log_of_zeros_that_a_power_cut_left_before_anything_was_in_it_is_forgiven() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("push.filed-wal");
    let path = folder.path().join("push.filed");
    let sql = rusqlite::Connection::open(&path).unwrap();
    sql.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))
        .unwrap();
    drop(sql);
    std::fs::write(&log, [0; 32]).unwrap();
    let made = journal(&path).await;
    assert!(made.is_fresh());
    super::opening::drop_and_wait(made).await;

    // Closed in good order, opened, and the power went before the mark.
    std::fs::write(&log, [0; 32]).unwrap();
    let again = Journal::open(Some(path), Expect::Existing).await.unwrap();
    assert!(!again.is_torn());
}
