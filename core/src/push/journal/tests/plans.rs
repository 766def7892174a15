//! What the engine asks the journal for all the time costs the same at any size: counted in steps of
//! SQLite's programs, which no load of the machine changes, and seen in its query plans.

use std::collections::BTreeMap;
use std::ffi::CStr;
use std::ptr;

use rusqlite::ffi;

use super::*;
use crate::push::journal::attach::{self, AttachedFile};
use crate::push::journal::outcome::{self, ArtifactNews, Ending, WorkNews};
use crate::push::journal::verify::{self, Comparison, SeenWork};
use crate::push::journal::{events, listing, uploads};

const FILES: usize = 3;

/// A moment of the run's clock after everything that is set up, and one far in the future.
const NOW: i64 = 1_000;
const LATER: i64 = 1_000_000;

/// Every statement the journal has prepared, with the steps it took since the last time.
fn steps(db: &Db) -> Vec<(String, i64)> {
    counted(db, ffi::SQLITE_STMTSTATUS_VM_STEP)
}

/// Every statement the journal has prepared, with what is counted of it since the last time.
fn counted(db: &Db, what: i32) -> Vec<(String, i64)> {
    let mut found = Vec::new();
    // SAFETY: the connection is open, only this thread uses it, and no statement is finalized while
    // they are walked.
    unsafe {
        let handle = db.sql().handle();
        let mut statement = ffi::sqlite3_next_stmt(handle, ptr::null_mut());
        while !statement.is_null() {
            let text = CStr::from_ptr(ffi::sqlite3_sql(statement));
            let count = ffi::sqlite3_stmt_status(statement, what, 1);
            found.push((text.to_string_lossy().into_owned(), i64::from(count)));
            statement = ffi::sqlite3_next_stmt(handle, statement);
        }
    }
    found
}

/// A season in full swing: a quarter of the clients each waits to be created, has files to upload,
/// has files to attach, and is attached.
fn season(db: &Db, clients: usize) -> Step<()> {
    let quarter = (clients / 4) as Key;
    for n in 1..=clients as Key {
        let key = client(db, &format!("c-{n}"))?;
        for k in 0..FILES {
            file(db, key, &format!("f-{n}-{k}"))?;
        }
    }
    works::claim(db, clients)?;
    (1..=3 * quarter).try_for_each(|key| create(db, key))?;
    let waiting: Vec<Key> = (3 * quarter + 1..=clients as Key).collect();
    works::give_back(db, &waiting, false)?;
    for upload in uploads::claim(db, 2 * quarter as usize * FILES, 0)? {
        uploads::uploaded(db, upload.key, &sent(upload.key), NOW)?;
    }
    for _ in 0..quarter {
        attach_one(db)?;
    }
    while attach::settle(db)? {}
    for upload in uploads::claim(db, quarter as usize, 0)? {
        uploads::put_back(db, upload.key, LATER)?;
    }
    Ok(())
}

fn attach_one(db: &Db) -> Step<()> {
    let ready = attach::claim(db, false, NOW)?.unwrap();
    let files: Vec<_> = attach::take(db, ready.key, 50)?
        .into_iter()
        .map(|file| AttachedFile {
            key: file.key,
            artifact_id: format!("a-{}", file.key),
            status: None,
        })
        .collect();
    attach::attached(db, ready.key, &files, NOW)?;
    attach::release(db, ready.key)
}

/// What the gateway tells about the first client, which is attached.
fn work(ending: Option<Ending>) -> WorkNews {
    let artifact = |key: Key| ArtifactNews {
        artifact_id: format!("a-{key}"),
        status: Some("uploaded".into()),
        ending: ending.clone(),
    };
    WorkNews {
        key: 1,
        status: Some("completed".into()),
        ending: ending.clone(),
        by_files: false,
        artifacts: (1..=FILES as Key).map(artifact).collect(),
    }
}

fn seen_work() -> SeenWork {
    let artifact = |key: Key| (format!("a-{key}"), format!("f-1-{}", key - 1));
    SeenWork {
        id: "jw-1".into(),
        external_id: Some("c-1".into()),
        artifacts: (1..=FILES as Key).map(artifact).collect(),
    }
}

type Operation = fn(&Db) -> Step<()>;

