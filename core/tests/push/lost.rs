//! Answers that are lost, before and after the request took effect: exactly once all the same.

use filed_core::ErrorCode;
use filed_core::push::PushState;
use serde_json::json;

use crate::support::*;

/// A whole push with one fault on the way, which must not show in what Filed holds.
async fn survives(fault: serde_json::Value) -> filed_core::push::Report {
    let world = world().await;
    world.plan(fault);
    let push = world.push().await;
    let hashes = world.add_season(&push, 4, 3).await;
    push.commit().await.unwrap();
    let report = push.wait(None).await.unwrap();
    assert_eq!(report.state, PushState::Done);
    world.assert_exactly_once(4, &hashes);
    report
}

#[tokio::test]
async fn a_lost_answer_to_the_job_leaves_at_most_an_empty_one() {
    for effect in [true, false] {
        survives(json!({"on": "createConnectionJob", "reset": true, "effect": effect})).await;
    }
}

#[tokio::test]
async fn a_lost_answer_to_the_works_is_settled_by_reading() {
    for effect in [true, false] {
        let report =
            survives(json!({"on": "createJobWorks", "reset": true, "effect": effect})).await;
        assert_eq!(report.notes.len(), 1, "{:?}", report.notes);
        assert!(report.notes[0].contains("createJobWorks"));
    }
}

#[tokio::test]
async fn a_lost_answer_to_the_artifacts_is_settled_by_reading() {
    for effect in [true, false] {
        let report =
            survives(json!({"on": "createJobWorkArtifacts", "reset": true, "effect": effect}))
                .await;
        assert_eq!(report.notes.len(), 1, "{:?}", report.notes);
        assert!(report.notes[0].contains("createJobWorkArtifacts"));
    }
}

#[tokio::test]
async fn answers_of_every_broken_shape_are_settled() {
    for on in ["createJobWorks", "createJobWorkArtifacts"] {
        for fault in [
            json!({"on": on, "malformed": "json", "effect": true}),
            json!({"on": on, "malformed": "html", "effect": true}),
            json!({"on": on, "truncate": 20}),
            json!({"on": on, "status": 502, "body": "<html>bad gateway</html>", "effect": true}),
            json!({"on": on, "status": 500, "effect": false}),
            json!({"on": on, "replace": {"data": null}, "effect": true}),
            json!({"on": on, "drop_items": 1}),
        ] {
            survives(fault).await;
        }
    }
}

#[tokio::test]
async fn half_a_batch_that_took_effect_is_completed() {
    for on in ["createJobWorks", "createJobWorkArtifacts"] {
        let world = world().await;
        let push = world.push().await;
        let key = add(&push, 0).await;
        seen(&push, filed_core::push::EventKind::ClientCreated, 1).await;
        world.plan(json!({"on": on, "apply_first": 2}));
        let mut hashes = Hashes::new();
        // Held back until all are there, so that they go in one batch.
        world.plan(json!({"on": "jobWorks", "delay_ms": 1}));
        let files = (0..6).map(|n| {
            let id = format!("file-0-{n}");
            hashes.insert(id.clone(), hash(&document(&id)));
            file(&id, world.write(&id, &document(&id)))
        });
        push.add_files(key, files.collect()).await.unwrap();
        for n in 1..6 {
            add(&push, n).await;
        }
        push.commit().await.unwrap();
        push.wait(None).await.unwrap();
        world.assert_exactly_once(6, &hashes);
    }
}

#[tokio::test]
async fn an_effect_that_shows_late_is_not_taken_for_missing() {
    let mut world = world_with(json!({"stale_reads": {"ms": 150}}), |config| config).await;
    // Looks long enough to outlast the copy that lags behind.
    world.pace.look = std::time::Duration::from_millis(150);
    for on in ["createJobWorks", "createJobWorkArtifacts"] {
        world.plan(json!({"on": on, "reset": true, "effect": true}));
    }
    let push = world.push().await;
    let hashes = world.add_season(&push, 3, 2).await;
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();
    world.assert_exactly_once(3, &hashes);
}

#[tokio::test]
async fn uploads_and_reads_are_simply_repeated() {
    for fault in [
        json!({"on": "upload", "reset": true, "effect": true}),
        json!({"on": "upload", "status": 503, "times": 2}),
        json!({"on": "jobWorks", "reset": true}),
        json!({"on": "jobWorks", "malformed": "json"}),
        json!({"on": "loginViaPersonalApiToken", "reset": true}),
    ] {
        survives(fault).await;
    }
}

#[tokio::test]
async fn a_lost_answer_to_initiate_goes_on_when_the_import_moves() {
    let report =
        survives(json!({"on": "initiateTaxPrepsImport", "reset": true, "effect": true})).await;
    assert!(report.notes.iter().any(|note| note.contains("took effect")));
}

