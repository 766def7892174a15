//! What is at Filed already, should be and is not, or is done there by others meanwhile.

use filed_core::ErrorCode;
use filed_core::push::{EventKind, OnExisting, PushOptions};
use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn an_external_id_of_an_earlier_import_fails_its_client_under_either_policy() {
    for on_existing in [OnExisting::Error, OnExisting::Adopt] {
        let world = world().await;
        let first = world.push().await;
        world.add_season(&first, 1, 1).await;
        first.commit().await.unwrap();
        first.wait(None).await.unwrap();
        drop(first);

        let options = PushOptions {
            journal: Some(world.folder.path().join("second.filed")),
            allow_partial: true,
            on_existing,
            ..world.options()
        };
        let second = world.push_with(options).await.unwrap();
        world.add_season(&second, 3, 1).await;
        second.commit().await.unwrap();
        let report = second.wait(None).await.unwrap();
        assert_eq!((report.clients.imported, report.clients.failed), (2, 1));
        let error = report.failed_clients[0].error.as_ref().unwrap();
        assert_eq!(error.code(), ErrorCode::ExternalIdExists);
        assert_eq!(error.external_id(), Some("client-0"));
    }
}

#[tokio::test]
async fn a_work_of_the_own_job_that_exists_is_adopted_when_asked() {
    let world = world().await;
    let options = PushOptions {
        on_existing: OnExisting::Adopt,
        ..world.options()
    };
    let push = world.push_with(options).await.unwrap();
    world.add_season(&push, 1, 1).await;
    seen(&push, EventKind::ClientCreated, 1).await;
    let foreign = filed_core::gateway::NewWork {
        name: "Client Number1 - 2024".into(),
        external_id: "client-1".into(),
    };
    world
        .client
        .jobs()
        .add_works(push.job_id().unwrap(), vec![foreign])
        .await
        .unwrap();
    add(&push, 1).await;
    push.commit().await.unwrap();
    let report = push.wait(None).await.unwrap();
    assert_eq!(report.clients.imported, 2);
    assert_eq!(report.notes.len(), 1);
    assert_eq!(world.list("works").len(), 2);
}

#[tokio::test]
async fn something_foreign_in_the_job_is_noticed_before_the_import() {
    let world = world().await;
    let push = world.push().await;
    world.add_season(&push, 1, 1).await;
    seen(&push, EventKind::ClientCreated, 1).await;
    let foreign = filed_core::gateway::NewWork {
        name: "Somebody".into(),
        external_id: "foreign-1".into(),
    };
    world
        .client
        .jobs()
        .add_works(push.job_id().unwrap(), vec![foreign])
        .await
        .unwrap();
    let error = push.commit().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::VerifyFailed);
    assert!(error.message().contains("foreign-1"), "{}", error.message());
    assert_eq!(world.count("initiateTaxPrepsImport"), 0);
}

#[tokio::test]
async fn artifacts_that_never_show_are_named_and_the_next_run_compares_again() {
    let mut world = world().await;
    world.pace.patience = std::time::Duration::from_millis(100);
    let push = world.push().await;
    let hashes = world.add_season(&push, 1, 2).await;
    seen(&push, EventKind::FileAttached, 2).await;
    world.plan(json!({
        "on": "jobWorks", "times": 0, "drop_items": 1, "drop_items_of": "jobWorkArtifacts"
    }));
    let error = push.commit().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::VerifyFailed);
    assert!(error.message().contains("file-0-1"), "{}", error.message());
    drop(push);
    world.sandbox.control().clear_faults();
    let push = world.resume().await.unwrap();
    push.wait(None).await.unwrap();
    world.assert_exactly_once(1, &hashes);
}

#[tokio::test]
async fn a_job_that_is_closed_in_the_middle_says_what_was_done() {
    let world = world().await;
    let push = world.push().await;
    world.add_season(&push, 2, 1).await;
    seen(&push, EventKind::FileAttached, 2).await;
    let job = push.job_id().unwrap();
    world
        .sandbox
        .control()
        .force_job(&job, "completed")
        .unwrap();
    add(&push, 2).await;
    let error = push.commit().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::JobClosed);
    for known in [
        "2 of 3 clients",
        "2 of 2 files",
        "initiated nothing",
        "new push",
    ] {
        assert!(error.message().contains(known), "{}", error.message());
    }
    assert_eq!(
        push.report().await.unwrap().clients.failed,
        0,
        "nothing is lost"
    );
    assert_eq!(world.count("initiateTaxPrepsImport"), 0);
}

#[tokio::test]
async fn two_libraries_at_once_on_one_connection_each_arrive_exactly_once() {
    let world = world().await;
    let folder = tempfile::tempdir().unwrap();
    let run = async |base: usize| {
        let options = filed_core::push::PushOptions {
            journal: Some(folder.path().join(format!("{base}.filed"))),
            job_name: format!("Season {base}"),
            ..world.options()
        };
        let push = world.push_with(options).await.unwrap();
        for n in base..base + 12 {
            let key = add(&push, n).await;
            let id = format!("file-{n}-0");
            let path = world.write(&id, &document(&id));
            push.add_file(key, file(&id, path)).await.unwrap();
        }
        push.commit().await.unwrap();
        let report = push.wait(None).await.unwrap();
        assert_eq!((report.clients.imported, report.files.imported), (12, 12));
        push.job_id().unwrap()
    };
    let (one, other) = tokio::join!(run(0), run(100));
    assert_ne!(one, other);
    for (job, base) in [(one, 0), (other, 100)] {
        let jobs = world.list("jobs");
        let found = jobs.iter().find(|found| found["id"] == *job).unwrap();
        assert_eq!(found["initiated"], 1);
        let mut works: Vec<_> = world
            .list("works")
            .iter()
            .filter(|work| work["job_id"] == *job)
            .map(|work| work["external_id"].as_str().unwrap().to_owned())
            .collect();
        works.sort();
        let mut expected: Vec<_> = (base..base + 12).map(|n| format!("client-{n}")).collect();
        expected.sort();
        assert_eq!(works, expected);
    }
    assert_eq!(world.list("artifacts").len(), 24);
}