/// What is asked for again and again while a push runs.
const HOT: [(&str, Operation); 13] = [
    ("add a client and its files", |db| {
        let key = client(db, "c-new")?;
        (0..FILES).try_for_each(|k| file(db, key, &format!("f-new-{k}")).map(drop))
    }),
    ("claim uploads", |db| {
        uploads::claim(db, 16, NOW).map(|claimed| assert_eq!(claimed.len(), 16))
    }),
    ("when an upload is due", |db| {
        uploads::next_due(db).map(|due| assert_eq!(due, Some(LATER)))
    }),
    ("record an upload", |db| {
        let claimed = uploads::claim(db, 1, NOW)?;
        uploads::uploaded(db, claimed[0].key, &sent(1), NOW)
    }),
    ("claim works", |db| {
        works::claim(db, 50).map(|claimed| assert_eq!(claimed.len(), 50))
    }),
    ("whether a work waits", |db| {
        works::any_waiting(db).map(|any| assert!(any))
    }),
    ("attach a client", attach_one),
    ("whether a client is quiet", |db| {
        attach::next_touched(db).map(|touched| assert_eq!(touched, Some(NOW)))
    }),
    ("whether all is settled", |db| {
        attach::any_unsettled(db).map(|any| assert!(any))
    }),
    ("look at open clients", |db| {
        outcome::open_clients(db, 0, 100).map(|open| assert_eq!(open.len(), 100))?;
        outcome::any_open(db).map(|any| assert!(any))
    }),
    ("record an import", |db| {
        assert!(outcome::record(db, &[work(Some(Ending::Imported))])?);
        outcome::record(db, &[work(None)]).map(|moved| assert!(!moved))
    }),
    ("mark what was seen", |db| {
        let mut pass = Comparison::default();
        verify::mark(db, &mut pass, &[seen_work()])?;
        assert_eq!(pass.extra.foreign.total + pass.extra.doubled.total, 0);
        Ok(())
    }),
    ("read pages", |db| {
        events::page(db, 50, 100).map(|page| assert_eq!(page.len(), 100))?;
        listing::clients(db, 50, 100).map(|page| assert_eq!(page.len(), 100))?;
        listing::files(db, 50, 100).map(|page| assert_eq!(page.len(), 100))
    }),
];

/// Steps of each hot operation in a season of so many clients.
async fn costs(clients: usize) -> BTreeMap<&'static str, i64> {
    let journal = temporary().await;
    journal
        .run(move |db| {
            season(db, clients)?;
            let mut costs = BTreeMap::new();
            for (name, operation) in HOT {
                steps(db);
                operation(db)?;
                costs.insert(name, steps(db).iter().map(|(_, count)| count).sum());
            }
            Ok(costs)
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn what_is_asked_all_the_time_takes_as_many_steps_at_any_size() {
    let (small, large) = (costs(800).await, costs(8_000).await);
    for (name, few) in &small {
        let many = large[name];
        // Ten times the season would be ten times the steps of a scan.
        assert!(
            many <= few + few / 10 + 20,
            "to {name} took {few} steps among 800 clients, {many} among 8,000"
        );
    }
}

#[tokio::test]
async fn no_plan_walks_a_whole_table() {
    let journal = temporary().await;
    let scans = journal
        .run(|db| {
            season(db, 400)?;
            HOT.iter().try_for_each(|(_, operation)| operation(db))?;
            let mut scans = Vec::new();
            for (text, _) in steps(db) {
                scans.extend(walks(db, &text)?);
            }
            Ok(scans)
        })
        .await
        .unwrap();
    assert!(scans.is_empty(), "{scans:#?}");
}

#[tokio::test]
async fn no_statement_is_parsed_a_second_time() {
    let journal = temporary().await;
    let again = journal
        .run(|db| {
            season(db, 400)?;
            HOT.iter().try_for_each(|(_, operation)| operation(db))?;
            let mut again = counted(db, ffi::SQLITE_STMTSTATUS_REPREPARE);
            again.retain(|(_, times)| *times > 0);
            Ok(again)
        })
        .await
        .unwrap();
    assert!(again.is_empty(), "{again:#?}");
}

/// The parts of a statement's plan that read a table of entries from one end to the other.
fn walks(db: &Db, text: &str) -> Step<Vec<String>> {
    let mut plan = match db.sql().prepare(&format!("EXPLAIN QUERY PLAN {text}")) {
        Ok(plan) => plan,
        // Not a statement with a plan, such as BEGIN.
        Err(_) => return Ok(Vec::new()),
    };
    let empty = rusqlite::params_from_iter(vec![rusqlite::types::Null; plan.parameter_count()]);
    let details = plan.query_map(empty, |row| row.get::<_, String>(3))?;
    let details: Vec<String> = details.collect::<rusqlite::Result<_>>()?;
    Ok(details
        .into_iter()
        .filter(|detail| {
            ["client", "file", "event", "c", "f", "e"]
                .iter()
                .any(|table| detail == &format!("SCAN {table}"))
        })
        .map(|detail| format!("{detail}: {text}"))
        .collect())
}
