//! Reading back what became of a request: late effects, odd lists, reads that fail themselves.
//!
//! The sandbox is told to take the same external id twice wherever a doubled entry must show.

use std::time::Duration;

use filed_core::gateway::NewWork;
use filed_core::push::{EventKind, PushState};
use filed_core::{Config, Effect, ErrorCode};
use serde_json::{Value, json};

use crate::support::*;

const BOTH: [&str; 2] = ["createJobWorks", "createJobWorkArtifacts"];

/// A sandbox that would let everything be there twice.
async fn credulous(more: Value, adjust: impl FnOnce(Config) -> Config) -> World {
    let mut settings = json!({"duplicate_scope": "off"});
    let (all, more) = (settings.as_object_mut().unwrap(), more.as_object().unwrap());
    all.extend(more.clone());
    world_with(settings, adjust).await
}

async fn season_arrives(world: &World, clients: usize, files: usize) {
    let push = world.push().await;
    let hashes = world.add_season(&push, clients, files).await;
    push.commit().await.unwrap();
    assert_eq!(push.wait(None).await.unwrap().state, PushState::Done);
    world.assert_exactly_once(clients, &hashes);
}

fn work(n: usize) -> NewWork {
    NewWork {
        name: format!("Client Number{n} - 2024"),
        external_id: format!("client-{n}"),
    }
}

#[tokio::test]
async fn a_server_that_acts_long_after_it_was_given_up_on_is_waited_for() {
    for on in BOTH {
        let mut world = credulous(json!({}), |config| Config {
            timeout: Some(Duration::from_millis(400)),
            ..config
        })
        .await;
        world.pace.patience = Duration::from_secs(30);
        world.plan(json!({"on": on, "delay_ms": 2500}));
        season_arrives(&world, 1, 2).await;
        assert_eq!(world.count(on), 1, "{on} was not sent again");
    }
}

#[tokio::test]
async fn an_effect_later_than_all_patience_is_found_before_the_import() {
    let mut world = credulous(json!({}), |config| Config {
        timeout: Some(Duration::from_millis(300)),
        ..config
    })
    .await;
    world.pace.patience = Duration::from_millis(50);
    world.plan(json!({"on": "createJobWorks", "delay_ms": 2000}));
    let push = world.push().await;
    world.add_season(&push, 1, 1).await;
    eventually("it was created again", || world.count("createJobWorks") > 1).await;
    eventually("the first request acted too", || {
        world.list("works").len() == 2
    })
    .await;
    let error = push.commit().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::VerifyFailed);
    for known in ["client-0", "twice", "Nothing was initiated", "resume"] {
        assert!(error.message().contains(known), "{}", error.message());
    }
    assert_eq!(world.count("initiateTaxPrepsImport"), 0);
}

#[tokio::test]
async fn a_gateway_that_gives_smaller_pages_than_asked_for_is_read_to_the_end() {
    for on in BOTH {
        let world = credulous(json!({"max_limit": 2}), |config| config).await;
        world.plan(json!({"on": on, "reset": true, "effect": true}));
        season_arrives(&world, 7, 1).await;
    }
}

#[tokio::test]
async fn an_unknown_error_word_may_have_applied_or_not() {
    for on in BOTH {
        for effect in [true, false] {
            // Young entries do not show, so one look would not do.
            let settings = json!({"stale_reads": {"ms": 40}});
            let world = credulous(settings, |config| config).await;
            world.plan(json!({
                "on": on, "effect": effect,
                "graphql_error": {"code": "MYSTERY", "message": "something went wrong"}
            }));
            season_arrives(&world, 3, 2).await;
        }
    }
}

#[tokio::test]
async fn an_error_beside_data_is_read_back() {
    for on in BOTH {
        let world = credulous(json!({}), |config| config).await;
        world.plan(json!({
            "on": on,
            "graphql_error": {"code": "MYSTERY", "message": "in part", "with_data": true}
        }));
        season_arrives(&world, 3, 2).await;
    }
}