#[tokio::test]
async fn a_lost_answer_to_initiate_without_evidence_is_never_sent_again() {
    let mut world = world().await;
    world.pace.evidence = std::time::Duration::from_millis(200);
    world.plan(json!({"on": "initiateTaxPrepsImport", "reset": true}));
    let push = world.push().await;
    world.add_season(&push, 1, 1).await;
    let error = push.commit().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::ImportOutcomeUnknown);
    assert_eq!(error.effect(), filed_core::Effect::Unknown);
    drop(push);

    let push = world.resume().await.unwrap();
    assert_eq!(code(push.commit()).await, ErrorCode::ImportOutcomeUnknown);
    assert_eq!(world.count("initiateTaxPrepsImport"), 1);
    drop(push);

    // Somebody looked at Filed and initiated it there: the next resume sees it.
    let job = world.list("jobs")[0]["id"].as_str().unwrap().to_owned();
    world.client.jobs().initiate(job).await.unwrap();
    world.pace.evidence = std::time::Duration::from_secs(2);
    let push = world.resume().await.unwrap();
    assert_eq!(push.wait(None).await.unwrap().state, PushState::Done);
    assert_eq!(world.list("jobs")[0]["initiated"], 1);
}

#[tokio::test]
async fn a_clean_refusal_to_initiate_leaves_a_push_that_can_be_resumed() {
    let world = world().await;
    world.plan(json!({
        "on": "initiateTaxPrepsImport",
        "graphql_error": {"code": "FORBIDDEN", "message": "not today"}
    }));
    let push = world.push().await;
    let hashes = world.add_season(&push, 1, 1).await;
    assert_eq!(code(push.commit()).await, ErrorCode::PermissionDenied);
    drop(push);
    let push = world.resume().await.unwrap();
    push.wait(None).await.unwrap();
    world.assert_exactly_once(1, &hashes);
}

#[tokio::test]
async fn works_whose_answers_are_always_lost_end_the_push_and_not_the_clients() {
    let world = world().await;
    world.plan(json!({"on": "createJobWorks", "reset": true, "times": 0}));
    let push = world.push().await;
    let hashes = world.add_season(&push, 2, 1).await;
    assert_eq!(code(push.commit()).await, ErrorCode::OutcomeUnknown);
    assert!(world.count("createJobWorks") < 10);
    assert_eq!(push.report().await.unwrap().clients.failed, 0);
    drop(push);
    world.sandbox.control().clear_faults();
    let push = world.resume().await.unwrap();
    push.wait(None).await.unwrap();
    world.assert_exactly_once(2, &hashes);
}

#[tokio::test]
async fn a_network_that_stays_away_ends_the_push_and_not_its_files() {
    let mut world = world_with(json!({}), |config| filed_core::Config {
        max_attempts: Some(1),
        ..config
    })
    .await;
    world.pace.rounds = 1;
    world.plan(json!({"on": "upload", "match": "file-0-0", "times": 0, "status": 503}));
    let push = world.push().await;
    let hashes = world.add_season(&push, 1, 3).await;
    let error = push.commit().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::ServerError);
    assert_eq!(error.external_id(), Some("file-0-0"));
    let report = push.report().await.unwrap();
    assert_eq!(report.files.failed, 0);
    assert_eq!(report.state, PushState::Failed);
    drop(push);
    world.sandbox.control().clear_faults();
    let push = world.resume().await.unwrap();
    push.wait(None).await.unwrap();
    world.assert_exactly_once(1, &hashes);
}

#[tokio::test]
async fn tokens_that_expire_are_renewed_on_the_way() {
    for on in [
        "createConnectionJob",
        "createJobWorks",
        "createJobWorkArtifacts",
        "upload",
        "jobWorks",
        "initiateTaxPrepsImport",
    ] {
        survives(json!({"on": on, "expire_tokens": true})).await;
    }
    let world = world_with(json!({"token_ttl_ms": 1000, "import_ms": 3000}), |c| c).await;
    let push = world.push().await;
    let hashes = world.add_season(&push, 5, 3).await;
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();
    world.assert_exactly_once(5, &hashes);
    assert!(world.count("loginViaPersonalApiToken") > 2);
}

#[tokio::test]
async fn a_revoked_key_ends_the_push() {
    let world = world().await;
    let push = world.push().await;
    world.plan(json!({
        "on": "createConnectionJob", "times": 0,
        "graphql_error": {"code": "UNAUTHENTICATED", "message": "no"}
    }));
    world.add_season(&push, 1, 1).await;
    assert_eq!(code(push.commit()).await, ErrorCode::AuthenticationFailed);
    assert!(world.count("createConnectionJob") <= 2);
}

#[tokio::test]
async fn an_outage_longer_than_the_attempts_of_a_request_is_sat_out() {
    let mut world = world_with(json!({}), |config| filed_core::Config {
        max_attempts: Some(1),
        ..config
    })
    .await;
    world.pace.rounds = 4;
    for on in [
        "createConnectionJob",
        "createJobWorks",
        "createJobWorkArtifacts",
        "upload",
    ] {
        world.plan(json!({
            "on": on, "times": 2, "status": 503, "headers": {"retry-after": "0"},
            "body": "{\"errors\":[{\"message\":\"away\",\"extensions\":{\"code\":\"SERVICE_UNAVAILABLE\"}}]}"
        }));
    }
    let push = world.push().await;
    let hashes = world.add_season(&push, 2, 2).await;
    push.commit().await.unwrap();
    world.plan(json!({"on": "jobWorks", "times": 3, "status": 503}));
    push.wait(None).await.unwrap();
    world.assert_exactly_once(2, &hashes);
}
