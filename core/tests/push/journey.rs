//! The main job, and the orders in which a gateway may answer it.

use filed_core::push::{EventKind, FileContent, ItemState, NewFile, PushState};
use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn a_season_goes_from_disk_to_imported() {
    let world = world().await;
    let push = world.push().await;
    let mut hashes = world.add_season(&push, 5, 3).await;
    let last = add(&push, 5).await;
    for n in 0..2 {
        let id = format!("bytes-{n}");
        push.add_file(last, bytes(&id, id.as_bytes()))
            .await
            .unwrap();
        hashes.insert(id.clone(), hash(id.as_bytes()));
    }
    let many = (0..2).map(|n| {
        let id = format!("many-{n}");
        hashes.insert(id.clone(), hash(&document(&id)));
        file(&id, world.write(&id, &document(&id)))
    });
    push.add_files(last, many.collect()).await.unwrap();
    let hosted = world.sandbox.control().host_file(
        "1099.pdf",
        Some("application/pdf"),
        bytes::Bytes::from(document("url-1")),
    );
    let by_url = NewFile {
        content: FileContent::Url(hosted),
        ..file("url-1", "")
    };
    push.add_file(last, by_url).await.unwrap();
    hashes.insert("url-1".into(), hash(&document("url-1")));
    assert_eq!(hashes.len(), 20);

    push.commit().await.unwrap();
    push.commit().await.unwrap();
    let report = push.wait(None).await.unwrap();

    assert_eq!(report.state, PushState::Done);
    assert_eq!(report.job_id, push.job_id());
    assert_eq!((report.clients.total, report.clients.imported), (6, 6));
    assert_eq!((report.files.total, report.files.imported), (20, 20));
    assert!(report.failed_files.is_empty() && report.failed_clients.is_empty());
    assert!(report.notes.is_empty(), "{:?}", report.notes);
    world.assert_exactly_once(6, &hashes);
    assert_eq!(world.list("jobs")[0]["status"], "completed");

    let progress = push.progress();
    assert_eq!(progress.state, PushState::Done);
    assert_eq!(progress.bytes_sent, progress.bytes_total);
    assert_eq!(progress.uploading, 0);

    let files = push.files().all().await.unwrap();
    assert_eq!(files.len(), 20);
    for file in &files {
        assert_eq!(file.state, ItemState::Imported);
        assert_eq!(file.status.as_deref(), Some("uploaded"));
        if let Some(blake3) = &file.blake3 {
            assert_eq!(Some(blake3), hashes.get(&file.external_id));
        }
    }
    let clients = push.clients().all().await.unwrap();
    assert_eq!(clients.len(), 6);
    assert!(
        clients
            .iter()
            .all(|c| c.job_work_id.is_some() && c.work_id.is_some())
    );
}

#[tokio::test]
async fn what_the_host_says_about_a_file_reaches_filed() {
    let world = world().await;
    let push = world.push().await;
    let key = add(&push, 0).await;
    let with = NewFile {
        category: Some("w2".into()),
        file_name: Some("W-2 Müller.pdf".into()),
        mime_type: Some("application/pdf".into()),
        metadata: Some(json!({"pages": 2})),
        ..file("file-1", world.write("scan", b"%PDF-1.7 x"))
    };
    push.add_file(key, with).await.unwrap();
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();
    let artifact = &world.list("artifacts")[0];
    assert_eq!(artifact["name"], "W-2 Müller.pdf");
    assert_eq!(artifact["type"], "w2");
    assert_eq!(artifact["metadata"]["pages"], 2);
    assert_eq!(artifact["metadata"]["fileSize"], 10);
    assert_eq!(artifact["metadata"]["mimeType"], "application/pdf");
}

#[tokio::test]
async fn order_and_shape_of_answers_do_not_matter() {
    for order in ["reversed", "shuffled"] {
        let world = world_with(json!({"result_order": order}), |config| config).await;
        let push = world.push().await;
        let hashes = world.add_season(&push, 8, 3).await;
        push.commit().await.unwrap();
        let report = push.wait(None).await.unwrap();
        assert_eq!(report.files.imported, 24);
        world.assert_exactly_once(8, &hashes);
        // Each file hangs on the client it was added to.
        let works = world.list("works");
        for artifact in world.list("artifacts") {
            let work = works
                .iter()
                .find(|work| work["id"] == artifact["job_work_id"])
                .unwrap();
            let owner = work["external_id"]
                .as_str()
                .unwrap()
                .replace("client-", "file-");
            assert!(
                artifact["external_id"]
                    .as_str()
                    .unwrap()
                    .starts_with(&owner)
            );
        }
    }
}

#[tokio::test]
async fn a_client_without_files_is_a_work_without_artifacts() {
    let world = world().await;
    let push = world.push().await;
    add(&push, 0).await;
    push.commit().await.unwrap();
    let report = push.wait(None).await.unwrap();
    assert_eq!(report.clients.imported, 1);
    world.assert_exactly_once(1, &Hashes::new());
}

#[tokio::test]
async fn files_are_attached_while_the_push_is_still_open() {
    let world = world().await;
    let push = world.push().await;
    let hashes = world.add_season(&push, 2, 2).await;
    seen(&push, EventKind::FileAttached, 4).await;
    assert_eq!(push.progress().state, PushState::Open);
    assert_eq!(world.list("artifacts").len(), 4);
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();
    world.assert_exactly_once(2, &hashes);
}

#[tokio::test]
async fn a_push_without_a_named_journal_leaves_none_behind() {
    let world = world().await;
    let options = filed_core::push::PushOptions {
        journal: None,
        ..world.options()
    };
    let push = world.push_with(options).await.unwrap();
    let path = push.journal();
    let hashes = world.add_season(&push, 3, 2).await;
    push.commit().await.unwrap();
    assert_eq!(push.wait(None).await.unwrap().state, PushState::Done);
    world.assert_exactly_once(3, &hashes);
    assert_eq!(push.files().all().await.unwrap().len(), 6);
    drop(push);
    eventually("the temporary journal is gone", || !path.exists()).await;
}

#[tokio::test]
async fn works_and_artifacts_that_show_late_are_waited_for() {
    let world = world_with(json!({"stale_reads": {"ms": 300}}), |config| config).await;
    let push = world.push().await;
    let hashes = world.add_season(&push, 3, 2).await;
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();
    world.assert_exactly_once(3, &hashes);
}