#[tokio::test]
async fn results_in_another_order_are_matched_by_external_id() {
    for order in ["reversed", "shuffled"] {
        let world = credulous(json!({"result_order": order}), |config| config).await;
        let push = world.push().await;
        let hashes = world.add_season(&push, 6, 4).await;
        push.commit().await.unwrap();
        push.wait(None).await.unwrap();
        world.assert_exactly_once(6, &hashes);
        for artifact in world.list("artifacts") {
            let id = artifact["external_id"].as_str().unwrap();
            let of = artifact["job_work_id"].as_str().unwrap();
            let works = world.list("works");
            let work = works.iter().find(|work| work["id"] == of).unwrap();
            let client = work["external_id"].as_str().unwrap();
            assert!(
                id.starts_with(&client.replace("client", "file")),
                "{id} is at {client}"
            );
        }
    }
}

#[tokio::test]
async fn half_a_batch_is_completed_even_where_nothing_is_refused_as_double() {
    for on in BOTH {
        let world = credulous(json!({}), |config| config).await;
        world.plan(json!({"on": on, "apply_first": 2, "status": 500}));
        season_arrives(&world, 5, 5).await;
    }
}

#[tokio::test]
async fn a_read_back_that_fails_is_read_again() {
    let once = |config| Config {
        max_attempts: Some(1),
        ..config
    };
    for on in BOTH {
        let world = credulous(json!({}), once).await;
        world.plan(json!({"on": on, "reset": true, "effect": true}));
        world.plan(json!({"on": "jobWorks", "reset": true, "times": 2}));
        world.plan(json!({"on": "jobWorks", "replace": {"data": {"me": 7}}}));
        season_arrives(&world, 3, 2).await;
        assert_eq!(world.sandbox.control().faults()["faults"][1]["struck"], 2);
    }
}

#[tokio::test]
async fn a_read_back_that_never_works_ends_the_push_and_says_what_was_left_alone() {
    let mut world = credulous(json!({}), |config| Config {
        max_attempts: Some(1),
        ..config
    })
    .await;
    world.pace.patience = Duration::from_millis(50);
    world.pace.outage = Duration::from_millis(200);
    world.pace.rounds = 1;
    world.plan(json!({"on": "createJobWorks", "reset": true, "effect": true}));
    let push = world.push().await;
    world.plan(json!({"on": "jobWorks", "status": 503, "times": 0}));
    let hashes = world.add_season(&push, 2, 1).await;
    let error = push.commit().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::ServerError);
    for known in [
        "could not be read",
        "nothing was repeated or initiated",
        "Resume",
    ] {
        assert!(error.message().contains(known), "{}", error.message());
    }
    drop(push);
    world.sandbox.control().clear_faults();
    world.pace = hasty();
    let push = world.resume().await.unwrap();
    push.wait(None).await.unwrap();
    world.assert_exactly_once(2, &hashes);
}

#[tokio::test]
async fn two_matches_for_one_external_id_are_an_error_and_not_a_guess() {
    let world = credulous(json!({}), |config| config).await;
    let push = world.push().await;
    world.add_season(&push, 1, 1).await;
    seen(&push, EventKind::ClientCreated, 1).await;
    let job = push.job_id().unwrap();
    for _ in 0..2 {
        let jobs = world.client.jobs();
        jobs.add_works(job.clone(), vec![work(1)]).await.unwrap();
    }
    world.plan(json!({"on": "createJobWorks", "reset": true}));
    add(&push, 1).await;
    let error = push.commit().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::VerifyFailed);
    assert_eq!(error.external_id(), Some("client-1"));
    assert!(
        error.message().contains("two entries"),
        "{}",
        error.message()
    );
    assert_eq!(world.count("initiateTaxPrepsImport"), 0);
}

