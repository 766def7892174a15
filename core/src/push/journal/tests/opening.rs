//! Every way a journal can be refused.

use super::*;
use crate::ErrorCode;

pub(super) async fn refusal(path: &Path, expect: Expect) -> ErrorCode {
    refused(path, expect).await.code()
}

async fn refused(path: &Path, expect: Expect) -> crate::Error {
    let error = Journal::open(Some(path.to_owned()), expect)
        .await
        .err()
        .expect("must be refused");
    assert_eq!(error.path(), Some(path));
    assert!(!error.message().contains(path.to_str().unwrap()));
    error
}

#[tokio::test]
async fn a_journal_is_found_again_with_everything_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("season.filed");
    let first = journal(&path).await;
    assert!(first.is_fresh());
    first
        .run(|db| client(db, "c-1").and_then(|c| file(db, c, "f-1")))
        .await
        .unwrap();
    first.closing();
    drop(first);

    let again = Journal::open(Some(path), Expect::Existing).await.unwrap();
    assert!(!again.is_fresh());
    assert_eq!(again.tally().clients.total, 1);
    assert_eq!(again.tally().files.total, 1);
    assert_eq!(again.tally().bytes_total, 10);
    let head = again.run(head::get).await.unwrap();
    assert_eq!(head.job_name, "Season");
    let events = again
        .run(|db| crate::push::journal::events::page(db, 0, 10))
        .await
        .unwrap();
    assert_eq!(events.len(), 2);
}

#[tokio::test]
async fn what_is_no_journal_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);

    assert_eq!(
        refusal(&at("absent"), Expect::Existing).await,
        ErrorCode::JournalIo
    );
    assert!(!at("absent").exists());
    assert_eq!(
        refusal(&at("no/such/folder"), Expect::Any).await,
        ErrorCode::JournalIo
    );
    assert_eq!(
        refusal(folder.path(), Expect::Any).await,
        ErrorCode::JournalIo
    );

    std::fs::write(
        at("text"),
        "clients,files\nand more text than sixteen bytes",
    )
    .unwrap();
    assert_eq!(
        refusal(&at("text"), Expect::Any).await,
        ErrorCode::JournalCorrupt
    );
    std::fs::write(at("short"), "SQLite").unwrap();
    assert_eq!(
        refusal(&at("short"), Expect::Any).await,
        ErrorCode::JournalCorrupt
    );
    std::fs::write(at("empty"), "").unwrap();
    assert_eq!(
        refusal(&at("empty"), Expect::Existing).await,
        ErrorCode::JournalCorrupt
    );

    let other = rusqlite::Connection::open(at("other")).unwrap();
    other.execute_batch("CREATE TABLE t (a)").unwrap();
    drop(other);
    assert_eq!(
        refusal(&at("other"), Expect::Any).await,
        ErrorCode::JournalCorrupt
    );
}

#[tokio::test]
async fn an_empty_file_is_taken_as_new_but_not_when_its_log_has_content() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("push.filed");
    std::fs::write(&path, "").unwrap();
    let journal = Journal::open(Some(path.clone()), Expect::Any)
        .await
        .unwrap();
    assert!(journal.is_fresh());

    let cut = folder.path().join("cut.filed");
    std::fs::write(&cut, "").unwrap();
    std::fs::write(folder.path().join("cut.filed-wal"), "not empty").unwrap();
    assert_eq!(refusal(&cut, Expect::Any).await, ErrorCode::JournalCorrupt);
}

#[tokio::test]
async fn a_damaged_journal_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("push.filed");
    let whole = journal(&path).await;
    whole
        .run(|db| {
            let key = client(db, "c-1")?;
            (0..500).try_for_each(|n| file(db, key, &format!("f-{n}")).map(drop))
        })
        .await
        .unwrap();
    drop_and_wait(whole).await;
    let sound = std::fs::read(&path).unwrap();

    std::fs::write(&path, &sound[..sound.len() / 2]).unwrap();
    assert_eq!(refusal(&path, Expect::Any).await, ErrorCode::JournalCorrupt);

    let mut scribbled = sound.clone();
    let middle = scribbled.len() / 2;
    scribbled[middle..middle + 4096].fill(0xa5);
    std::fs::write(&path, &scribbled).unwrap();
    assert_eq!(refusal(&path, Expect::Any).await, ErrorCode::JournalCorrupt);
}

#[tokio::test]
async fn a_newer_journal_asks_for_a_newer_library() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("push.filed");
    drop_and_wait(journal(&path).await).await;
    let sql = rusqlite::Connection::open(&path).unwrap();
    let newer = super::super::schema::VERSION + 1;
    sql.pragma_update(None, "user_version", newer).unwrap();
    drop(sql);
    let before = std::fs::read(&path).unwrap();
    let error = refused(&path, Expect::Any).await;
    assert_eq!(error.code(), ErrorCode::JournalVersion);
    let versions = format!("version {newer}; this library knows up to {}", newer - 1);
    for told in [
        &versions,
        "nothing was read from it or changed",
        "go on with",
        "upgrade",
    ] {
        assert!(error.message().contains(told), "{error}");
    }
    assert_eq!(std::fs::read(&path).unwrap(), before, "left as it was");
}

