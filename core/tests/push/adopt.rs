//! A journal that is lost while its job is still there.

use filed_core::gateway::NewWork;
use filed_core::push::{EventKind, OnExisting, Push, PushOptions, PushState};
use filed_core::{Config, ErrorCode};
use serde_json::json;

use crate::support::*;

fn lose_the_journal(world: &World) {
    for suffix in ["", "-wal"] {
        let path = world.folder.path().join(format!("season.filed{suffix}"));
        if path.exists() {
            std::fs::remove_file(path).unwrap();
        }
    }
}

fn adopting(world: &World) -> PushOptions {
    PushOptions {
        on_existing: OnExisting::Adopt,
        ..world.options()
    }
}

/// Runs a push until an event came so often, and lets go of it.
async fn stopped_at(world: &World, kind: EventKind, times: usize) {
    let push = world.push().await;
    world.add_season(&push, 4, 3).await;
    let committing = tokio::spawn({
        let push = push.clone();
        async move { push.commit().await }
    });
    seen(&push, kind, times).await;
    committing.abort();
    let _ = committing.await;
    let journal = push.journal();
    drop(push);
    eventually("the journal was closed", || {
        !journal.with_file_name("season.filed-wal").exists()
    })
    .await;
}

#[tokio::test]
async fn a_push_whose_journal_is_lost_at_any_moment_is_gone_on_with_by_adopting_its_job() {
    for (kind, times) in [
        (EventKind::ClientAdded, 1),
        (EventKind::ClientCreated, 1),
        (EventKind::FileAttached, 1),
        (EventKind::FileAttached, 12),
        (EventKind::PushInitiated, 1),
        (EventKind::PushDone, 1),
    ] {
        let settings = json!({"duplicate_scope": "off", "import_ms": 200});
        let world = world_with(settings, |config| config).await;
        stopped_at(&world, kind, times).await;
        lose_the_journal(&world);

        let push = world.push_with(adopting(&world)).await.unwrap();
        let hashes = world.add_season(&push, 4, 3).await;
        let committed = push.commit().await;
        assert!(committed.is_ok(), "{kind:?} {times}: {committed:?}");
        let report = push.wait(None).await.unwrap();
        assert_eq!(report.state, PushState::Done, "{kind:?} {times}");
        assert_eq!(report.files.imported, 12, "{kind:?} {times}");
        world.assert_exactly_once(4, &hashes);
    }
}

#[tokio::test]
async fn without_adopting_a_lost_journal_ends_in_a_clear_error_before_anything_is_created() {
    let world = world_with(json!({"duplicate_scope": "off"}), |config| config).await;
    stopped_at(&world, EventKind::FileAttached, 1).await;
    lose_the_journal(&world);
    let (jobs, works) = (world.list("jobs").len(), world.list("works").len());

    let push = world.push().await;
    world.add_season(&push, 4, 3).await;
    let error = push.commit().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::ExternalIdExists);
    for known in [
        "whose journal is gone",
        "Nothing was created",
        "on_existing = adopt",
        "job_",
    ] {
        assert!(error.message().contains(known), "{}", error.message());
    }
    assert_eq!(
        (world.list("jobs").len(), world.list("works").len()),
        (jobs, works)
    );
    drop(push);

    // The next step that the error names.
    let push = world.push_with(adopting(&world)).await.unwrap();
    let hashes = world.add_season(&push, 4, 3).await;
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();
    world.assert_exactly_once(4, &hashes);
}