#[tokio::test]
async fn items_of_another_job_are_not_taken_for_ours() {
    let world = credulous(json!({}), |config| config).await;
    let ready = world.ready();
    // A gateway that pays no heed to the filter.
    let foreign = json!({
        "id": "job_work_foreign", "createdAt": "2024-01-15T10:35:00Z",
        "updatedAt": "2024-01-15T10:35:00Z", "workspaceId": ready.workspace_id,
        "workId": "work_foreign", "connectionJobId": "job_foreign",
        "work": {"id": "work_foreign", "name": "x", "externalId": "client-0",
                 "status": "pending", "tag": null},
        "jobWorkArtifacts": []
    });
    world.plan(json!({"on": "createJobWorks", "reset": true}));
    world.plan(
        json!({"on": "jobWorks", "match": "connectionJobIds", "times": 8, "replace": {
            "data": {"me": {"workspaces": [{"id": ready.workspace_id, "connections": [
                {"id": ready.connection_id, "jobWorks": [foreign]}
            ]}]}}
        }}),
    );
    let push = world.push().await;
    let hashes = world.add_season(&push, 1, 1).await;
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();
    world.assert_exactly_once(1, &hashes);
    let clients = push.clients().all().await.unwrap();
    assert_ne!(clients[0].job_work_id.as_deref(), Some("job_work_foreign"));
}

#[tokio::test]
async fn the_same_page_for_ever_is_an_error() {
    let world = credulous(json!({}), |config| config).await;
    let push = world.push().await;
    world.add_season(&push, 1, 1).await;
    seen(&push, EventKind::FileAttached, 1).await;
    let ready = world.ready();
    let full: Vec<Value> = (0..100)
        .map(|n| {
            json!({
                "id": format!("job_work_{n}"), "createdAt": "2024-01-15T10:35:00Z",
                "updatedAt": "2024-01-15T10:35:00Z", "workspaceId": ready.workspace_id,
                "workId": format!("work_{n}"), "connectionJobId": push.job_id().unwrap(),
                "work": {"id": format!("work_{n}"), "name": "x", "externalId": format!("c-{n}"),
                         "status": "pending", "tag": null},
                "jobWorkArtifacts": []
            })
        })
        .collect();
    world.plan(json!({"on": "jobWorks", "times": 0, "replace": {
        "data": {"me": {"workspaces": [{"id": ready.workspace_id, "connections": [
            {"id": ready.connection_id, "jobWorks": full}
        ]}]}}
    }}));
    let error = push.commit().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::ProtocolError);
    assert!(error.message().contains("no end"), "{}", error.message());
    assert_eq!(world.count("initiateTaxPrepsImport"), 0);
}

#[tokio::test]
async fn one_poison_client_in_a_batch_of_two_hundred_stands_alone() {
    let settings = json!({"poison_external_ids": ["client-222"]});
    let world = credulous(settings, |config| config).await;
    let options = filed_core::push::PushOptions {
        allow_partial: true,
        ..world.options()
    };
    let push = world.push_with(options).await.unwrap();
    // Held back until all are there: batches of 50, 100 and 200 follow.
    world.plan(json!({"on": "createConnectionJob", "delay_ms": 1500}));
    for n in 0..360 {
        add(&push, n).await;
    }
    push.commit().await.unwrap();
    let report = push.wait(None).await.unwrap();
    assert_eq!((report.clients.imported, report.clients.failed), (359, 1));
    assert_eq!(report.failed_clients[0].external_id, "client-222");
    world.assert_exactly_once(359, &Hashes::new());
}

#[tokio::test]
async fn words_that_move_backwards_are_passed_through() {
    let world = world_with(json!({"import_ms": 60_000}), |config| config).await;
    let push = world.push().await;
    world.add_season(&push, 1, 1).await;
    push.commit().await.unwrap();
    for word in ["fetching", "queued-again", "fetching"] {
        let words = json!({"words": {"artifact": {"pending": word}}});
        world.sandbox.control().patch_settings(&words).unwrap();
        loop {
            let files = push.files().all().await.unwrap();
            if files[0].status.as_deref() == Some(word) {
                break;
            }
            tokio::task::yield_now().await;
        }
        assert_eq!(push.progress().state, PushState::Watching);
    }
}

#[tokio::test]
async fn a_clean_answer_that_names_nothing_is_not_believed_for_ever() {
    let mut world = credulous(json!({}), |config| config).await;
    world.pace.patience = Duration::from_millis(100);
    let push = world.push().await;
    world.plan(json!({"on": "createJobWorks", "times": 0,
                      "replace": {"data": {"createJobWorks": []}}}));
    world.add_season(&push, 1, 1).await;
    let error = push.commit().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::VerifyFailed);
    assert_eq!(error.effect(), Effect::NotApplied);
    assert!(world.count("createJobWorks") < 10);
}