#[tokio::test]
async fn a_version_that_never_was_is_damage() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("push.filed");
    drop_and_wait(journal(&path).await).await;
    let sql = rusqlite::Connection::open(&path).unwrap();
    sql.pragma_update(None, "user_version", 0).unwrap();
    drop(sql);
    assert_eq!(refusal(&path, Expect::Any).await, ErrorCode::JournalCorrupt);
}

#[tokio::test]
async fn another_push_cannot_use_the_journal() {
    let journal = temporary().await;
    for field in ["connection_id", "workspace_id", "job_name"] {
        let mut other = options();
        match field {
            "connection_id" => other.connection_id = "connection_2".into(),
            "workspace_id" => other.workspace_id = "workspace_2".into(),
            _ => other.job_name = "Another season".into(),
        }
        let error = journal
            .run(move |db| head::identify(db, &other))
            .await
            .unwrap_err();
        assert_eq!(error.code(), ErrorCode::JournalMismatch);
        assert!(error.message().contains(field));
    }
}

#[tokio::test]
async fn a_discarded_journal_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(Some(folder.path().join("push.filed")), Expect::Any)
        .await
        .unwrap();
    journal.discard().await;
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[cfg(unix)]
#[tokio::test]
async fn a_temporary_journal_has_no_name_that_could_be_left_behind() {
    let journal = temporary().await;
    assert!(!journal.path().parent().unwrap().exists());
    let key = journal.run(|db| client(db, "c-1")).await.unwrap();
    // Well beyond the size at which the log is written back into the file.
    for part in 0..20 {
        let many = move |db: &Db| {
            (0..500).try_for_each(|n| file(db, key, &format!("f-{part}-{n}")).map(drop))
        };
        journal.run(many).await.unwrap();
    }
    let refused = move |db: &Db| file(db, key, "f-0-0").and_then(|_| file(db, 77, "f-x"));
    assert!(journal.run(refused).await.is_err());
    assert_eq!(journal.tally().files.total, 10_000);
    assert_tally(&journal).await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_read_only_journal_is_an_io_error() {
    use std::os::unix::fs::PermissionsExt;
    // Root writes where it likes.
    if unsafe { libc::geteuid() } == 0 {
        return read_only_for_root().await;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("push.filed");
    drop_and_wait(journal(&path).await).await;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).unwrap();
    assert_eq!(refusal(&path, Expect::Any).await, ErrorCode::JournalIo);
}

#[cfg(unix)]
async fn read_only_for_root() {
    let nowhere = Path::new("/proc/push.filed");
    assert_eq!(refusal(nowhere, Expect::Any).await, ErrorCode::JournalIo);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_an_io_error_and_the_journal_goes_on_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let journal = journal(&folder.path().join("push.filed")).await;
    let key = journal.run(|db| client(db, "c-1")).await.unwrap();
    // Stands for the disk: no page may be added to the file.
    journal
        .run(|db| {
            let pages: i64 = db
                .sql()
                .pragma_query_value(None, "page_count", |r| r.get(0))?;
            Ok(db
                .sql()
                .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?)
        })
        .await
        .unwrap();
    let many =
        move |db: &Db| (0..5000).try_for_each(|n| file(db, key, &format!("f-{n}")).map(drop));
    let error = journal.run(many).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::JournalIo);
    assert_eq!(journal.tally().files.total, 0);
    assert_tally(&journal).await;

    let lift = |db: &Db| {
        Ok(db
            .sql()
            .pragma_update_and_check(None, "max_page_count", 1_000_000, |_| Ok(()))?)
    };
    journal.run(lift).await.unwrap();
    journal.run(many).await.unwrap();
    assert_eq!(journal.tally().files.total, 5000);
}

pub(super) async fn drop_and_wait(journal: Journal) {
    let path = journal.path().to_owned();
    journal.closing();
    drop(journal);
    assert!(super::super::registry::closed(&path).await);
}

#[tokio::test]
async fn tables_that_are_not_a_journals_are_damage_and_no_defect() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("season.filed");
    let first = journal(&path).await;
    first.closing();
    drop(first);
    let again = Journal::open(Some(path.clone()), Expect::Existing)
        .await
        .unwrap();
    again.closing();
    drop(again);

    let other = rusqlite::Connection::open(&path).unwrap();
    other
        .execute_batch("ALTER TABLE event RENAME TO x")
        .unwrap();
    drop(other);
    assert_eq!(
        refusal(&path, Expect::Existing).await,
        ErrorCode::JournalCorrupt
    );
}
