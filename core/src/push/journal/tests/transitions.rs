//! Items through their states: counted once, told once, found by the stage that is next.

use super::*;
use crate::push::event::EventKind;
use crate::push::journal::attach::{self, AttachedFile};
use crate::push::journal::outcome::{self, ArtifactNews, Ending, WorkNews};
use crate::push::journal::works;
use crate::push::journal::{events, listing, uploads};
use crate::push::report::{ItemState, PushState};
use crate::{Error, ErrorCode};

fn upload_all(db: &Db) -> Step<()> {
    for upload in uploads::claim(db, 100, 0)? {
        uploads::uploaded(db, upload.key, &sent(upload.key), 0)?;
    }
    Ok(())
}

fn attach_all(db: &Db) -> Step<()> {
    while let Some(client) = attach::claim(db, true, 0)? {
        let files: Vec<_> = attach::take(db, client.key, 100)?
            .into_iter()
            .map(|file| AttachedFile {
                key: file.key,
                artifact_id: format!("a-{}", file.key),
                status: None,
            })
            .collect();
        attach::attached(db, client.key, &files, 0)?;
        attach::release(db, client.key)?;
    }
    Ok(())
}

fn kinds(db: &Db, about: &str) -> Step<Vec<EventKind>> {
    let all = events::page(db, 0, 1000)?;
    Ok(all
        .into_iter()
        .filter(|e| e.external_id.as_deref() == Some(about))
        .map(|e| e.kind)
        .collect())
}

#[tokio::test]
async fn a_file_and_its_client_go_all_the_way() {
    use EventKind::*;
    let journal = temporary().await;
    let (of_file, of_client) = journal
        .run(|db| {
            let key = client(db, "c-1")?;
            file(db, key, "f-1")?;
            assert!(
                attach::claim(db, true, 0)?.is_none(),
                "nothing is created yet"
            );
            assert_eq!(works::claim(db, 10)?.len(), 1);
            assert!(
                works::claim(db, 10)?.is_empty(),
                "what is in doubt is not sent again"
            );
            create(db, key)?;
            assert!(
                attach::claim(db, true, 0)?.is_none(),
                "nothing is uploaded yet"
            );
            upload_all(db)?;
            attach_all(db)?;
            head::commit(db)?;
            assert!(!attach::settle(db)?);
            head::initiated(db)?;
            head::watching(db)?;
            let news = WorkNews {
                key,
                status: Some("done".into()),
                ending: Some(Ending::Imported),
                by_files: false,
                artifacts: vec![ArtifactNews {
                    artifact_id: "a-1".into(),
                    status: Some("uploaded".into()),
                    ending: Some(Ending::Imported),
                }],
            };
            assert!(outcome::record(db, std::slice::from_ref(&news))?);
            assert!(!outcome::record(db, &[news])?, "told once");
            assert!(outcome::open_clients(db, 0, 10)?.is_empty());
            Ok((kinds(db, "f-1")?, kinds(db, "c-1")?))
        })
        .await
        .unwrap();
    assert_eq!(
        of_file,
        [
            FileAdded,
            FileUploading,
            FileUploaded,
            FileAttached,
            FileImported
        ]
    );
    assert_eq!(
        of_client,
        [ClientAdded, ClientCreated, ClientAttached, ClientImported]
    );
    let tally = journal.tally();
    assert_eq!((tally.bytes_total, tally.bytes_sent), (12, 12));
    assert_eq!(tally.state, PushState::Watching);
    assert_tally(&journal).await;
}

#[tokio::test]
async fn the_same_entry_again_is_the_same_key_and_another_is_refused() {
    let journal = temporary().await;
    let key = journal.run(|db| client(db, "c-1")).await.unwrap();
    assert_eq!(journal.run(|db| client(db, "c-1")).await.unwrap(), key);
    let renamed = NewClient {
        name: "Another".into(),
        external_id: "c-1".into(),
    };
    let error = journal
        .run(move |db| clients::add(db, &renamed))
        .await
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::DuplicateExternalId);
    assert_eq!(error.external_id(), Some("c-1"));
    assert!(!error.message().contains("Another"));

    let first = journal.run(move |db| file(db, key, "f-1")).await.unwrap();
    assert_eq!(
        journal.run(move |db| file(db, key, "f-1")).await.unwrap(),
        first
    );
    let other = journal.run(|db| client(db, "c-2")).await.unwrap();
    let elsewhere = journal
        .run(move |db| file(db, other, "f-1"))
        .await
        .unwrap_err();
    assert_eq!(elsewhere.code(), ErrorCode::DuplicateExternalId);
    let unknown = journal.run(|db| file(db, 77, "f-9")).await.unwrap_err();
    assert_eq!(unknown.code(), ErrorCode::InvalidArgument);
    assert_eq!(journal.tally().files.total, 1);
}

#[tokio::test]
async fn a_batch_of_files_is_added_whole_or_not_at_all() {
    let journal = temporary().await;
    let key = journal.run(|db| client(db, "c-1")).await.unwrap();
    let mut twice = entry("f-1");
    twice.category = Some("w2".into());
    let batch = [entry("f-0"), entry("f-1"), twice];
    let error = journal
        .run(move |db| files::add_all(db, key, &batch, 0))
        .await
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::DuplicateExternalId);
    assert_eq!(journal.tally().files.total, 0);
    assert_tally(&journal).await;
}