#[tokio::test]
async fn which_job_to_adopt_is_never_guessed() {
    let work = |n: usize| NewWork {
        name: format!("Client Number{n} - 2024"),
        external_id: format!("client-{n}"),
    };
    for jobs in [vec![vec![0], vec![1]], vec![vec![0, 7]], vec![vec![0, 0]]] {
        let world = world_with(json!({"duplicate_scope": "off"}), |config| config).await;
        for held in &jobs {
            let all = world.client.jobs();
            let job = all
                .create(&world.ready().connection_id, "Lost")
                .await
                .unwrap();
            for n in held {
                all.add_works(&job.id, vec![work(*n)]).await.unwrap();
            }
        }
        let push = world.push_with(adopting(&world)).await.unwrap();
        world.add_season(&push, 2, 1).await;
        let error = push.commit().await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::ExternalIdExists, "{jobs:?}");
        assert!(
            error.message().contains("cannot be told"),
            "{}",
            error.message()
        );
        assert_eq!(world.list("jobs").len(), jobs.len(), "nothing was created");
        assert_eq!(world.count("initiateTaxPrepsImport"), 0);
    }
}

#[tokio::test]
async fn a_client_of_an_earlier_import_is_named_with_its_place_whatever_the_gateway_allows() {
    let world = world_with(json!({"duplicate_scope": "off"}), |config| config).await;
    stopped_at(&world, EventKind::PushDone, 1).await;
    let options = PushOptions {
        journal: Some(world.folder.path().join("second.filed")),
        ..world.options()
    };
    let push = world.push_with(options).await.unwrap();
    let key = add(&push, 0).await;
    let path = world.write("file-x.pdf", &document("file-x"));
    push.add_file(key, file("file-x", path)).await.unwrap();
    assert_eq!(code(push.commit()).await, ErrorCode::PushIncomplete);
    let report = push.report().await.unwrap();
    let error = report.failed_clients[0].error.as_ref().unwrap();
    assert_eq!(error.code(), ErrorCode::ExternalIdExists);
    assert_eq!(error.external_id(), Some("client-0"));
    for known in [
        "job work `",
        "in job `",
        "whose import has begun",
        "left alone",
    ] {
        assert!(error.message().contains(known), "{}", error.message());
    }
    assert_eq!(world.list("works").len(), 4, "nothing was doubled");
}

/// A push of its own beside the one that was imported before.
fn second(world: &World) -> PushOptions {
    PushOptions {
        journal: Some(world.folder.path().join("second.filed")),
        allow_partial: true,
        ..world.options()
    }
}

async fn refused(push: &Push) -> Vec<String> {
    let failed = push.report().await.unwrap().failed_clients;
    let refused = failed.iter().map(|client| {
        let error = client.error.as_ref().unwrap();
        assert_eq!(error.code(), ErrorCode::ExternalIdExists);
        assert!(error.message().contains("in job `"), "{}", error.message());
        client.external_id.clone()
    });
    refused.collect()
}

#[tokio::test]
async fn clients_that_are_added_late_are_compared_as_well_and_again_in_every_run() {
    let world = world_with(json!({"duplicate_scope": "off"}), |config| config).await;
    stopped_at(&world, EventKind::PushDone, 1).await;
    let push = world.push_with(second(&world)).await.unwrap();
    add(&push, 0).await;
    seen(&push, EventKind::ClientFailed, 1).await;
    add(&push, 10).await;
    seen(&push, EventKind::ClientCreated, 1).await;
    add(&push, 1).await;
    seen(&push, EventKind::ClientFailed, 2).await;
    assert_eq!(refused(&push).await, ["client-0", "client-1"]);
    drop(push);

    // Those that failed get another try, those that come now their first.
    let push = world.push_with(second(&world)).await.unwrap();
    add(&push, 2).await;
    let key = add(&push, 11).await;
    let path = world.write("file-x.pdf", &document("file-x"));
    push.add_file(key, file("file-x", path)).await.unwrap();
    push.commit().await.unwrap();
    let report = push.wait(None).await.unwrap();
    assert_eq!(refused(&push).await, ["client-0", "client-1", "client-2"]);
    assert_eq!((report.clients.imported, report.clients.failed), (2, 3));
    assert_eq!(world.list("works").len(), 4 + 2, "nothing was doubled");
}

