//! Journals of older versions.

use super::opening::drop_and_wait;
use super::*;
use crate::push::journal::schema;

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
             VALUES (1, 'f-1', 'bytes', 'a.pdf', 'what version 3 called a hash', 3, 0)",
            [],
        )
        .unwrap();
        drop(sql);
        // Its log is gone, as after a proper close.
        let old = journal(&path).await;
        assert_eq!(old.tally().clients.total, 1);
        assert_eq!(old.run(|db| client(db, "c-1")).await.unwrap(), 1);
        // The hash of bytes is another one now; they are welcome back all the same.
        let again = FileEntry {
            kind: "bytes",
            path: None,
            file_name: Some("a.pdf".into()),
            fingerprint: Some(blake3::hash(b"abc").to_string()),
            size: Some(3),
            ..entry("f-1")
        };
        let added = old.run(move |db| files::add_all(db, 1, &[again], 0)).await;
        assert_eq!(added.unwrap()[0].key, 1);
        drop_and_wait(old).await;
        assert_eq!(shape(&path), shape(&fresh));
    }
}