#[tokio::test]
async fn metadata_is_compared_by_meaning() {
    let journal = temporary().await;
    let key = journal.run(|db| client(db, "c-1")).await.unwrap();
    let with = |text: &str| FileEntry {
        metadata: Some(text.into()),
        ..entry("f-1")
    };
    let (a, b, c) = (
        with(r#"{"pages":2,"year":2024}"#),
        with(r#"{"year":2024,"pages":2}"#),
        with(r#"{"year":2023}"#),
    );
    journal
        .run(move |db| files::add_all(db, key, &[a], 0))
        .await
        .unwrap();
    journal
        .run(move |db| files::add_all(db, key, &[b], 0))
        .await
        .unwrap();
    let error = journal
        .run(move |db| files::add_all(db, key, &[c], 0))
        .await
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::DuplicateExternalId);
}

#[tokio::test]
async fn nothing_new_is_taken_once_committing_but_the_same_is() {
    let journal = temporary().await;
    assert_eq!(
        journal.run(head::commit).await.unwrap_err().code(),
        ErrorCode::PushState,
        "an empty push is not committed"
    );
    let key = journal.run(|db| client(db, "c-1")).await.unwrap();
    journal.run(move |db| file(db, key, "f-1")).await.unwrap();
    journal.run(head::commit).await.unwrap();
    journal.run(head::commit).await.unwrap();
    assert_eq!(journal.run(|db| client(db, "c-1")).await.unwrap(), key);
    journal.run(move |db| file(db, key, "f-1")).await.unwrap();
    for error in [
        journal.run(|db| client(db, "c-2")).await.unwrap_err(),
        journal
            .run(move |db| file(db, key, "f-2"))
            .await
            .unwrap_err(),
    ] {
        assert_eq!(error.code(), ErrorCode::PushState);
    }
    assert_eq!(journal.run(|db| kinds(db, "none")).await.unwrap(), []);
}

#[tokio::test]
async fn a_failed_client_takes_its_files_along_even_later_ones() {
    let journal = temporary().await;
    let report = journal
        .run(|db| {
            let key = client(db, "c-1")?;
            file(db, key, "f-1")?;
            file(db, key, "f-2")?;
            let on_its_way = uploads::claim(db, 1, 0)?;
            clients::fail(db, key, &Error::new(ErrorCode::ExternalIdExists, "exists"))?;
            file(db, key, "f-3")?;
            uploads::uploaded(db, on_its_way[0].key, &sent(1), 0)?;
            assert!(uploads::claim(db, 10, 0)?.is_empty());
            listing::report(db)
        })
        .await
        .unwrap();
    assert_eq!(report.failed_clients.len(), 1);
    assert_eq!(report.failed_files.len(), 3);
    for file in &report.failed_files {
        let error = file.error.as_ref().unwrap();
        assert_eq!(error.code(), ErrorCode::ExternalIdExists);
        assert_eq!(error.external_id(), Some(file.external_id.as_str()));
        assert_eq!(error.path(), file.path.as_deref());
    }
    assert_tally(&journal).await;
}

#[tokio::test]
async fn files_the_network_failed_come_after_the_others_when_they_are_due() {
    let journal = temporary().await;
    journal
        .run(|db| {
            let key = client(db, "c-1")?;
            for n in 0..3 {
                file(db, key, &format!("f-{n}"))?;
            }
            let first = uploads::claim(db, 1, 0)?.remove(0);
            uploads::put_back(db, first.key, 100)?;
            let next = uploads::claim(db, 10, 50)?;
            assert_eq!(next.len(), 2);
            assert_eq!(uploads::next_due(db)?, Some(100));
            let late = uploads::claim(db, 10, 100)?.remove(0);
            assert_eq!((late.key, late.round), (first.key, 1));
            Ok(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_client_waits_for_quiet_unless_it_is_urgent_or_another_came() {
    let journal = temporary().await;
    journal
        .run(|db| {
            let key = client(db, "c-1")?;
            files::add_all(db, key, &[entry("f-1")], 500)?;
            create(db, key)?;
            let upload = uploads::claim(db, 1, 0)?.remove(0);
            uploads::uploaded(db, upload.key, &sent(1), 500)?;
            assert!(attach::claim(db, false, 499)?.is_none());
            assert_eq!(attach::next_touched(db)?, Some(500));
            assert!(attach::claim(db, false, 500)?.is_some());
            assert!(attach::claim(db, true, 999)?.is_none(), "taken already");
            attach::release(db, key)?;
            assert!(attach::claim(db, true, 0)?.is_some());
            attach::release(db, key)?;
            client(db, "c-2")?;
            assert!(attach::claim(db, false, 0)?.is_some());
            Ok(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn lists_come_in_the_order_added_and_by_pages() {
    let journal = temporary().await;
    let pages = journal
        .run(|db| {
            let key = client(db, "c-1")?;
            for n in 0..25 {
                file(db, key, &format!("f-{n}"))?;
            }
            let mut pages = Vec::new();
            for start in (0..30).step_by(10) {
                pages.push(listing::files(db, start, 10)?);
            }
            Ok(pages)
        })
        .await
        .unwrap();
    let sizes: Vec<_> = pages.iter().map(Vec::len).collect();
    assert_eq!(sizes, [10, 10, 5]);
    assert_eq!(pages[2][0].external_id, "f-20");
    assert_eq!(pages[2][0].state, ItemState::Added);
    assert_eq!(pages[2][0].size, None, "not sent yet");
}

#[tokio::test]
async fn no_event_follows_the_last_of_a_run() {
    let journal = temporary().await;
    let last = journal
        .run(|db| {
            client(db, "c-1")?;
            let stopped = Error::new(ErrorCode::Cancelled, "cancelled");
            events::run_ended(db, EventKind::PushCancelled, &stopped)?;
            head::commit(db)?;
            Ok(events::page(db, 0, 1000)?.pop().map(|event| event.kind))
        })
        .await
        .unwrap();
    assert_eq!(last, Some(EventKind::PushCancelled));
    assert_eq!(
        journal.tally().state,
        PushState::Open,
        "the next run may commit"
    );
}