#[tokio::test]
async fn a_comparison_that_was_broken_off_is_made_again_by_the_next_run() {
    let mut world = world_with(json!({"duplicate_scope": "off"}), |config| Config {
        max_attempts: Some(1),
        ..config
    })
    .await;
    stopped_at(&world, EventKind::PushDone, 1).await;
    let push = world.push_with(second(&world)).await.unwrap();
    add(&push, 0).await;
    add(&push, 10).await;
    seen(&push, EventKind::ClientCreated, 1).await;
    drop(push);

    world.pace.outage = std::time::Duration::from_millis(50);
    world.plan(json!({"on": "jobWorks", "status": 503, "times": 0}));
    let push = world.push_with(second(&world)).await.unwrap();
    assert_eq!(code(push.commit()).await, ErrorCode::ServerError);
    drop(push);

    world.sandbox.control().clear_faults();
    let push = world.push_with(second(&world)).await.unwrap();
    push.wait(None).await.unwrap();
    assert_eq!(refused(&push).await, ["client-0"]);
    assert_eq!(world.list("works").len(), 4 + 1, "nothing was doubled");
}

#[tokio::test]
async fn whoever_was_refused_is_looked_for_again_by_the_next_run() {
    let settings = json!({"duplicate_scope": "off", "import_ms": 50});
    let world = world_with(settings, |config| config).await;
    stopped_at(&world, EventKind::FileAttached, 1).await;
    let why = async |push: &Push| {
        let failed = push.report().await.unwrap().failed_clients;
        failed[0].error.as_ref().unwrap().message().to_owned()
    };
    let push = world.push_with(second(&world)).await.unwrap();
    add(&push, 0).await;
    add(&push, 10).await;
    seen(&push, EventKind::ClientCreated, 1).await;
    let before = why(&push).await;
    assert!(before.contains("whose import has not begun"), "{before}");
    drop(push);

    let job = world.list("jobs")[0]["id"].as_str().unwrap().to_owned();
    world.client.jobs().initiate(&job).await.unwrap();
    eventually("the other job is imported", || {
        world.list("jobs")[0]["status"] == "completed"
    })
    .await;
    let push = world.push_with(second(&world)).await.unwrap();
    push.commit().await.unwrap();
    let after = why(&push).await;
    assert!(after.contains("whose import has begun"), "{after}");
}

#[tokio::test]
async fn a_push_of_nothing_but_what_is_there_leaves_no_empty_job_behind() {
    let world = world_with(json!({"duplicate_scope": "off"}), |config| config).await;
    stopped_at(&world, EventKind::PushDone, 1).await;
    let push = world.push_with(second(&world)).await.unwrap();
    for n in 0..4 {
        add(&push, n).await;
        seen(&push, EventKind::ClientFailed, n + 1).await;
    }
    assert_eq!(code(push.commit()).await, ErrorCode::PushIncomplete);
    assert_eq!(world.list("jobs").len(), 1);
    assert_eq!(world.list("works").len(), 4);
}

#[tokio::test]
async fn a_job_that_is_taken_over_gets_nothing_that_an_earlier_import_has() {
    let world = world_with(json!({"duplicate_scope": "off"}), |config| config).await;
    stopped_at(&world, EventKind::PushDone, 1).await;
    let all = world.client.jobs();
    let job = all.create(&world.ready().connection_id, "Lost").await;
    let work = NewWork {
        name: "Client Number10 - 2024".into(),
        external_id: "client-10".into(),
    };
    all.add_works(&job.unwrap().id, vec![work]).await.unwrap();
    let options = PushOptions {
        on_existing: OnExisting::Adopt,
        ..second(&world)
    };
    let push = world.push_with(options).await.unwrap();
    add(&push, 10).await;
    add(&push, 0).await;
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();
    assert_eq!(refused(&push).await, ["client-0"]);
    assert_eq!(world.list("works").len(), 4 + 1, "nothing was doubled");
}
