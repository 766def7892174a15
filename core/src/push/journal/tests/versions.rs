//! Journals of older versions.

use super::opening::drop_and_wait;
use super::*;
use crate::push::journal::resent::{self, Sent};
use crate::push::journal::{listing, schema};

/// Every table, index and column.
fn shape(path: &Path) -> Vec<String> {
    let sql = rusqlite::Connection::open(path).unwrap();
    let mut columns = sql
        .prepare(
            "SELECT m.type || ' ' || m.name || ' ' || ifnull(c.name || ' ' || c.type, '')
             FROM sqlite_schema m LEFT JOIN pragma_table_info(m.name) c
             ORDER BY 1",
        )
        .unwrap();
    let rows = columns.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[tokio::test]
async fn a_journal_of_every_older_version_becomes_one_of_this_version() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = folder.path().join("fresh");
    drop_and_wait(journal(&fresh).await).await;
    for version in 1..schema::VERSION {
        let path = folder.path().join(format!("version-{version}"));
        let sql = rusqlite::Connection::open(&path).unwrap();
        sql.execute_batch(schema::TABLES).unwrap();
        let steps = usize::try_from(version - 1).unwrap();
        sql.execute_batch(&schema::MIGRATIONS[..steps].concat())
            .unwrap();
        sql.pragma_update(None, "application_id", schema::APPLICATION_ID)
            .unwrap();
        sql.pragma_update(None, "user_version", version).unwrap();
        sql.execute(
            "INSERT INTO client (external_id, name) VALUES ('c-1', 'Name of c-1')",
            [],
        )
        .unwrap();
        sql.execute(
            "INSERT INTO file (client_key, external_id, kind, file_name, fingerprint, size, held)
             VALUES (1, 'f-1', 'bytes', 'a.pdf', 'its hash', 3, 0)",
            [],
        )
        .unwrap();
        let sent = entry("f-2");
        sql.execute(
            "INSERT INTO file (client_key, external_id, kind, path, fingerprint, held, state,
                               file_url, sha256)
             VALUES (1, 'f-2', 'path', ?, '10 1', 1, 'uploaded', 'https://host/2', 'what was sent')",
            [&sent.path],
        )
        .unwrap();
        drop(sql);
        // Its log is gone, as after a proper close.
        let old = journal(&path).await;
        assert_eq!(old.tally().clients.total, 1);
        assert_eq!(old.run(|db| client(db, "c-1")).await.unwrap(), 1);
        let again = FileEntry {
            kind: "bytes",
            path: None,
            file_name: Some("a.pdf".into()),
            fingerprint: Some("its hash".into()),
            size: Some(3),
            ..entry("f-1")
        };
        let added = old.run(move |db| files::add_all(db, 1, &[again], 0)).await;
        assert_eq!(added.unwrap()[0].key, 1);
        // What was sent is told and compared by the hash it was given then.
        let touched = FileEntry {
            fingerprint: Some("10 2".into()),
            ..sent
        };
        let doubts = old.run(move |db| resent::doubts(db, &[touched])).await;
        let hash = Sent::Sha256("what was sent".into());
        assert_eq!(doubts.unwrap()[0].sent, hash);
        let files = old.run(|db| listing::files(db, 0, 9)).await;
        assert_eq!(files.unwrap()[1].sha256.as_deref(), Some("what was sent"));
        drop_and_wait(old).await;
        assert_eq!(shape(&path), shape(&fresh));
    }
}
