//! What another run makes of what an earlier one left.

use super::*;
use crate::push::journal::{listing, recover, uploads};
use crate::{Error, ErrorCode};

#[tokio::test]
async fn another_run_finds_what_was_on_its_way_and_tries_again_what_failed() {
    let journal = temporary().await;
    journal
        .run(|db| {
            let key = client(db, "c-1")?;
            let bytes = FileEntry {
                kind: "bytes",
                path: None,
                ..entry("f-bytes")
            };
            files::add_all(db, key, std::slice::from_ref(&bytes), 0)?;
            file(db, key, "f-1")?;
            let gone = file(db, key, "f-2")?;
            uploads::claim(db, 2, 0)?;
            files::fail(db, gone, &Error::new(ErrorCode::FileNotFound, "gone"), 0)?;
            let poison = client(db, "c-2")?;
            clients::fail(db, poison, &Error::new(ErrorCode::RequestRejected, "no"))?;
            head::commit(db)?;

            recover::recover(db)?;
            assert_eq!(works::claim(db, 10)?.len(), 2);
            let again = uploads::claim(db, 10, 0)?;
            assert_eq!(again.len(), 2, "bytes in memory are gone");
            let back = files::add_all(db, key, &[bytes], 0)?;
            assert!(back[0].wanted);
            assert_eq!(uploads::claim(db, 10, 0)?.len(), 1);
            Ok(())
        })
        .await
        .unwrap();
    assert_tally(&journal).await;
}

#[tokio::test]
async fn bytes_that_never_came_back_fail_when_asked() {
    let journal = temporary().await;
    let report = journal
        .run(|db| {
            let key = client(db, "c-1")?;
            let bytes = FileEntry {
                kind: "bytes",
                ..entry("f-1")
            };
            files::add_all(db, key, &[bytes], 0)?;
            recover::recover(db)?;
            assert!(uploads::fail_unavailable(db, 0)?);
            assert!(!uploads::fail_unavailable(db, 0)?);
            listing::report(db)
        })
        .await
        .unwrap();
    let error = report.failed_files[0].error.clone().unwrap();
    assert_eq!(error.code(), ErrorCode::SourceUnavailable);
}
